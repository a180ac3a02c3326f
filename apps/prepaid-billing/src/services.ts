/** What prepaid-billing does for whoever asks, on whatever shards and stores. */
import type { Implementation } from '@youdian/service-host';
import type { Clock, Logger } from '@youdian/telemetry';
import type { AccountDirectory, AskNetwork } from './accounts/directory.ts';
import { chargeIntakeService } from './charges/grpc.ts';
import type { Senders } from './charges/senders.ts';
import { openDayClose } from './day-close/open.ts';
import { prepaidBillingService } from './grpc.ts';
import { invoiceService } from './invoices/grpc.ts';
import { requireKeeper } from './keepers/store.ts';
import { postingStreamService } from './post-many/post-many.ts';
import { rovingRouteService } from './routes/grpc.ts';
import { openRoving } from './roving/open.ts';
import { forwarding, ledgerShardService, type ReachedShards, type ShardOf } from './shards/peers.ts';
import type { Deadlines } from './shifts/deadlines.ts';
import type { Stores } from './stores.ts';

export interface Surroundings {
  readonly shards: ReachedShards;
  readonly stores: Stores;
  readonly directory: AccountDirectory;
  readonly network: AskNetwork;
  readonly senders: Senders;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether this process does what has to happen though nobody comes. */
  readonly ours: () => boolean;
}

export function openServices(around: Surroundings): { services: Implementation[]; stop: () => Promise<void> } {
  const { shards, stores, directory, network, senders, deadlines, clock, log, ours } = around;
  const { shifts, bank, keepers, series, routes, devices, records } = stores;
  const shardOf: ShardOf = ({ accountNo }) => (accountNo ? shards.numberOf(accountNo) : undefined);
  const forwarded = (service: Implementation) => forwarding(shards.peers, service, shardOf);
  const commands = prepaidBillingService(shards, directory, { shifts, series }, senders, requireKeeper(keepers, clock), clock);
  const dayClose = openDayClose({ store: shifts, bank, series, roving: { devices, records }, shards, directory, keepers, deadlines, clock, log, ours });
  const roving = openRoving({ shards, directory, series, devices, records, shifts }, { clock, log, ours });
  return {
    services: [
      forwarded(commands), postingStreamService(commands, { peers: shards.peers, shardOf }, log), ledgerShardService(shards.here), chargeIntakeService(shards, directory, senders), ...dayClose.services,
      forwarded(invoiceService({ shards, directory, series })), rovingRouteService({ routes, series, directory, network }, clock), roving.service,
    ],
    stop: async () => {
      await dayClose.stop();
      await roving.stop();
    },
  };
}
