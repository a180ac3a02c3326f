import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputHash } from './input-hash.ts';
import { KeyTable } from './key-table.ts';
import { Words } from './words.ts';

const COUNT = 20_000;

test('every key is found again however many there are, with its posting, its input and its refusal', () => {
  const table = new KeyTable();
  for (let i = 1; i <= COUNT; i++) table.add(`key-${i}`, inputHash(`${i}`), i, i % 7 === 0);
  const reread = new KeyTable(Words.from(Buffer.concat(table.parts())));
  for (const keys of [table, reread]) {
    assert.equal(keys.size, COUNT);
    for (let i = 1; i <= COUNT; i++) {
      assert.deepEqual(keys.find(`key-${i}`, inputHash(`${i}`)), { sameInput: true, sequence: i, refused: i % 7 === 0 });
    }
    assert.equal(keys.find('key-1', inputHash('2'))?.sameInput, false);
    assert.equal(keys.find('key-0', inputHash('0')), undefined);
  }
});

test('a key is taken once', () => {
  const table = new KeyTable();
  table.add('K', inputHash('a'), 1);
  assert.throws(() => table.add('K', inputHash('a'), 2), /used before, by posting 1/);
});
