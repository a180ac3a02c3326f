import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { attempt, deferral, isDue, isTooLate, queue, receipted, submitted, withdraw, type MessageRequest } from './decide.ts';
import { evolve, initialMessage, type MessageEvent, type MessageState } from './message.ts';

/** From the tenth second on, for five seconds. It is 16:00 in Shanghai. */
const QUIET = { from: '16:00:10', to: '16:00:15' };
const RETRY_AFTER_MS = 15_000;
const request: MessageRequest = { messageId: 'm1', rule: 'BALANCE_LOW', accountNo: '0000000001', causeEventId: 'ledger-0:7:2', facts: { balanceFen: '100' } };
const sealed = { messageId: 'm1', content: new Uint8Array([1]), person: 'c1', language: 'zh' };
const at = (seconds: number) => new Date(Date.UTC(2026, 10, 24, 8, 0, seconds));

const after = (...steps: ((state: MessageState) => MessageEvent[])[]) => steps.reduce((state, step) => step(state).reduce(evolve, state), initialMessage);
const queued = (state: MessageState) => queue(state, request, at(0), QUIET);
const attempted = (seconds: number) => (state: MessageState) => attempt(state, sealed, at(seconds), RETRY_AFTER_MS);
const accepted = (state: MessageState) => submitted(state, 'm1', { kind: 'accepted', providerMessageId: 'p1' }, at(2));
const delivered = (state: MessageState) => receipted(state, 'm1', 'p1', true, at(3));

test('an event asks for its message once, however often it comes', () => {
  assert.deepEqual(queue(after(queued), request, at(9), QUIET), []);
  assert.deepEqual(queue(after(queued, attempted(1), accepted, delivered), request, at(9), QUIET), []);
});

test('an attempt is recorded before the message leaves, and only one sender wins it', () => {
  const state = after(queued, attempted(1));
  assert.equal(state.attempts, 1);
  assert.deepEqual(attempt(state, sealed, at(1), RETRY_AFTER_MS), []);
});

test('an attempt without a known outcome is repeated, but only after its receipt has had time', () => {
  const state = after(queued, attempted(1));
  assert.equal(isDue(state, at(15), RETRY_AFTER_MS), false);
  assert.equal(isDue(state, at(16), RETRY_AFTER_MS), true);
  assert.equal(after(queued, attempted(1), attempted(16)).attempts, 2);
});

test('what could not leave before it is of no use does not leave any more; what was handed over may have arrived', () => {
  const visit = { ...request, rule: 'ROVING_VISIT', facts: { until: at(10).toISOString() } } as const;
  const state = after((none) => queue(none, visit, at(0), QUIET));
  assert.deepEqual([9, 10].map((seconds) => isTooLate(state, at(seconds))), [false, true]);
  assert.equal(isTooLate(attempted(5)(state).reduce(evolve, state), at(10)), false);
  assert.equal(isTooLate(after(queued), at(59)), false, 'most messages never are');
});

const queuedAt = (seconds: number, more: Partial<MessageRequest> = {}) => (state: MessageState) => queue(state, { ...request, ...more }, at(seconds), QUIET);

test('what is asked for in the quiet hours waits until they are over, and says so; what is waited for goes at once', () => {
  const state = after(queuedAt(11));
  assert.deepEqual([state.status, state.notBefore, state.waitedFor], ['DEFERRED', at(15), 'QUIET_HOURS']);
  assert.deepEqual([14, 15].map((seconds) => isDue(state, at(seconds), RETRY_AFTER_MS)), [false, true]);
  assert.deepEqual(attempt(state, sealed, at(14), RETRY_AFTER_MS), []);
  assert.equal(after(queuedAt(11), attempted(15), accepted, delivered).status, 'DELIVERED');
  assert.equal(after(queuedAt(11, { rule: 'TOP_UP_RECEIPT' })).status, 'QUEUED');
  assert.equal(after(queuedAt(11, { rule: 'ROVING_VISIT', facts: { tellBy: at(15).toISOString() } })).status, 'QUEUED');
});

test('what was held up until the quiet hours began waits too, new or tried before', () => {
  const defers = (state: MessageState) => deferral('m1', state, at(12), QUIET);
  assert.equal(after(queued, defers).notBefore?.getTime(), at(15).getTime());
  const tried = after(queued, attempted(1), defers);
  assert.deepEqual([tried.status, tried.attempts, isDue(tried, at(15), RETRY_AFTER_MS)], ['DEFERRED', 1, true]);
  assert.equal(after(queued, attempted(1), defers, accepted).status, 'SENT', 'the answer came late');
});

test('what has waited is too late as well where it is of no use any more', () => {
  assert.equal(isTooLate(after(queuedAt(11, { rule: 'ROVING_VISIT', facts: { until: at(14).toISOString() } })), at(15)), true);
});

test('what came to be wrong while it waited is withdrawn, and never sent; what is new is not', () => {
  const withdrawn = after(queuedAt(11), (state) => withdraw(state, 'm1', 'SETTLED', at(15)));
  assert.deepEqual([withdrawn.status, withdrawn.failure, isDue(withdrawn, at(59), RETRY_AFTER_MS)], ['WITHDRAWN', 'SETTLED', false]);
  assert.deepEqual([attempted(16)(withdrawn), accepted(withdrawn), delivered(withdrawn)], [[], [], []]);
  assert.deepEqual(withdraw(after(queued), 'm1', 'SETTLED', at(15)), []);
});

test('what the SMSC has accepted is not sent again', () => {
  assert.equal(isDue(after(queued, attempted(1), accepted), at(59), RETRY_AFTER_MS), false);
});

test('what the SMSC refuses has failed, with the reason', () => {
  const state = after(queued, attempted(1), (s) => submitted(s, 'm1', { kind: 'refused', reason: 'REJECTED' }, at(2)));
  assert.deepEqual([state.status, state.failure], ['FAILED', 'REJECTED']);
});

test('a customer who cannot be reached makes the message fail without an attempt', () => {
  const state = after(queued, (s) => submitted(s, 'm1', { kind: 'refused', reason: 'NO_CONTACT' }, at(2)));
  assert.deepEqual([state.status, state.attempts], ['FAILED', 0]);
});

test('a receipt that overtakes the answer to the submit says both that it was sent and that it arrived', () => {
  const state = after(queued, attempted(1), delivered);
  assert.deepEqual([state.status, state.providerMessageId], ['DELIVERED', 'p1']);
  assert.deepEqual(accepted(state), []);
});

test('whatever comes in whatever order, the end is final and attempts are only counted up', () => {
  const defers = (s: MessageState) => (isDue(s, at(12), RETRY_AFTER_MS) ? deferral('m1', s, at(12), QUIET) : []);
  const step = fc.constantFrom(queued, defers, (s: MessageState) => withdraw(s, 'm1', 'SUPERSEDED', at(20)), attempted(1), attempted(20), attempted(40), accepted, delivered, (s: MessageState) => receipted(s, 'm1', 'p1', false, at(3)));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let state = after(queued);
      for (const next of steps) {
        const before = state;
        state = next(state).reduce(evolve, state);
        assert.ok(state.attempts >= before.attempts);
        if (before.status === 'DELIVERED' || before.status === 'FAILED' || before.status === 'WITHDRAWN') assert.equal(state, before);
      }
    }),
  );
});
