/** What became of the numbers of a block. */
import type { InvoiceNoState } from '@youdian/contracts-billing/invoices';
import type { InvoiceClaimDetail } from '@youdian/contracts-billing/ledger';
import { claimOf } from '../ledger/decide/invoice.ts';
import { reversalOf } from '../ledger/decide/top-up.ts';
import { NO_HASH } from '../ledger/decide/posting.ts';
import { postingId } from '../ledger/posting-id.ts';
import type { Ledger } from '../ledger/state.ts';
import { job } from '../shards/job.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { numberOf, serialOf, type Block } from './series.ts';

export interface NumberLine {
  readonly invoiceNo: string;
  readonly serial: number;
  readonly state: InvoiceNoState;
  readonly accountNo: string;
  /** Empty where there is no posting. */
  readonly postingId: string;
  readonly amountFen: bigint;
  readonly takenAt?: Date | undefined;
  readonly reason: string;
}

/** Serials, both ends included. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** Every number of a block that is accounted for, in order. */
export async function numbersOf(shards: Shards, { blockId, series, from, to }: Block): Promise<NumberLine[]> {
  return linesOf(shards, blockId, Array.from({ length: to - from + 1 }, (_, index) => numberOf(series, from + index)));
}

export async function linesOf(shards: Shards, blockId: string, invoiceNos: readonly string[]): Promise<NumberLine[]> {
  const shard = shards.of(blockId);
  const sequences = await shard.ask(CLAIMS_AT, invoiceNos);
  const postings = await shard.postings(sequences.toSorted((a, b) => a - b));
  const claims = postings.map(({ invoiceClaim }) => invoiceClaim!);
  const byShard = Map.groupBy(claims, ({ accountNo, blockId: id }) => shards.of(accountNo || id));
  const lines = await Promise.all(Array.from(byShard, ([where, mine]) => where.ask(NUMBER_LINES, mine)));
  return lines.flat().sort((a, b) => a.serial - b.serial);
}

const CLAIMS_AT = job('invoice-claims-at', (shard, invoiceNos: readonly string[]) =>
  shard.read((ledger) => invoiceNos.flatMap((invoiceNo) => claimOf(ledger, invoiceNo)?.sequence ?? [])));

const NUMBER_LINES = job('number-lines', (shard, claims: readonly InvoiceClaimDetail[]) => shard.read((ledger) => claims.map((claim) => lineOf(ledger, claim))));

/** `ledger`: of the account's shard. */
function lineOf(ledger: Ledger, { invoiceNo, accountNo, amountFen, takenAt, topUpKey, topUpHash, reason }: InvoiceClaimDetail): NumberLine {
  const facts = { invoiceNo, serial: serialOf(invoiceNo), accountNo, amountFen, takenAt, reason, postingId: '' };
  if (topUpKey === '') return { ...facts, state: 'INVOICE_NO_STATE_SPOILED' };
  const posted = ledger.keys.find(topUpKey, topUpHash);
  if (!posted?.sameInput || posted.refused) return { ...facts, state: 'INVOICE_NO_STATE_PENDING' };
  const id = postingId(ledger.shard, posted.sequence);
  const isVoid = ledger.keys.find(reversalOf(id), NO_HASH) !== undefined;
  return { ...facts, postingId: id, state: isVoid ? 'INVOICE_NO_STATE_VOID' : 'INVOICE_NO_STATE_USED' };
}

/** The first serial after all that are accounted for. */
export function restOf({ from }: Block, lines: readonly NumberLine[]): number {
  return (lines.at(-1)?.serial ?? from - 1) + 1;
}

/** A gap: numbers below the highest that is accounted for, or of a block that is said to be used up, of which nobody knows. */
export function missingRuns(block: Block, lines: readonly NumberLine[]): Run[] {
  const end = block.status === 'INVOICE_BLOCK_STATUS_USED_UP' ? block.to + 1 : restOf(block, lines);
  const runs: Run[] = [];
  let next = block.from;
  for (const serial of [...lines.map((line) => line.serial), end]) {
    if (serial > next) runs.push({ from: next, to: serial - 1 });
    next = serial + 1;
  }
  return runs;
}

export interface Account {
  readonly used: number;
  readonly usedFen: bigint;
  readonly void: number;
  readonly spoiled: number;
  readonly pending: number;
  readonly missing: number;
  readonly unused: number;
  readonly returned: number;
}

/** The counts sum to the block. */
export function accountFor(block: Block, lines: readonly NumberLine[]): Account {
  const those = (state: InvoiceNoState) => lines.filter((line) => line.state === state);
  const used = those('INVOICE_NO_STATE_USED');
  const missing = missingRuns(block, lines).reduce((count, { from, to }) => count + to - from + 1, 0);
  const isReturned = block.returnedFrom !== 0;
  const left = block.to - block.from + 1 - lines.length - missing;
  return {
    used: used.length, usedFen: used.reduce((sumFen, { amountFen }) => sumFen + amountFen, 0n),
    void: those('INVOICE_NO_STATE_VOID').length, spoiled: those('INVOICE_NO_STATE_SPOILED').length, pending: those('INVOICE_NO_STATE_PENDING').length,
    missing, unused: isReturned ? 0 : left, returned: isReturned ? left : 0,
  };
}
