import type { AggregateDefinition, AggregateStore } from '@youdian/commit-log';
import { LineDefined, RegionDefined } from '@youdian/contracts-customer/events';
import { evolve, type Line, type NetworkEvent, type NetworkNode, type Region } from './state.ts';

export const networkNodes: AggregateDefinition<NetworkNode | undefined, NetworkEvent> = {
  name: 'network',
  collection: 'network',
  topic: 'customer-profile.network.v1',
  source: '/youdian/customer-profile',
  typePrefix: 'youdian.customer.v1',
  messages: { RegionDefined, LineDefined },
  initial: undefined,
  evolve,
};

export type Network = AggregateStore<NetworkNode | undefined, NetworkEvent>;

export async function readLine(network: Network, lineId: string): Promise<Line | undefined> {
  const node = await readNode(network, lineId);
  return node?.is === 'line' ? node : undefined;
}

export async function readRegion(network: Network, regionId: string): Promise<Region | undefined> {
  const node = await readNode(network, regionId);
  return node?.is === 'region' ? node : undefined;
}

/** What cannot be an id is no node, rather than an error. */
async function readNode(network: Network, id: string): Promise<NetworkNode | undefined> {
  return /^[A-Z0-9-]{1,16}$/.test(id) ? (await network.read(id))?.state : undefined;
}

/** The whole network in the order of its ids; a company has hundreds of lines, not millions. */
export async function listNetwork(network: Network): Promise<{ regions: Region[]; lines: Line[] }> {
  const nodes: NetworkNode[] = [];
  for (let after: string | undefined, more = true; more; ) {
    const page = await network.find({}, { limit: 1_000, after });
    for (const { state } of page.items) if (state) nodes.push(state);
    after = page.next;
    more = after !== undefined;
  }
  return { regions: nodes.filter((node) => node.is === 'region'), lines: nodes.filter((node) => node.is === 'line') };
}
