import { createHash } from 'node:crypto';
import { type Call } from '../town/rest.ts';
import { RovingDevice } from './roving-device.ts';
import { type AmendRouteStep, type CloseShiftStep, type CollectStep, type EquipStep, type OpenShiftStep, type RouteStep, type RouteStop, type Step, type VisitStep } from './script.ts';

const MANAGER = 'manager:M01';
const POSTED_LIMIT_MS = 120_000;
const SYNC_AGAIN_MS = 200;

export type RovingStep = EquipStep | RouteStep | AmendRouteStep | OpenShiftStep | CollectStep | VisitStep | CloseShiftStep;
const ROVING: readonly Step['do'][] = ['equip', 'route', 'amend-route', 'open-shift', 'collect', 'visit', 'close-shift'];
export const isRoving = (step: Step): step is RovingStep => ROVING.includes(step.do);

/** What is known of a team on its way. */
interface Way {
  readonly device: RovingDevice;
  readonly blockId?: string;
  readonly routeId?: string;
  readonly shiftId?: string;
}

/** Roving teams, with a device each. */
export class RovingPlayer {
  readonly #must: (call: Call) => Promise<any>;
  readonly #surprises: string[];
  readonly #ways = new Map<string, Way>();

  constructor(must: (call: Call) => Promise<any>, surprises: string[]) {
    this.#must = must;
    this.#surprises = surprises;
  }

  async perform(step: RovingStep): Promise<unknown> {
    const { team } = step;
    const way = this.#ways.get(team.teamId) ?? { device: new RovingDevice(team.deviceId, team.collectorId, createHash('sha256').update(team.deviceId).digest()) };
    const know = (more: Partial<Way>) => this.#ways.set(team.teamId, { ...way, ...more });
    const collector = `cashier:${team.collectorId}`;
    switch (step.do) {
      case 'equip': {
        await this.#post('devices', { ...way.device.enrolment, teamId: team.teamId }, `enrol ${team.deviceId}`, MANAGER);
        const { blockId } = await this.#post('invoice-blocks', { series: team.series, count: step.numbers, collectorId: team.collectorId, deviceId: team.deviceId }, `block ${team.series}`, MANAGER);
        return know({ blockId });
      }
      case 'route': {
        const crew = step.equipped ? { deviceId: team.deviceId, blockId: way.blockId } : {};
        const { routeId } = await this.#post('roving-routes', { day: step.day, teamId: team.teamId, collectorIds: [team.collectorId], ...crew, stops: step.stops.map((stop) => wish(stop)) }, `plan ${team.teamId}`, MANAGER);
        know({ routeId });
        return this.#post(`roving-routes/${routeId}/publish`, { published: true }, `publish ${team.teamId}`, MANAGER);
      }
      case 'amend-route':
        return this.#must({
          method: 'PUT', path: `/api/v1/roving-routes/${way.routeId}`, key: `amend ${team.teamId}`, actor: MANAGER,
          body: { collectorIds: [team.collectorId], stops: step.stops.map((stop) => ({ stopId: stop.stopId, ...wish(stop) })) },
        });
      case 'open-shift': {
        const { shiftId } = await this.#post('shifts', { outletId: 'HALL-1', teamId: team.teamId, floatFen: String(step.floatFen) }, `open ${team.collectorId}`, collector);
        return know({ shiftId });
      }
      case 'collect':
        return this.#collect(step, way, collector);
      case 'visit':
        return this.#post(`roving-routes/${way.routeId}/stops/${step.stopId}/mark`, { mark: 'VISITED' }, `visit ${team.teamId} ${step.stopId}`, collector);
      case 'close-shift':
        return this.#close(step, way, collector);
    }
  }

  /** Signed without a network, and brought in afterwards. */
  async #collect({ team, records, syncs }: CollectStep, { device, shiftId = '' }: Way, collector: string): Promise<void> {
    let numbers = 0;
    for (const { voids, ...taken } of records) {
      const invoiceNo = voids === 0 ? `${team.series}-${String((numbers += 1)).padStart(8, '0')}` : device.records[voids - 1]!.invoiceNo;
      device.take({ ...taken, voids, invoiceNo, shiftId, takenAt: new Date() });
    }
    const sync = (sequences: readonly number[], key: string) =>
      this.#post(`devices/${team.deviceId}/records`, { records: sequences.map((sequence) => device.records[sequence - 1]) }, `sync ${team.deviceId} ${key}`, collector);
    let last: any;
    for (const [at, sequences] of syncs.entries()) last = await sync(sequences, String(at));
    // What waits for a service that is away is sent again, as a device would.
    for (const end = Date.now() + POSTED_LIMIT_MS; last.answers.some(({ status }: any) => status === 'RECEIVED') && Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, SYNC_AGAIN_MS));
      last = await sync(syncs.at(-1)!, `again ${end - Date.now()}`);
    }
    for (const { sequence, status, duplicate, code } of last.answers) {
      if (status !== 'POSTED' || !duplicate) this.#surprises.push(`record ${sequence} of ${team.deviceId}, brought in twice: ${status} ${code ?? ''}, ${duplicate ? 'a duplicate' : 'no duplicate'}`);
    }
  }

  async #close({ team, invoiceCount, voidCount, takenFen, floatFen }: CloseShiftStep, { device, shiftId = '' }: Way, collector: string): Promise<void> {
    const paper = { invoiceCount, voidCount, invoiceFen: String(takenFen), countedCashFen: String(floatFen + takenFen) };
    const slips = [{ slipNo: `S-${team.collectorId}`, bank: '农行', amountFen: String(takenFen) }];
    await this.#post(`shifts/${shiftId}/close`, { ...paper, slips, devices: [device.closing(shiftId)] }, `close ${team.collectorId}`, collector);
    // It balances, so that anybody but the collector may.
    await this.#post(`shifts/${shiftId}/sign-off`, { reason: '' }, `sign off ${team.collectorId}`, 'cashier:C01');
  }

  #post(path: string, body: unknown, key: string, actor: string): Promise<any> {
    return this.#must({ method: 'POST', path: `/api/v1/${path}`, body, key: key.replaceAll(' ', '/'), actor });
  }
}

const wish = ({ village, from, to, lineId }: RouteStop) => ({ village, from, to, lineIds: [lineId] });
