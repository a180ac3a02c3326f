import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commitId } from '../log/commit.ts';
import { batchAfter, BEGINNING, tailAfter, takeoverAfter, type ShardCommit, type Tail } from '../shard/commit.ts';
import type { Manifest, ShardStore } from '../shard/store.ts';

const AT = new Date('2026-03-02T01:00:00.000Z');
const TIMEOUT_MS = 5_000;
const POSTINGS = 3;

/** A takeover and batches of three postings each, with a takeover before every fourth batch. */
function chain(shard: string, length: number, owner = 'a'): ShardCommit[] {
  const commits: ShardCommit[] = [];
  for (let tail: Tail = BEGINNING; commits.length < length; tail = tailAfter(tail, commits.at(-1)!)) {
    const seq = commits.length + 1;
    commits.push(seq % 5 === 1 ? takeoverAfter(shard, tail, owner, AT) : batchAfter(shard, tail, POSTINGS, Buffer.from(`batch ${seq}\u0000\u00ff`), AT));
  }
  return commits;
}

/** What every store of a shard must do. `open` gives one that is empty. */
export function shardStoreContract(name: string, open: () => Promise<ShardStore>): void {
  const given = async (...shards: [string, number][]) => {
    const store = await open();
    const chains = shards.map(([shard, length]) => chain(shard, length));
    for (const commit of chains.flat()) assert.equal(await store.log.insert(commit, TIMEOUT_MS), true);
    return { store, chains };
  };
  const seqs = (commits: readonly ShardCommit[]) => commits.map(({ seq }) => seq);

  test(`${name}: a place in the log is taken once, and whoever asks sees by whom`, async () => {
    const { store: { log } } = await given();
    const [mine] = chain('s-1', 1, 'me') as [ShardCommit];
    const [other] = chain('s-1', 1, 'other') as [ShardCommit];
    assert.equal(await log.standing(mine._id, TIMEOUT_MS), undefined);
    assert.equal(await log.insert(mine, TIMEOUT_MS), true);
    assert.equal(await log.insert(mine, TIMEOUT_MS), false);
    assert.equal(await log.insert(other, TIMEOUT_MS), false);
    const standing = await log.standing(mine._id, TIMEOUT_MS);
    assert.deepEqual([standing?.epoch, standing?.hash], [mine.epoch, mine.hash]);
  });

  test(`${name}: of many that want one place at once, one gets it`, async () => {
    const { store: { log } } = await given();
    const rivals = Array.from({ length: 12 }, (_, n) => chain('s-1', 1, `rival ${n}`)[0]!);
    const won = await Promise.all(rivals.map((rival) => log.insert(rival, TIMEOUT_MS)));
    assert.equal(won.filter(Boolean).length, 1);
    assert.equal((await log.standing(commitId('s-1', 1), TIMEOUT_MS))?.hash, rivals[won.indexOf(true)]!.hash);
  });

  test(`${name}: of several shards' commits at the same time each stands or falls by itself`, async () => {
    const { store: { log } } = await given(['s-1', 1]);
    const first = ['s-1', 's-2', 's-3'].map((shard) => chain(shard, 1, 'other')[0]!);
    assert.deepEqual(await Promise.all(first.map((commit) => log.insert(commit, TIMEOUT_MS))), [false, true, true]);
    assert.deepEqual(await Promise.all(['s-1', 's-2', 's-3'].map((shard) => log.newest(shard))), [1, 1, 1]);
  });

  test(`${name}: a shard's commits come in order, byte for byte, from any of them on, and no other shard's`, async () => {
    const { store: { log }, chains: [mine] } = await given(['s-1', 130], ['s-10', 3], ['s', 4]);
    assert.deepEqual(await Array.fromAsync(log.after('s-1', 0)), mine);
    assert.deepEqual(seqs(await Array.fromAsync(log.after('s-1', 127))), [128, 129, 130]);
    assert.deepEqual(await Array.fromAsync(log.after('s-1', 130)), []);
    assert.deepEqual(await Array.fromAsync(log.after('s-2', 0)), []);
    assert.deepEqual(seqs(await log.page('s-1', 2, 3)), [3, 4, 5]);
    assert.deepEqual(seqs(await log.page('s', 2, 16)), [3, 4]);
    assert.deepEqual(await Promise.all(['s-1', 's-10', 's', 's-2'].map((shard) => log.newest(shard))), [130, 3, 4, 0]);
  });

  test(`${name}: the newest commit is known again however many came meanwhile`, async () => {
    const { store: { log } } = await given(['s-1', 1]);
    let there = 1;
    for (const more of [0, 1, 2, 3, 5, 40]) {
      for (const commit of chain('s-1', there + more).slice(there)) await log.insert(commit, TIMEOUT_MS);
      assert.equal(await log.newest('s-1'), (there += more));
    }
  });

  test(`${name}: commits are had by their places, whole or only with their first postings`, async () => {
    const { store: { log }, chains: [mine] } = await given(['s-1', 12], ['s-10', 2]);
    const bySeq = <C extends { seq: number }>(some: readonly C[]) => some.toSorted((a, b) => a.seq - b.seq);
    assert.deepEqual(bySeq(await log.commits('s-1', [7, 2, 99])), [mine![1], mine![6]]);
    assert.deepEqual(bySeq(await log.marks('s-1', [1, 2, 3, 7, 13])).map(({ seq, first }) => [seq, first]), [[1, undefined], [2, 1], [3, 4], [7, 13]]);
    assert.deepEqual(await log.commits('s-2', [1]), []);
  });

  test(`${name}: snapshots are kept in pieces, by shard, and older ones are forgotten but for what newer ones still need`, async () => {
    const { store: { snapshots } } = await given();
    const idOf = (shard: string, seq: number, n: number) => `${commitId(shard, seq)}:${n}`;
    const manifest = (shard: string, seq: number, sha256 = 'x'): Manifest => ({ _id: commitId(shard, seq), form: 1, chunks: [0, 1].map((n) => ({ _id: idOf(shard, seq, n), sha256 })), sha256, seq, epoch: 1, hash: 'h', postings: 7 });
    for (const [shard, seq] of [['s-1', 5], ['s-1', 9], ['s-1', 20], ['s-10', 2]] as const) {
      for (const n of [0, 1]) await snapshots.addChunk(idOf(shard, seq, n), Buffer.from([seq, n, 0]));
      await snapshots.putManifest(manifest(shard, seq));
    }
    await assert.rejects(snapshots.addChunk(`${commitId('s-1', 9)}:1`, Buffer.of(1)));
    await snapshots.putManifest(manifest('s-1', 9, 'y'));
    assert.deepEqual(await snapshots.manifests('s-1'), [manifest('s-1', 20), manifest('s-1', 9, 'y'), manifest('s-1', 5)]);
    assert.deepEqual((await snapshots.manifests('s-1', 2)).map(({ seq }) => seq), [20, 9]);
    await snapshots.dropBefore('s-1', commitId('s-1', 9), [idOf('s-1', 5, 1)]);
    await snapshots.dropChunks(commitId('s-1', 20));
    const chunk = (shard: string, seq: number, n: number) => snapshots.chunk(idOf(shard, seq, n));
    assert.deepEqual(await Promise.all([chunk('s-1', 5, 0), chunk('s-1', 5, 1), chunk('s-1', 9, 1), chunk('s-1', 20, 0), chunk('s-10', 2, 1)]), [undefined, Buffer.from([5, 1, 0]), Buffer.from([9, 1, 0]), undefined, Buffer.from([2, 1, 0])]);
    assert.deepEqual((await snapshots.manifests('s-1')).map(({ seq }) => seq), [20, 9]);
  });

  test(`${name}: pages stand with the bytes that they came with, each by its name and its shard`, async () => {
    const { store: { pages } } = await given();
    const page = (name: string, text: string) => ({ name, bytes: Buffer.from(text) });
    const byName = async (shard: string, ...names: string[]) => (await pages.read(shard, names)).sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, bytes }) => [name, bytes.toString()]);
    assert.deepEqual(await byName('s-1', 'a', 'b'), []);
    assert.equal(await pages.add('s-1', [page('a', 'one\u0000\u00ff'), page('b', '')]), true);
    assert.equal(await pages.add('s-10', [page('a', 'another shard')]), true);
    assert.equal(await pages.add('s-1', [page('b', 'late'), page('c', 'three')]), false, 'one stood before');
    assert.deepEqual(await byName('s-1', 'c', 'a', 'b', 'd'), [['a', 'one\u0000\u00ff'], ['b', ''], ['c', 'three']]);
    assert.deepEqual(await byName('s-10', 'a', 'c'), [['a', 'another shard']]);
    const many = Array.from({ length: 100 }, (_, n) => page(`m${n}`, `${n}`));
    const rivals = await Promise.all([pages.add('s-2', many), pages.add('s-2', many)]);
    assert.ok(rivals.includes(false));
    assert.equal((await pages.read('s-2', many.map(({ name }) => name))).length, 100);
  });

  test(`${name}: a position only rises`, async () => {
    const { store: { positions } } = await given();
    assert.equal(await positions.load('s-1'), 0);
    for (const seq of [3, 7, 5, 7]) await positions.raise('s-1', seq);
    assert.equal(await positions.load('s-1'), 7);
    await Promise.all([12, 9, 20, 11].map((seq) => positions.raise('s-1', seq)));
    assert.deepEqual([await positions.load('s-1'), await positions.load('s-10')], [20, 0]);
  });

  test(`${name}: a lease is one owner's until it ends or is let go`, async () => {
    const { store: { leases } } = await given();
    const at = (seconds: number) => new Date(AT.getTime() + seconds * 1_000);
    const take = (owner: string, now: number, until: number, address?: string) => leases.take('shard:s-1', { owner, until: at(until), address }, at(now));
    assert.equal(await leases.find('shard:s-1'), undefined);
    assert.equal(await take('a', 0, 3, 'host:1'), true);
    assert.equal(await take('b', 2, 5), false);
    assert.equal(await take('a', 2, 5, 'host:1'), true);
    assert.equal(await take('b', 5, 8), false, 'it ends after its last moment');
    const found = await leases.find('shard:s-1');
    assert.deepEqual([found?.owner, found?.until, found?.address], ['a', at(5), 'host:1']);
    assert.equal(await leases.take('member:c', { owner: 'c', until: at(6) }, at(2)), true);
    assert.deepEqual(Array.from(await leases.live(at(4)), ([name, { owner }]) => [name, owner]).sort(), [['member:c', 'c'], ['shard:s-1', 'a']]);
    assert.deepEqual([...(await leases.live(at(5))).keys()], ['member:c']);
    assert.equal(await take('b', 5.001, 8), true);
    await leases.release('shard:s-1', 'a');
    assert.equal((await leases.find('shard:s-1'))?.owner, 'b');
    await leases.release('shard:s-1', 'b');
    assert.equal(await leases.find('shard:s-1'), undefined);
    const won = await Promise.all(['c', 'd', 'e'].map((owner) => take(owner, 9, 12)));
    assert.equal(won.filter(Boolean).length, 1);
  });
}
