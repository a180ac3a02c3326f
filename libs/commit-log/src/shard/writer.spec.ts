import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isRejection, Rejected } from '@youdian/rejection';
import { post, purseLedger, type PursePosting, type PurseState } from '../testing/purse.ts';
import { batchAfter, BEGINNING, tailAfter, takeoverAfter, type ShardCommit } from './commit.ts';
import { SHARD_LIMITS, type ShardDefinition, type ShardLimits } from './definition.ts';
import type { Fence } from './fence.ts';
import { Writer, type ShardDecide } from './writer.ts';

const at = new Date(0);
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A log in memory whose answers come when the test lets them. */
class MemoryFence {
  readonly commits: ShardCommit[] = [];
  readonly gates: (() => void)[] = [];
  held = false;
  replaced = false;

  async append(commit: ShardCommit): Promise<boolean> {
    await this.#gate();
    if (this.replaced) return false;
    this.commits.push(commit);
    return true;
  }

  async isTail(): Promise<boolean> {
    await this.#gate();
    return !this.replaced;
  }

  #gate(): Promise<void> | undefined {
    return this.held ? new Promise((resolve) => this.gates.push(resolve)) : undefined;
  }

  release(): void {
    this.held = false;
    for (const open of this.gates.splice(0)) open();
  }
}

function given(limits: Partial<ShardLimits> = {}) {
  const fence = new MemoryFence();
  const ledger = purseLedger();
  const tail = tailAfter(BEGINNING, takeoverAfter(ledger.shard, BEGINNING, 'me', at));
  const state: PurseState = ledger.machine.initial();
  let over = false;
  const writer = new Writer<PurseState, PursePosting>(ledger, { ...SHARD_LIMITS, ...limits }, () => at, fence as unknown as Fence, state, tail, {
    durable: () => {}, steppedDown: () => (over = true),
  });
  const postings = () => fence.commits.flatMap((commit) => ledger.codec.decode(commit.body));
  return { fence, writer, state, postings, over: () => over };
}

const refused = (error: unknown) => error instanceof Rejected && isRejection(error.rejection);

test('nobody is answered before what the answer rests on is durable: not a posting, a refusal, a repeat or a read', async () => {
  const { fence, writer } = given();
  fence.held = true;
  const answered: string[] = [];
  const note = (name: string, work: Promise<unknown>) => void work.then(() => answered.push(name), () => answered.push(name));
  note('posting', writer.submit(post('k1', 'p', 5)));
  note('repeat', writer.submit(post('k1', 'p', 5)));
  note('refusal', writer.submit(post('k2', 'p', -6)));
  note('read', writer.submit((state) => ({ result: state.count })));
  for (let n = 0; n < 5; n++) await turn();
  assert.deepEqual(answered, []);
  fence.release();
  await writer.drained();
  assert.deepEqual(answered, ['posting', 'repeat', 'refusal', 'read']);
});

test('many who wait for one append are answered some a turn, in order; who closes waits for all, and who steps down owes nobody an answer', async () => {
  const answers = (writer: ReturnType<typeof given>['writer']) => {
    const answered: number[] = [];
    const asked = Array.from({ length: 100 }, (_, n) => writer.submit(post(`k${n}`, 'p', 5)).then(() => answered.push(n)));
    return { answered, asked };
  };
  const closing = given();
  const all = answers(closing.writer);
  while (all.answered.length === 0) await turn();
  assert.ok(all.answered.length < 100);
  await closing.writer.drained();
  assert.deepEqual(all.answered, all.asked.map((_, n) => n));

  const leaving = given();
  const told = answers(leaving.writer);
  while (told.answered.length === 0) await turn();
  leaving.writer.stepDown();
  await Promise.all(told.asked);
  assert.equal(leaving.postings().length, 100);
});

test('a read that appends nothing still asks the log, which may know a newer writer', async () => {
  const { fence, writer, over } = given();
  fence.replaced = true;
  await assert.rejects(writer.submit((state) => ({ result: state.count })), refused);
  assert.equal(over(), true);
});

test('what decide throws waits for the log too: on a state that was left behind it may be no mistake', async () => {
  const broken = () => { throw new Error('there is no such purse'); };
  await assert.rejects(given().writer.submit(broken), /no such purse/);
  const { fence, writer } = given();
  fence.replaced = true;
  await assert.rejects(writer.submit(broken), refused);
});

test('while one append is under way the next batch fills', async () => {
  const { fence, writer, postings } = given();
  fence.held = true;
  const first = writer.submit(post('k0', 'p', 1));
  await turn();
  const rest = Array.from({ length: 50 }, (_, n) => writer.submit(post(`k${n + 1}`, 'p', 1)));
  fence.release();
  assert.deepEqual(await Promise.all([first, ...rest]), Array.from({ length: 51 }, (_, n) => n + 1));
  assert.deepEqual([fence.commits.length, postings().length], [2, 51]);
});

test('a batch is cut at its limits, never through a command', async () => {
  const { fence, writer } = given({ batchPostings: 10, batchBytes: 1_000 });
  const pair = (n: number) => writer.submit((state: PurseState) => {
    const count = state.purses.get('p')?.postings.length ?? 0;
    const one = (i: number) => ({ key: `${n}-${i}`, purse: 'p', amount: 1, balance: count + i, sequence: count + i, at: 0 });
    return { postings: [one(1), one(2), one(3)], result: n };
  });
  await Promise.all(Array.from({ length: 20 }, (_, n) => pair(n)));
  assert.ok(fence.commits.length >= 6);
  for (const { count, body } of fence.commits) {
    assert.equal(count % 3, 0);
    assert.ok(count <= 10 && body.length <= 1_000);
  }
});

test('many at once: each sees what those before it left, one commit may hold them all, and all are answered when durable', async () => {
  const { fence, writer, postings } = given();
  fence.held = true;
  let answers: number[] | undefined;
  void writer.submitAll([post('k1', 'p', 5), post('k2', 'p', -2), post('k1', 'p', 5), post('k3', 'q', 1)]).then((results) => (answers = results));
  for (let n = 0; n < 5; n++) await turn();
  assert.equal(answers, undefined);
  fence.release();
  await writer.drained();
  assert.deepEqual(answers, [5, 3, 5, 1]);
  assert.equal(fence.commits.length, 1);
  assert.equal(postings().length, 3);
});

test('of many at once one that throws fails them all, those before it stand, and those after it are not decided', async () => {
  const { writer, postings } = given();
  await assert.rejects(writer.submitAll([post('k1', 'p', 5), post('k2', 'p', -6), post('k3', 'p', 1)]), refused);
  assert.deepEqual(postings().map(({ key }) => key), ['k1']);
  assert.deepEqual(await writer.submitAll([]), []);
});

test('many at once are cut at the limits of a commit too', async () => {
  const { fence, writer } = given({ batchPostings: 10 });
  await writer.submitAll(Array.from({ length: 45 }, (_, n) => post(`k${n}`, 'p', 1)));
  assert.deepEqual(fence.commits.map(({ count }) => count), [10, 10, 10, 10, 5]);
});

test('while an outcome is unknown for too long callers are told to retry, and later the writer goes on', async () => {
  const { fence, writer, postings } = given({ resolveMs: 20 });
  fence.held = true;
  const stuck = [writer.submit(post('k1', 'p', 5)), turn().then(() => writer.submit(post('k2', 'p', 5)))];
  for (const each of stuck) await assert.rejects(each, refused);
  await assert.rejects(writer.submit(post('k3', 'p', 5)), refused);
  fence.release();
  await turn();
  await writer.drained();
  assert.equal(await writer.submit(post('k1', 'p', 5)), 5);
  assert.equal(await writer.submit(post('k2', 'p', 5)), 10);
  assert.deepEqual(postings().map(({ key }) => key), ['k1', 'k2']);
});

test('whatever is submitted in whatever order, the answers are those of one command after another, and the log replays to the state', async () => {
  const commands = fc.array(fc.tuple(fc.nat(20), fc.nat(3), fc.integer({ min: -5, max: 5 }).filter((amount) => amount !== 0), fc.nat(3)), { maxLength: 60 });
  await fc.assert(fc.asyncProperty(commands, async (list) => {
    const { fence, writer, state, postings } = given({ batchPostings: 4 });
    const ledger = purseLedger();
    const model = ledger.machine.initial();
    const answers: Promise<unknown>[] = [];
    const expected: unknown[] = [];
    for (const [key, purse, amount, pauses] of list) {
      const decide = post(`k${key}`, `p${purse}`, amount);
      answers.push(writer.submit(decide).catch((error: Rejected) => error.rejection.code));
      const decision = decide(model, at);
      if ('code' in decision) expected.push(decision.code);
      else {
        expected.push(decision.result);
        for (const posting of decision.postings ?? []) ledger.machine.apply(model, posting);
      }
      for (let n = 0; n < pauses; n++) await turn();
    }
    assert.deepEqual(await Promise.all(answers), expected);
    await writer.drained();
    assert.deepEqual(state, model);
    const replayed = ledger.machine.initial();
    for (const posting of postings()) ledger.machine.apply(replayed, posting);
    assert.deepEqual(replayed, model);
    fence.commits.reduce(tailAfter, tailAfter(BEGINNING, takeoverAfter(ledger.shard, BEGINNING, 'me', at)));
  }), { numRuns: 100 });
});

test('after stepping down nothing is answered from memory any more', async () => {
  const { fence, writer, over } = given();
  fence.held = true;
  const waiting = [writer.submit(post('k1', 'p', 5)), turn().then(() => writer.submit(post('k2', 'p', 5)))];
  await turn();
  await turn();
  fence.replaced = true;
  fence.release();
  for (const each of waiting) await assert.rejects(each, refused);
  await assert.rejects(writer.submit(post('k1', 'p', 5)), refused);
  assert.equal(over(), true);
  assert.throws(() => tailAfter(BEGINNING, batchAfter('s', { ...BEGINNING, epoch: 1 }, 1, Buffer.of(1), at)));
});

test('so many commands may wait and no more: whoever comes then is asked to come again, and takes nobody’s place', async () => {
  const { fence, writer, postings } = given({ batchPostings: 1, queuedCommands: 2 });
  fence.held = true;
  const flying = writer.submit(post('k0', 'p', 1));
  await turn();
  const waiting = ['k1', 'k2', 'k3'].map((key) => writer.submit(post(key, 'p', 1)));
  await assert.rejects(writer.submit(post('k4', 'p', 1)), (error: Rejected) => error.rejection.kind === 'unavailable');
  fence.release();
  await Promise.all([flying, ...waiting]);
  assert.equal(postings().length, 4);
});

/** Purses whose keys are known only once they have been looked up: `gates` let the looks go on. */
function forgetting(known: readonly string[] = []) {
  const looks: { readonly missed: readonly string[]; readonly end: (error?: Error) => void }[] = [];
  const atHand = new Set<string>();
  const missed: string[] = [];
  const at0 = given();
  const ask = (key: string, amount = 1): ShardDecide<PurseState, PursePosting, number> => (state, now) => {
    if (!state.keys.has(key) && !atHand.has(key)) missed.push(key);
    return known.includes(key) ? { result: -1 } : post(key, 'p', amount)(state, now);
  };
  const ledger: ShardDefinition<PurseState, PursePosting> = {
    ...purseLedger(),
    outside: {
      missed: () => missed.splice(0), recall: () => assert.fail(), forget: () => atHand.clear(), leave: () => undefined,
    },
  };
  const tail = tailAfter(BEGINNING, takeoverAfter(ledger.shard, BEGINNING, 'me', at));
  const writer = new Writer<PurseState, PursePosting>(ledger, SHARD_LIMITS, () => at, at0.fence as unknown as Fence, ledger.machine.initial(), tail, {
    durable: () => {}, steppedDown: () => {},
    recall: (_, wanted) => new Promise((resolve, reject) => looks.push({ missed: [...wanted], end: (error) => {
      if (error) return reject(error);
      for (const key of wanted) atHand.add(key);
      resolve();
    } })),
  });
  return { ...at0, writer, looks, ask };
}

test('what has to be looked up is decided after that, on the state as it is then; all who wait share a look, and nobody else waits', async () => {
  const { writer, looks, ask, postings } = forgetting(['old']);
  const answers: unknown[] = [];
  const note = (work: Promise<unknown>) => void work.then((answer) => answers.push(answer), (error: Rejected) => answers.push(error.rejection.code));
  for (const key of ['a', 'b', 'old', 'a']) note(writer.submit(ask(key)));
  note(writer.submit(post('other', 'q', 7)));
  for (let n = 0; n < 5; n++) await turn();
  assert.deepEqual([answers, looks.map(({ missed }) => missed)], [[7], [['a', 'b', 'old']]]);
  note(writer.submit(ask('late')));
  await turn();
  looks[0]!.end();
  for (let n = 0; n < 5; n++) await turn();
  assert.deepEqual([answers, looks[1]!.missed], [[7, 1, 2, -1, 1], ['late']]);
  assert.deepEqual(postings().map(({ key }) => key), ['other', 'a', 'b']);
  looks[1]!.end();
  await writer.drained();
  assert.equal(answers.at(-1), 3);
});

test('of many at once each is decided once, in order, whatever has to be looked up in between', async () => {
  const { writer, looks, ask, postings } = forgetting();
  const all = writer.submitAll([post('k1', 'p', 5), ask('k2', -5), ask('k3', 2), post('k4', 'p', 1)]);
  for (const key of ['k2', 'k3']) {
    for (let n = 0; n < 5; n++) await turn();
    assert.deepEqual(looks.at(-1)!.missed, [key]);
    looks.at(-1)!.end();
  }
  assert.deepEqual(await all, [5, 0, 2, 3]);
  assert.deepEqual(postings().map(({ key }) => key), ['k1', 'k2', 'k3', 'k4']);
});

test('what cannot be looked up is not decided: retry', async () => {
  const { writer, looks, ask, postings } = forgetting(['old']);
  const asked = Promise.allSettled([writer.submit(ask('old')), writer.submit(ask('new'))]);
  await turn();
  looks[0]!.end(new Error('the store is away'));
  for (const outcome of await asked) assert.equal(outcome.status === 'rejected' && outcome.reason.rejection.kind, 'unavailable');
  assert.deepEqual(postings(), []);
  const again = writer.submit(ask('new'));
  await turn();
  looks[1]!.end();
  assert.equal(await again, 1);
});

test('who steps down while something is looked up decides nothing any more', async () => {
  const { writer, looks, ask, postings } = forgetting();
  const asked = Promise.allSettled([writer.submit(ask('k1'))]);
  await turn();
  const late = Promise.allSettled([writer.submit(ask('k2'))]);
  writer.stepDown();
  looks[0]!.end();
  for (const [outcome] of [await asked, await late]) assert.equal(outcome!.status === 'rejected' && outcome!.reason.rejection.code, 'SHARD_NOT_HERE');
  await writer.drained();
  assert.deepEqual(postings(), []);
});
