/** A series of invoice numbers, and the blocks of it that were handed out. */
import type { InvoiceBlockIssued, InvoiceBlockReturned, InvoiceBlockUsedUp } from '@youdian/contracts-billing/invoice_events';
import type { InvoiceBlockStatus } from '@youdian/contracts-billing/invoices';
import type { Rejection } from '@youdian/rejection';
import * as rejections from './rejections.ts';

/** A number: `<series>-<8 digits>`. */
const NUMBER = /^([A-Z][A-Z0-9]{0,7})-(\d{8})$/;
const SERIES = /^[A-Z][A-Z0-9]{0,7}$/;
const HOLDER = /^[A-Za-z0-9_.@-]{1,64}$/;
const SERIAL_MAX = 99_999_999;
/** What is read at once when its numbers are accounted for. */
export const BLOCK_NUMBERS_MAX = 1_000;
/** What a series' state holds; then another series is begun. */
const BLOCKS_MAX = 2_000;

export interface Block {
  /** Its first number. */
  readonly blockId: string;
  readonly series: string;
  /** Serials, both ends included. */
  readonly from: number;
  readonly to: number;
  readonly collectorId: string;
  /** The only device that uses it; empty for paper. */
  readonly deviceId: string;
  readonly status: InvoiceBlockStatus;
  /** The first serial of the rest that came back; 0: none did. */
  readonly returnedFrom: number;
  readonly issuedBy: string;
  readonly issuedAt: Date;
  readonly endedAt?: Date | undefined;
}

export interface Series {
  readonly series: string;
  /** In order of their numbers, one after the other. */
  readonly blocks: readonly Block[];
}

export type SeriesEvent =
  | { readonly type: 'InvoiceBlockIssued'; readonly data: InvoiceBlockIssued }
  | { readonly type: 'InvoiceBlockReturned'; readonly data: InvoiceBlockReturned }
  | { readonly type: 'InvoiceBlockUsedUp'; readonly data: InvoiceBlockUsedUp };

export function evolve(state: Series | undefined, event: SeriesEvent): Series {
  const { series } = event.data;
  const blocks = state?.blocks ?? [];
  switch (event.type) {
    case 'InvoiceBlockIssued': {
      const { fromNo, toNo, issuedAt, ...facts } = event.data;
      return { series, blocks: [...blocks, { ...facts, from: serialOf(fromNo), to: serialOf(toNo), status: 'INVOICE_BLOCK_STATUS_OPEN', returnedFrom: 0, issuedAt: issuedAt! }] };
    }
    case 'InvoiceBlockReturned':
      return { series, blocks: ended(blocks, event.data.blockId, { status: 'INVOICE_BLOCK_STATUS_RETURNED', returnedFrom: serialOf(event.data.returnedFrom), endedAt: event.data.returnedAt }) };
    case 'InvoiceBlockUsedUp':
      return { series, blocks: ended(blocks, event.data.blockId, { status: 'INVOICE_BLOCK_STATUS_USED_UP', endedAt: event.data.markedAt }) };
  }
}

function ended(blocks: readonly Block[], blockId: string, how: Partial<Block>): Block[] {
  return blocks.map((block) => (block.blockId === blockId ? { ...block, ...how } : block));
}

export interface IssueBlock {
  readonly series: string;
  readonly count: number;
  readonly collectorId: string;
  readonly deviceId: string;
  /** As printed; 0: the next. */
  readonly fromSerial: number;
  readonly actor: string;
}

/** The next numbers of a series: blocks lie one after the other, so that none overlaps and nothing lies between them. */
export function issueBlock(state: Series | undefined, { series, count, collectorId, deviceId, fromSerial, actor }: IssueBlock, at: Date): SeriesEvent[] | Rejection {
  if (!isSeries(series)) return rejections.seriesInvalid;
  if (count < 1 || count > BLOCK_NUMBERS_MAX) return rejections.countInvalid(BLOCK_NUMBERS_MAX);
  if (!HOLDER.test(collectorId)) return rejections.holderInvalid('collectorId');
  if (deviceId !== '' && !HOLDER.test(deviceId)) return rejections.holderInvalid('deviceId');
  const last = state?.blocks.at(-1);
  const from = last ? last.to + 1 : fromSerial || 1;
  if (fromSerial < 0 || (fromSerial !== 0 && fromSerial !== from)) return rejections.notNext(from);
  if (from + count - 1 > SERIAL_MAX || (state?.blocks.length ?? 0) >= BLOCKS_MAX) return rejections.seriesFull;
  const fromNo = numberOf(series, from);
  return [{ type: 'InvoiceBlockIssued', data: { blockId: fromNo, series, fromNo, toNo: numberOf(series, from + count - 1), collectorId, deviceId, issuedBy: actor, issuedAt: at } }];
}

/** `rest`: the first serial that is not accounted for and has none after it that is. */
export function returnBlock(state: Series | undefined, blockId: string, rest: number, actor: string, at: Date): SeriesEvent[] | Rejection {
  const block = blockOf(state, blockId);
  if (block?.blockId !== blockId) return rejections.blockUnknown;
  if (block.status !== 'INVOICE_BLOCK_STATUS_OPEN') return rejections.blockEnded;
  if (rest > block.to) return rejections.nothingToReturn;
  return [{ type: 'InvoiceBlockReturned', data: { blockId, series: block.series, returnedFrom: numberOf(block.series, rest), returnedBy: actor, returnedAt: at } }];
}

export function markUsedUp(state: Series | undefined, blockId: string, actor: string, at: Date): SeriesEvent[] | Rejection {
  const block = blockOf(state, blockId);
  if (block?.blockId !== blockId) return rejections.blockUnknown;
  if (block.status !== 'INVOICE_BLOCK_STATUS_OPEN') return rejections.blockEnded;
  return [{ type: 'InvoiceBlockUsedUp', data: { blockId, series: block.series, markedBy: actor, markedAt: at } }];
}

export interface Holder {
  readonly collectorId: string;
  /** Empty for paper. */
  readonly deviceId: string;
}

/**
 * The block out of which a holder uses a number. A block that is used up still takes what comes late. What came back is given out to
 * nobody else: on paper it takes nothing, but a device may have signed it before, while nobody heard of it.
 */
export function heldBlock(state: Series | undefined, invoiceNo: string, holder: Holder): Block | Rejection {
  const block = blockOf(state, invoiceNo);
  const holds = block && block.collectorId === holder.collectorId && block.deviceId === holder.deviceId;
  if (!holds) return rejections.notYourNumber(invoiceNo);
  if (isBack(block) && serialOf(invoiceNo) >= block.returnedFrom) return rejections.numberReturned(invoiceNo);
  return block;
}

/** Whether the rest of a block is known to be unused. */
export function isBack({ returnedFrom, deviceId }: Block): boolean {
  return returnedFrom !== 0 && deviceId === '';
}

/** The block that a number is of. */
export function blockOf(state: Series | undefined, invoiceNo: string): Block | undefined {
  if (!state || seriesOf(invoiceNo) !== state.series) return undefined;
  const serial = serialOf(invoiceNo);
  return state.blocks.find(({ from, to }) => from <= serial && serial <= to);
}

export function isSeries(text: string): boolean {
  return SERIES.test(text);
}

/** Undefined where it is no number out of a block. */
export function seriesOf(invoiceNo: string): string | undefined {
  return NUMBER.exec(invoiceNo)?.[1];
}

export function serialOf(invoiceNo: string): number {
  return Number(invoiceNo.slice(-8));
}

export function numberOf(series: string, serial: number): string {
  return `${series}-${serial.toString().padStart(8, '0')}`;
}
