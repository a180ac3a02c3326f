import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLogger } from '@youdian/telemetry';
import { letterOfEvent, type DeadLetter } from './dead-letter.ts';
import { Poison, Unavailable } from './errors.ts';
import { encodeEvent, type Event, type History, type InRecord, type ReceivedEvent } from './event.ts';
import { Inbox } from './inbox.ts';
import type { InboxOptions } from './inbox-options.ts';
import { MemoryInboxStore } from './memory-inbox-store.ts';

const TOPIC = 'owner.thing.v1';
const log = createLogger('test', 'silent');

function eventOf(subject: string, sequence: number): Event {
  return {
    topic: TOPIC, id: `${subject}:${sequence}:0`, source: '/youdian/owner', type: 'youdian.owner.v1.ThingDone', subject, sequence: BigInt(sequence),
    time: new Date('2026-01-01'), data: Buffer.from('{}'),
  };
}

function recordOf(subject: string, sequence: number, offset = 0): InRecord {
  const { key, value, headers } = encodeEvent(eventOf(subject, sequence));
  return { key: Buffer.from(key!), value, headers, offset: String(offset), timestamp: '0' };
}

/** An owner whose subjects have `last` events each. */
function owner(last: number): History & { reads: number } {
  return {
    reads: 0,
    async *read(_topic, subject, from) {
      this.reads += 1;
      for (let sequence = Number(from); sequence <= last; sequence++) yield eventOf(subject, sequence);
    },
    async *readAll() { throw new Error('not asked for here'); },
  };
}

function makeInbox(over: Partial<InboxOptions<string>> = {}) {
  const store = new MemoryInboxStore<string>();
  const letters: DeadLetter[] = [];
  const time = { ms: 0 };
  const make = (): Inbox<string> => new Inbox<string>({
    group: 'test', store, handle: (event) => [`${event.subject}:${event.sequence}`], log, nowMs: () => time.ms,
    bury: async (buried) => { letters.push(...buried); },
    ...over, limits: { retryFirstMs: 0, graceMs: 100, ...over.limits },
  });
  const inbox = make();
  let offset = 0;
  const receive = (subject: string, ...sequences: number[]): Promise<void> => {
    const records = sequences.map((sequence) => recordOf(subject, sequence, offset++));
    return inbox.receive(TOPIC, 0, records, [{ topic: TOPIC, partition: 0, offset: BigInt(offset) }]);
  };
  return { store, inbox, letters, receive, restarted: make, later: (ms: number) => { time.ms += ms; } };
}

const upTo = (subject: string, last: number): string[] => Array.from({ length: last }, (_, i) => `${subject}:${i + 1}`);

test('a doubled event has its effect once', async () => {
  const { store, receive } = makeInbox();
  await receive('a', 1, 1, 2);
  await receive('a', 2, 1);
  assert.deepEqual(store.effects, upTo('a', 2));
});

test('an event out of order waits, durably, for the one before it', async () => {
  const { store, receive } = makeInbox();
  await receive('a', 3, 2);
  assert.deepEqual(store.effects, []);
  assert.equal((await store.parked(TOPIC, 'a', 0n, 10)).length, 2);
  await receive('a', 1);
  assert.deepEqual(store.effects, upTo('a', 3));
  assert.deepEqual((await store.open()).parked, []);
});

test('a gap is healed from the owner\'s history, but only after the grace', async () => {
  const history = owner(9);
  const { store, inbox, receive, later } = makeInbox({ history });
  await receive('a', 1, 5);
  await inbox.heal();
  assert.equal(history.reads, 0);
  later(101);
  await inbox.heal();
  assert.deepEqual(store.effects, upTo('a', 5));
  assert.equal(inbox.status().parked, 0);
});

test('a gap is never skipped: without the missing event the subject waits and says so', async () => {
  const { store, inbox, receive, later } = makeInbox({ history: owner(0) });
  await receive('a', 1, 3);
  for (let i = 0; i < 5; i++) {
    later(101);
    await inbox.heal();
  }
  assert.deepEqual(store.effects, upTo('a', 1));
  assert.match(inbox.status().waiting ?? '', /waits for sequence 2/);
});

test('poison goes to the dead letters, its subject waits, others go on', async () => {
  const { store, inbox, letters, receive } = makeInbox({
    handle: (event) => { if (event.subject === 'a' && event.sequence === 2n) throw new Poison('no such usage nature'); return [`${event.subject}:${event.sequence}`]; },
  });
  await receive('a', 1, 2, 3);
  await receive('b', 1);
  await receive('a', 4);
  assert.deepEqual(store.effects, ['a:1', 'b:1']);
  assert.deepEqual(letters.map(({ id, reason, attempts }) => [id, reason, attempts]), [[`${TOPIC}/0/1`, 'Poison: no such usage nature', 1]]);
  assert.equal((await store.subjects(TOPIC, ['a'])).get('a')?.blockedAt, 2n);
  await inbox.heal();
  assert.equal(inbox.status().parked, 2);
});

test('an unexpected error is tried a few times before it counts as poison', async () => {
  let tries = 0;
  const { store, letters, receive } = makeInbox({ limits: { attempts: 3 }, handle: () => { tries += 1; throw new Error(`bug ${tries}`); } });
  await receive('a', 1);
  assert.deepEqual([tries, letters[0]?.attempts, letters[0]?.reason, store.effects.length], [3, 3, 'Error: bug 3', 0]);
});

test('an unexpected error that goes away is no poison', async () => {
  let tries = 0;
  const { store, letters, receive } = makeInbox({ handle: async (event) => { if (++tries < 3) throw new Error('once'); return [String(event.sequence)]; } });
  await receive('a', 1);
  assert.deepEqual([store.effects, letters], [['1'], []]);
});

test('a dependency that is away is not poison: nothing moves until it is back', async () => {
  let away = true;
  const { store, letters, receive } = makeInbox({ handle: (event) => { if (away) throw new Unavailable('database away'); return [`a:${event.sequence}`]; } });
  await assert.rejects(receive('a', 1), Unavailable);
  assert.deepEqual([letters, (await store.open()).positions], [[], []]);
  away = false;
  await receive('a', 1);
  assert.deepEqual(store.effects, ['a:1']);
});

test('a step that could not be stored leaves nothing behind in memory', async () => {
  const { store, receive } = makeInbox();
  const commit = store.commit.bind(store);
  store.commit = async () => { throw new Unavailable('store away'); };
  await assert.rejects(receive('a', 1));
  store.commit = commit;
  await receive('a', 1, 2);
  assert.deepEqual(store.effects, upTo('a', 2));
});

test('a replay handles the dead letter again and lets the parked events follow', async () => {
  let fixed = false;
  const { store, inbox, letters, receive } = makeInbox({
    handle: (event) => { if (!fixed && event.sequence === 2n) throw new Poison('unknown'); return [`a:${event.sequence}`]; },
  });
  await receive('a', 1, 2, 3, 4);
  await inbox.replay(letters[0]!);
  assert.equal(letters.length, 2, 'still poison: buried again');
  assert.deepEqual(store.effects, ['a:1']);
  fixed = true;
  await inbox.replay(letters[1]!);
  assert.deepEqual(store.effects, upTo('a', 4));
  await inbox.replay(letters[1]!);
  assert.deepEqual(store.effects, upTo('a', 4), 'a second replay changes nothing');
});

test('a skip leaves the event out, marks the subject incomplete and lets the parked events follow', async () => {
  const { store, inbox, letters, receive } = makeInbox({ handle: (event) => { if (event.sequence === 2n) throw new Poison('unknown'); return [`a:${event.sequence}`]; } });
  await receive('a', 1, 2, 3);
  await inbox.skip(letters[0]!, 'a test record');
  await receive('a', 4);
  assert.deepEqual(store.effects, ['a:1', 'a:3', 'a:4']);
  assert.equal((await store.subjects(TOPIC, ['a'])).get('a')?.incomplete, '2: a test record');
});

test('a record that is no event is a dead letter, and the partition goes on', async () => {
  const { store, inbox, letters, receive } = makeInbox();
  await inbox.receive(TOPIC, 0, [{ key: null, value: Buffer.from('hello'), headers: {}, offset: '0', timestamp: '0' }], [{ topic: TOPIC, partition: 0, offset: 1n }]);
  await receive('a', 1);
  assert.equal(letters[0]?.reason, 'ce_specversion is missing, not 1.0');
  assert.deepEqual(store.effects, ['a:1']);
});

test('when the bound of parked events is reached, the group waits and loses none', async () => {
  const { store, inbox, receive, later } = makeInbox({ history: owner(20), limits: { parkedPerSubject: 3 } });
  await receive('a', 2, 3, 4);
  await assert.rejects(receive('a', 5), /which is the limit/);
  later(101);
  await inbox.heal();
  await receive('a', 5);
  assert.deepEqual(store.effects, upTo('a', 5));
});

test('healing takes a long gap in bounded steps', async () => {
  const { store, inbox, receive, later } = makeInbox({ history: owner(1_000), limits: { healBatch: 64 } });
  await receive('a', ...Array.from({ length: 200 }, (_, i) => i + 500));
  later(101);
  for (let i = 0; i < 50 && inbox.status().parked > 0; i++) {
    await inbox.heal();
    later(101);
  }
  assert.deepEqual(store.effects, upTo('a', 699));
});

test('whatever the order, the doubles, the gaps and the restarts: each effect once, in its subject\'s order', async () => {
  const LAST = 12;
  const delivery = fc.record({ subject: fc.constantFrom('a', 'b', 'c'), sequences: fc.array(fc.integer({ min: 1, max: LAST }), { maxLength: 8 }), restart: fc.boolean(), heal: fc.boolean() });
  const seed = Number(process.env['YOUDIAN_SEED'] ?? Date.now() % 1e6);
  await fc.assert(fc.asyncProperty(fc.array(delivery, { maxLength: 25 }), async (deliveries) => {
    const { store, inbox: first, restarted, later } = makeInbox({ history: owner(LAST), limits: { healBatch: 3 } });
    let inbox = first;
    let offset = 0;
    for (const { subject, sequences, restart, heal } of deliveries) {
      if (restart) await (inbox = restarted()).open();
      const records = sequences.map((sequence) => recordOf(subject, sequence, offset++));
      if (records.length > 0) await inbox.receive(TOPIC, 0, records, [{ topic: TOPIC, partition: 0, offset: BigInt(offset) }]);
      if (heal) {
        later(101);
        await inbox.heal();
      }
    }
    for (let i = 0; i < 10; i++) {
      later(101);
      await inbox.heal();
    }
    for (const subject of ['a', 'b', 'c']) {
      const seen = deliveries.filter((one) => one.subject === subject).flatMap(({ sequences }) => sequences);
      assert.deepEqual(store.effects.filter((id) => id.startsWith(subject)), upTo(subject, Math.max(0, ...seen)));
    }
    assert.equal(inbox.status().parked, 0);
    assert.deepEqual((await store.open()).parked, []);
  }), { seed, numRuns: process.env['SOAK'] ? 5_000 : 200 });
});

test('a dead letter out of the history names its subject and sequence', () => {
  const event: ReceivedEvent = { ...eventOf('a', 7), partition: 1, offset: -1n };
  assert.equal(letterOfEvent('g', event, 'r', 1).id, `${TOPIC}/a/7`);
});
