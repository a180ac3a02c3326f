import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rejected } from '@youdian/rejection';
import { pageOf } from './page.ts';

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
