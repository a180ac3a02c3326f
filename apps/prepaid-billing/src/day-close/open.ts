import type { Implementation } from '@youdian/service-host';
import type { Clock, Logger } from '@youdian/telemetry';
import type { AccountDirectory } from '../accounts/directory.ts';
import type { BankLineStore } from '../bank-lines/store.ts';
import { invoiceBlocksOf } from '../invoices/beside.ts';
import type { SeriesStore } from '../invoices/store.ts';
import { keeperService } from '../keepers/grpc.ts';
import { requireKeeper, type KeeperStore } from '../keepers/store.ts';
import { signedIn, type RovingStores } from '../roving/beside.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { booker } from '../shifts/booking.ts';
import { startShiftClockwork } from '../shifts/clockwork.ts';
import type { Deadlines } from '../shifts/deadlines.ts';
import { explainer } from '../shifts/explain.ts';
import { shiftService } from '../shifts/grpc.ts';
import type { Beside } from '../shifts/shift-day.ts';
import type { Shift } from '../shifts/state.ts';
import type { ShiftStore } from '../shifts/store.ts';
import { dayCloseService } from './grpc.ts';

export interface DayCloseParts {
  readonly store: ShiftStore;
  readonly bank: BankLineStore;
  readonly series: SeriesStore;
  readonly roving: RovingStores;
  readonly shards: Shards;
  readonly directory: AccountDirectory;
  readonly keepers: KeeperStore;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether this process does what has to happen though nobody comes. */
  readonly ours: () => boolean;
}

/** The collectors' day: shifts, what differs in them, how it is put right, and who keeps the money. */
export function openDayClose({ store, bank, series, roving, shards, directory, keepers, deadlines, clock, log, ours }: DayCloseParts): { services: Implementation[]; stop: () => Promise<void> } {
  const book = booker(store, shards, directory, bank);
  const beside = async (shift: Shift): Promise<Beside> => ({ invoiceBlocks: await invoiceBlocksOf(series, shards, shift), ...(await signedIn(roving, shift)) });
  const explain = explainer({ store, shards, bank, beside });
  return {
    services: [shiftService(store, shards, { explain, book }, clock), dayCloseService({ store, bank, shards, explain, book, keepers: requireKeeper(keepers, clock) }), keeperService(keepers, clock)],
    stop: startShiftClockwork({ store, bank, shards, book, deadlines, clock, ours, log }),
  };
}
