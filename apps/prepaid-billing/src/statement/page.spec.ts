import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rejected } from '@youdian/rejection';
import { openDay } from '../ledger/state.ts';
import { pageOf, within } from './page.ts';

const postings = [3, 5, 8, 13, 21];

test('a statement is read newest first, page by page, to its end', () => {
  const first = pageOf(postings, 2, '');
  assert.deepEqual(first.sequences, [13, 21]);
  const second = pageOf(postings, 2, first.nextPageToken);
  assert.deepEqual(second.sequences, [5, 8]);
  assert.deepEqual(pageOf(postings, 2, second.nextPageToken), { sequences: [3], nextPageToken: '' });
});

test('postings made meanwhile do not shift the pages that follow', () => {
  const { nextPageToken } = pageOf(postings, 2, '');
  assert.deepEqual(pageOf([...postings, 34, 55], 2, nextPageToken).sequences, [5, 8]);
});

test('a page has 50 lines unless asked, and never more than 200', () => {
  const many = Array.from({ length: 500 }, (_, i) => i + 1);
  assert.equal(pageOf(many, 0, '').sequences.length, 50);
  assert.equal(pageOf(many, 10_000, '').sequences.length, 200);
});

test('a made-up page token is refused', () => {
  for (const token of ['6', '0', '-1', 'x', '1e3']) assert.throws(() => pageOf(postings, 2, token), Rejected);
});

test('a statement of some days has what was posted on them, from barrier to barrier', () => {
  // The 1st ends with posting 6, the 2nd (on which nothing happened) with 7, the 3rd with 14; the 4th is open.
  const barriers = [{ day: '2026-03-01', sequence: 6 }, { day: '2026-03-02', sequence: 7 }, { day: '2026-03-03', sequence: 14 }];
  const days = (from: string, to: string) => within(postings, { barriers, day: openDay('2026-03-04') }, from, to);
  assert.deepEqual(days('', ''), postings);
  assert.deepEqual(days('2026-03-01', '2026-03-01'), [3, 5]);
  assert.deepEqual(days('2026-03-02', '2026-03-02'), []);
  assert.deepEqual(days('2026-03-02', '2026-03-03'), [8, 13]);
  assert.deepEqual(days('2026-03-04', ''), [21]);
  assert.deepEqual(days('2026-03-04', '2026-03-31'), [21]);
  assert.deepEqual(days('', '2026-02-28'), []);
  assert.deepEqual(days('2026-03-05', ''), [], 'of days to come');
  const onTheFirstDay = { barriers: [], day: openDay('2026-03-01') };
  assert.deepEqual([within(postings, onTheFirstDay, '', '2026-02-28'), within(postings, onTheFirstDay, '2026-03-01', '2026-03-01')], [[], postings]);
});
