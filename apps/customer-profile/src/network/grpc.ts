import type { CommitLog } from '@youdian/commit-log';
import type { DefineLineRequest, DefineRegionRequest } from '@youdian/contracts-customer/customer_profile';
import { isRejection } from '@youdian/rejection';
import { command, query, type Call } from '@youdian/service-host';
import { STAFF } from '../roles.ts';
import { defineLine, defineRegion } from './decide.ts';
import { evolve } from './state.ts';
import { listNetwork, readRegion, type Network } from './store.ts';

const PLANNERS = ['manager', 'admin'];

export function networkMethods(commits: CommitLog, network: Network, lineHasAccounts: (lineId: string) => Promise<boolean>) {
  return {
    defineRegion: command(PLANNERS, async (request: DefineRegionRequest, call: Call) => {
      const { regionId, name } = request;
      const input = { regionId, name };
      const { result } = await network.execute(idOf(regionId), { operation: 'DefineRegion', key: call.idempotencyKey, actor: call.actor.name, input }, (state) => {
        const events = defineRegion(state, input);
        return isRejection(events) ? events : { events, result: events.reduce(evolve, state!) };
      });
      return { region: result as { regionId: string; name: string } };
    }),

    defineLine: command(PLANNERS, async (request: DefineLineRequest, call: Call) => {
      const { lineId, regionId, name } = request;
      const input = { lineId, regionId, name };
      const around = { regionExists: (await readRegion(network, regionId)) !== undefined, lineHasAccounts: await lineHasAccounts(lineId) };
      const { result } = await network.execute(idOf(lineId), { operation: 'DefineLine', key: call.idempotencyKey, actor: call.actor.name, input }, (state) => {
        const events = defineLine(state, input, around);
        return isRejection(events) ? events : { events, result: events.reduce(evolve, state!) };
      });
      return { line: result as { lineId: string; regionId: string; name: string } };
    }),

    listNetwork: query([...STAFF, 'analyst', 'customer', 'kiosk', 'integrator', 'service'], () => listNetwork(commits, network)),
  };
}

/** What cannot be a stream's name is refused by the decision; until then it needs a name that can. */
function idOf(id: string): string {
  return /^[A-Z0-9-]{1,16}$/.test(id) ? id : 'malformed';
}
