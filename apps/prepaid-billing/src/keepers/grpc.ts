import type { Fund } from '@youdian/contracts-billing/events';
import { KeeperServiceService, type AppointKeeperRequest, type Appointment, type ConfirmKeeperRequest, type ListKeepersRequest } from '@youdian/contracts-billing/keepers';
import { isRejection, Rejected, type Rejection } from '@youdian/rejection';
import { command, implement, query, type Call } from '@youdian/service-host';
import type { Clock } from '@youdian/telemetry';
import { isDay } from '../charges/check.ts';
import { dayOf } from '../ledger/day-of.ts';
import { periodInvalid } from '../ledger/rejections.ts';
import { appointKeeper, confirmKeeper, fundMissing } from './decide.ts';
import { evolve, FUNDS, keeperOn, NOBODY, type KeeperEvent, type Keepers } from './state.ts';
import { fundId, type KeeperStore } from './store.ts';

const APPOINTERS = ['manager', 'admin'];
const READERS = ['cashier', 'manager', 'analyst', 'admin', 'service'];

export function keeperService(store: KeeperStore, clock: Clock) {
  async function execute(fund: Fund, operation: string, input: object, { actor, idempotencyKey }: Call, decide: (keepers: Keepers, at: Date) => KeeperEvent[] | Rejection): Promise<Appointment> {
    if (!FUNDS.includes(fund)) throw new Rejected(fundMissing);
    const { result } = await store.execute(fundId(fund), { operation, key: idempotencyKey, actor: actor.name, input }, (keepers, at) => {
      const events = decide(keepers, at);
      if (isRejection(events)) return events;
      const { appointmentId } = events[0]!.data;
      return { events, result: events.reduce(evolve, keepers).appointments.find((one) => one.appointmentId === appointmentId)! };
    });
    return { ...result, confirmedAt: result.confirmedAt };
  }

  return implement(KeeperServiceService, {
    appointKeeper: command(APPOINTERS, async (request: AppointKeeperRequest, call: Call) => ({
      appointment: await execute(request.fund, 'AppointKeeper', request, call, (keepers, at) => appointKeeper(keepers, { ...request, actor: call.actor }, at)),
    })),

    confirmKeeper: command(APPOINTERS, async (request: ConfirmKeeperRequest, call: Call) => ({
      appointment: await execute(request.fund, 'ConfirmKeeper', request, call, (keepers, at) => confirmKeeper(keepers, { ...request, actor: call.actor }, at)),
    })),

    listKeepers: query(READERS, async ({ day: asked }: ListKeepersRequest) => {
      if (asked !== '' && !isDay(asked)) throw new Rejected({ ...periodInvalid, field: 'day' });
      const day = asked || dayOf(clock());
      const funds = await Promise.all(FUNDS.map(async (fund) => {
        const keepers = (await store.read(fundId(fund)))?.state ?? NOBODY;
        return { fund, keeper: keeperOn(keepers, day), waiting: keepers.appointments.filter(({ confirmedBy }) => confirmedBy === '') };
      }));
      return { day, funds };
    }),
  });
}
