/** What the close of a shift has to know of invoice numbers and receipts that is neither a posting nor declared. */
import type { InvoiceBlock } from '../reconciliation/lines.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { numbersOf, type NumberLine, type Run } from './numbers.ts';
import { isBack, numberOf, type Block } from './series.ts';
import { blocksOfCollector, type SeriesStore } from './store.ts';

export interface ShiftTime {
  readonly collectorId: string;
  readonly openedAt: Date;
  readonly closedAt?: Date | undefined;
}

/** The numbers that a collector could give out in a shift: those of the blocks held then, without what was used before, spoiled, or has come back. */
export async function invoiceBlocksOf(store: SeriesStore, shards: Shards, { collectorId, openedAt, closedAt }: ShiftTime): Promise<InvoiceBlock[]> {
  const blocks = (await blocksOfCollector(store, collectorId)).filter((block) => isHeld(block, openedAt, closedAt));
  const runs = await Promise.all(blocks.map(async (block) => {
    const lines = await numbersOf(shards, block);
    const { series, deviceId } = block;
    return runsLeft(block, lines, openedAt).map(({ from, to }) => ({ from: numberOf(series, from), to: numberOf(series, to), ...(deviceId !== '' && { deviceId }) }));
  }));
  return runs.flat();
}

function isHeld({ issuedAt, endedAt }: Block, openedAt: Date, closedAt: Date | undefined): boolean {
  return (!closedAt || issuedAt <= closedAt) && (!endedAt || endedAt >= openedAt);
}

/** From the first number after those of earlier shifts, around those that are spoiled. */
export function runsLeft(block: Block, lines: readonly NumberLine[], openedAt: Date): Run[] {
  const { from, to, returnedFrom } = block;
  const isEarlier = ({ takenAt }: NumberLine) => takenAt !== undefined && takenAt < openedAt;
  const end = isBack(block) ? returnedFrom - 1 : to;
  const runs: Run[] = [];
  let next = (lines.findLast(isEarlier)?.serial ?? from - 1) + 1;
  for (const { serial, state } of lines) {
    if (state !== 'INVOICE_NO_STATE_SPOILED' || serial < next) continue;
    if (serial > next) runs.push({ from: next, to: serial - 1 });
    next = serial + 1;
  }
  if (next <= end) runs.push({ from: next, to: end });
  return runs;
}
