import type { AggregateDefinition, AggregateStore, CommitLog } from '@youdian/commit-log';
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

/**
 * The whole network in the order of its ids, current to the last definition: whoever has just defined a line may open a
 * case on it. So it is read from the commits, not from the documents that follow them; a company has hundreds of lines.
 */
export async function listNetwork({ commits }: CommitLog, network: Network): Promise<{ regions: Region[]; lines: Line[] }> {
  const { name } = network.definition;
  const defined = await commits.find({ _id: { $gt: `${name}:`, $lt: `${name};` } }, { projection: { stream: 1 } }).toArray();
  const ids = [...new Set(defined.map(({ stream }) => stream.slice(name.length + 1)))].sort();
  const nodes = (await Promise.all(ids.map((id) => readNode(network, id)))).filter((node) => node !== undefined);
  return { regions: nodes.filter((node) => node.is === 'region'), lines: nodes.filter((node) => node.is === 'line') };
}
