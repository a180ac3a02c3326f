import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { inputHash } from './input-hash.ts';
import { KEY_LIMITS, type KeyLimits, type KeyPages } from './key-run.ts';
import { KeyTable, readRuns } from './key-table.ts';

const COUNT = 20_000;
const FEW: KeyLimits = { recent: 40, run: 16, page: 4, together: 4, filterBits: 6 };

class MemoryPages implements KeyPages {
  readonly pages = new Map<string, Uint8Array>();
  readonly reads: number[] = [];

  async write(pages: readonly Uint8Array[]): Promise<string[]> {
    return pages.map((page) => {
      const name = hash('sha256', page);
      this.pages.set(name, page.slice());
      return name;
    });
  }

  async read(names: readonly string[]): Promise<Uint8Array[]> {
    this.reads.push(names.length);
    return names.map((name) => this.pages.get(name) ?? assert.fail(`page ${name} is missing`));
  }
}

const add = (table: KeyTable, i: number) => table.add(`key-${i}`, inputHash(`${i}`), i, i % 7 === 0);

/** As a shard does: what may be outside is read, and then it is looked for again. */
async function find(table: KeyTable, pages: KeyPages, key: string, input: Uint8Array) {
  for (;;) {
    const found = table.find(key, input);
    const missed = table.missed();
    if (missed.length === 0) {
      table.forget();
      return found;
    }
    await table.recall(new Set(missed), pages);
  }
}

async function leaveAll(table: KeyTable, pages: KeyPages): Promise<void> {
  for (let leave; (leave = table.leave()); ) (await leave(pages))();
}

function reread(table: KeyTable, limits: KeyLimits): KeyTable {
  const { runs, filters, names, recent } = table.parts();
  return new KeyTable(limits, readRuns(runs, Buffer.concat(filters), Buffer.concat(names)), Buffer.concat(recent));
}

test('every key is found again however many there are, with its posting, its input and its refusal', () => {
  const table = new KeyTable();
  for (let i = 1; i <= COUNT; i++) add(table, i);
  for (const keys of [table, reread(table, KEY_LIMITS)]) {
    assert.equal(keys.size, COUNT);
    for (let i = 1; i <= COUNT; i++) {
      assert.deepEqual(keys.find(`key-${i}`, inputHash(`${i}`)), { sameInput: true, sequence: i, refused: i % 7 === 0 });
    }
    assert.equal(keys.find('key-1', inputHash('2'))?.sameInput, false);
    assert.equal(keys.find('key-0', inputHash('0')), undefined);
    assert.deepEqual(keys.missed(), []);
  }
});

test('a key is taken once', () => {
  const table = new KeyTable();
  table.add('K', inputHash('a'), 1);
  assert.throws(() => table.add('K', inputHash('a'), 2), /used before, by posting 1/);
});

test('in memory are the recent keys and no more; the older ones are found outside as they were, also after a restart', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 90 }), async (count, every) => {
    const [pages, whole] = [new MemoryPages(), new KeyTable()];
    let table = new KeyTable(FEW);
    for (let i = 1; i <= count; i++) {
      add(table, i);
      add(whole, i);
      if (i % every !== 0) continue;
      await leaveAll(table, pages);
      if (i % 2 === 0) table = reread(table, FEW);
    }
    await leaveAll(table, pages);
    assert.ok(Buffer.concat(table.parts().recent).length / 32 < FEW.recent + FEW.run);
    assert.ok(table.parts().runs.length <= 3 * (FEW.together - 1), 'runs of one size become one');
    assert.equal(await whole.difference(table, pages), undefined);
    for (let i = 1; i <= count; i++) assert.deepEqual(await find(table, pages, `key-${i}`, inputHash(`${i}`)), { sameInput: true, sequence: i, refused: i % 7 === 0 });
    assert.equal((await find(table, pages, 'key-1', inputHash('2')))?.sameInput, false);
    for (let i = 1; i <= 50; i++) assert.equal(await find(table, pages, `new-${i}`, inputHash('n')), undefined);
  }), { numRuns: 60 });
});

test('a new key is looked for outside only where a filter may know it; many are looked for together', async () => {
  const limits = { ...FEW, run: 1_024, page: 64, filterBits: KEY_LIMITS.filterBits };
  const [pages, table] = [new MemoryPages(), new KeyTable(limits)];
  for (let i = 1; i <= COUNT; i++) {
    add(table, i);
    if (i % 500 === 0) await leaveAll(table, pages);
  }
  for (let i = 1; i <= COUNT; i++) table.find(`new-${i}`, inputHash('n'));
  const { runs } = table.parts();
  assert.ok(runs.length > 3);
  assert.ok(table.missed().length <= 2 * runs.length * COUNT / 1_700, 'one in 1,700 a run');
  pages.reads.length = 0;
  for (let i = 1; i <= 200; i++) assert.equal(table.find(`key-${i}`, inputHash(`${i}`)), undefined);
  await table.recall(new Set(table.missed()), pages);
  for (let i = 1; i <= 200; i++) assert.equal(table.find(`key-${i}`, inputHash(`${i}`))?.sequence, i);
  assert.deepEqual([table.missed(), pages.reads.length], [[], 1]);
});

test('a key that leaves memory while it is looked for outside is not taken for a new one', async () => {
  const [pages, table] = [new MemoryPages(), new KeyTable(FEW)];
  for (let i = 1; i <= 100; i++) add(table, i);
  await leaveAll(table, pages);
  const candidates = Array.from({ length: 4_000 }, (_, n) => `late-${n}`);
  const key = candidates.find((candidate) => table.find(candidate, inputHash('l')) === undefined && table.missed().length > 0)!;
  table.find(key, inputHash('l'));
  const missed = new Set(table.missed());
  // Between the look and its answer the key is used, and leaves.
  const slow: KeyPages = { write: (some) => pages.write(some), read: async (names) => {
    table.add(key, inputHash('l'), 101);
    for (let i = 102; i <= 300; i++) {
      add(table, i);
      await leaveAll(table, pages);
    }
    return pages.read(names);
  } };
  await table.recall(missed, slow);
  assert.equal(table.find(key, inputHash('l')), undefined);
  assert.equal(table.missed().length, 1, 'it has to be looked for again');
  assert.equal((await find(table, pages, key, inputHash('l')))?.sequence, 101);
});

test('what a run says otherwise than the keys were is found', async () => {
  const [pages, whole, table] = [new MemoryPages(), new KeyTable(), new KeyTable(FEW)];
  for (let i = 1; i <= 100; i++) {
    add(table, i);
    add(whole, i);
  }
  await leaveAll(table, pages);
  assert.equal(await whole.difference(table, pages), undefined);
  const another = new KeyTable(FEW);
  for (let i = 1; i <= 100; i++) another.add(`key-${i}`, inputHash(`${i === 5 ? 'else' : i}`), i, i % 7 === 0);
  await leaveAll(another, pages);
  assert.equal(await whole.difference(another, pages), 'keys of run 1');
  const { runs, filters, names, recent } = table.parts();
  const empty = readRuns(runs, Buffer.alloc(Buffer.concat(filters).length), Buffer.concat(names));
  assert.equal(await whole.difference(new KeyTable(FEW, empty, Buffer.concat(recent)), pages), 'keys of run 1');
});
