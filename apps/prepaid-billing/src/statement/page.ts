import { Rejected } from '@youdian/rejection';
import type { Ledger } from '../ledger/state.ts';

const PAGE_DEFAULT = 50;
const PAGE_MAX = 200;

export interface Page {
  /** Shard sequences, oldest first, as the commits are best read. */
  readonly sequences: readonly number[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/**
 * The page of an account's postings that comes next when they are read from the newest back. The token says how many are older than the page, so that
 * postings made meanwhile shift nothing. Throws Rejected `PAGE_TOKEN_INVALID`.
 */
export function pageOf(postings: readonly number[], pageSize: number, pageToken: string): Page {
  const size = sizeOf(pageSize);
  const end = pageToken === '' ? postings.length : readToken(pageToken, postings.length);
  const start = Math.max(0, end - size);
  return { sequences: postings.slice(start, end), nextPageToken: start === 0 ? '' : String(start) };
}

export function sizeOf(pageSize: number): number {
  return pageSize <= 0 ? PAGE_DEFAULT : Math.min(pageSize, PAGE_MAX);
}

/** How many are older than the page that was answered last. Throws Rejected `PAGE_TOKEN_INVALID`. */
export function readToken(token: string, count: number): number {
  const end = /^[1-9]\d{0,9}$/.test(token) ? Number(token) : Number.NaN;
  if (end <= count) return end;
  throw new Rejected({
    kind: 'invalid', code: 'PAGE_TOKEN_INVALID', field: 'pageToken',
    zh: '翻页标记无效，请从第一页重新查询。', en: 'This is no page token of this statement: start again from the first page.',
  });
}

/** Of an account's postings, those of a span of days, both inclusive; days end at the shard's barriers, and the open one nowhere. Empty: no bound. */
export function within(postings: readonly number[], { barriers, day: open }: Pick<Ledger, 'barriers' | 'day'>, from: string, to: string): readonly number[] {
  const ends = [...barriers, { day: open.on, sequence: Number.POSITIVE_INFINITY }];
  const after = from === '' ? undefined : ends.findLast(({ day }) => day < from)?.sequence;
  // The first barrier of a day after `to` closes that day: what stands before the one of `to` is the span's.
  const until = to === '' ? undefined : ends.find(({ day }) => day >= to);
  const endsAt = until && (until.day === to ? until.sequence : (ends.findLast(({ day }) => day < to)?.sequence ?? 0));
  return postings.filter((sequence) => (after === undefined || sequence > after) && (endsAt === undefined || sequence < endsAt));
}
