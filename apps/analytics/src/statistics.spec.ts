import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { StatisticsUnderTest } from './testing/statistics-under-test.ts';
import { Story } from './testing/story.ts';
import { CASE_TOPIC } from './topics.ts';

let story: Story;
let statistics: StatisticsUnderTest;

beforeEach(async () => {
  story = new Story();
  statistics = await new StatisticsUnderTest(story).start();
});
afterEach(() => statistics.stop());

const fault = (caseId: string, openedAt: string, lineId = 'R1-L1'): void => story.opened(caseId, { kind: 'FAULT', openedAt, regionId: 'R1', lineId });

test('a fault whose cause is corrected next week moves from one cause to the other', async () => {
  fault('f1', '2026-11-02T03:00:00Z');
  fault('f2', '2026-11-03T03:00:00Z');
  story.classified('f1', 'LIGHTNING');
  story.classified('f2', 'LIGHTNING');
  await statistics.arrives();
  assert.deepEqual(await statistics.table('faults', { groupBy: ['cause'] }), ['LIGHTNING: 2,0,,']);

  story.at('2026-11-10T01:00:00Z').classified('f1', 'TREE');
  await statistics.arrives();
  assert.deepEqual(await statistics.table('faults', { groupBy: ['cause'] }), ['LIGHTNING: 1,0,,', 'TREE: 1,0,,']);
  story.classified('f2', 'TREE');
  await statistics.arrives();
  assert.deepEqual(await statistics.table('faults', { groupBy: ['cause'] }), ['TREE: 2,0,,'], 'the old cause is gone, not 0');
});

test('a fault that is not yet classified is counted under no cause', async () => {
  fault('f1', '2026-11-02T03:00:00Z');
  await statistics.arrives();
  const { rows } = await statistics.ask('faults', { groupBy: ['cause'] });
  assert.deepEqual(rows, [{ keys: [''], labelsZh: ['未知'], labelsEn: ['Unknown'], values: ['1', '0', '', ''], previousValues: [], yearBeforeValues: [], valuesBefore: [] }]);
  assert.deepEqual(await statistics.table('faults', { filters: { cause: '' } }), [': 1,0,,']);
});

test('months and days end at midnight in Shanghai', async () => {
  fault('f1', '2026-10-31T15:59:59.999Z');
  fault('f2', '2026-10-31T16:00:00Z');
  fault('f3', '2026-12-31T16:30:00Z');
  await statistics.arrives();
  assert.deepEqual(await statistics.table('faults', { groupBy: ['month', 'day', 'hour'] }), ['2026-10,2026-10-31,23: 1,0,,', '2026-11,2026-11-01,00: 1,0,,', '2027-01,2027-01-01,00: 1,0,,']);
  assert.deepEqual(await statistics.table('faults', { from: '2026-11-01', to: '2026-12-31' }), [': 1,0,,'], 'both days belong to it');
});

test('days of the years when clocks went forward are those of the clocks', async () => {
  fault('f1', '1988-06-30T15:30:00Z');
  await statistics.arrives();
  assert.deepEqual(await statistics.table('faults', { groupBy: ['day', 'hour'] }), ['1988-07-01,00: 1,0,,']);
});

test('the mean time to restore is of restored faults only, and undefined where there is none', async () => {
  fault('f1', '2026-11-02T00:00:00Z');
  fault('f2', '2026-11-02T00:00:00Z');
  fault('f3', '2026-11-02T00:00:00Z', 'R1-L2');
  story.resolved('f1', '2026-11-02T01:00:00Z', 100);
  story.resolved('f2', '2026-11-02T00:31:00Z', 20);
  await statistics.arrives();
  assert.deepEqual(await statistics.table('faults', { groupBy: ['line'] }), ['R1-L1: 2,120,45.5,1.0', 'R1-L2: 1,0,,']);
  story.resolved('f3', '2026-11-02T00:30:00Z');
  await statistics.arrives();
  assert.deepEqual(await statistics.table('faults', { groupBy: ['line'], filters: { line: 'R1-L2' } }), ['R1-L2: 1,0,30.0,1.0']);
});

test('usage nature and capacity of a consultation are those of its time, also when the account’s version arrives late', async () => {
  story.account('0000000001', { usageNature: 'RESIDENTIAL', kva: 8, from: '2026-01-01T00:00:00Z' });
  story.opened('c1', { kind: 'CONSULTATION', accountNo: '0000000001', openedAt: '2026-03-01T00:00:00Z' });
  story.opened('c2', { kind: 'CONSULTATION', accountNo: '0000000001', openedAt: '2026-06-01T00:00:00Z' });
  story.opened('c3', { kind: 'CONSULTATION', accountNo: '0000000001', openedAt: '2025-06-01T00:00:00Z' });
  story.opened('c4', { kind: 'CONSULTATION', openedAt: '2026-06-01T00:00:00Z' });
  await statistics.arrives();
  const asked = { groupBy: ['usageNature', 'capacityBand'] };
  assert.deepEqual(await statistics.table('consultations', asked), ['RESIDENTIAL,UNDER_100: 3', ',: 1'], 'before its first version an account was as in it');
  story.account('0000000001', { usageNature: 'GENERAL_COMMERCIAL', kva: 800, from: '2026-05-01T00:00:00Z' });
  await statistics.arrives();
  assert.deepEqual(await statistics.table('consultations', asked), ['GENERAL_COMMERCIAL,500_TO_800: 1', 'RESIDENTIAL,UNDER_100: 2', ',: 1']);
  story.account('0000000001', { usageNature: 'AGRICULTURAL', kva: 800, from: '2026-05-01T00:00:00Z' });
  await statistics.arrives();
  assert.deepEqual(await statistics.table('consultations', { groupBy: ['usageNature'], filters: { capacityBand: '500_TO_800' } }), ['AGRICULTURAL: 1'], 'of two versions from the same time the newer holds');
});

test('top-ups count on the day when the money was taken, and money stays whole fen', async () => {
  story.account('0000000001', { usageNature: 'RESIDENTIAL', kva: 8, regionId: 'R1', lineId: 'R1-L1', from: '2026-01-01T00:00:00Z' });
  story.toppedUp('0000000001', 9_007_199_254_740_993n, '2026-11-23T15:00:00Z', 'ROVING');
  story.toppedUp('0000000001', 2n, '2026-11-23T17:00:00Z');
  story.charged('0000000001', 5_000n, '2026-10', '2026-11-23T17:00:00Z');
  await statistics.arrives();
  assert.deepEqual(await statistics.table('top-ups', { groupBy: ['day', 'region', 'channel'] }), ['2026-11-23,R1,ROVING: 1,9007199254740993', '2026-11-24,R1,COUNTER: 1,2']);
  assert.deepEqual(await statistics.table('charges', { groupBy: ['period', 'usageNature'] }), ['2026-10,RESIDENTIAL: 1,5000']);
});

test('a top-up that was taken back counts no more, on the day and in the group where it had counted', async () => {
  const topUp = { accountNo: '0000000001', channel: 'TOP_UP_CHANNEL_COUNTER', takenAt: '2026-11-24T01:00:00Z', postedAt: '2026-11-24T01:00:00Z' };
  story.say('billing.v1.TopUpPosted', '0000000001', { ...topUp, postingId: '01-1', amountFen: '500' });
  story.say('billing.v1.TopUpPosted', '0000000001', { ...topUp, postingId: '01-2', amountFen: '70' });
  story.say('billing.v1.TopUpReversed', '0000000001', { ...topUp, postingId: '01-3', reversedPostingId: '01-1', amountFen: '500', postedAt: '2026-11-24T09:00:00Z' });
  await statistics.arrives();
  assert.deepEqual(await statistics.table('top-ups', { groupBy: ['day', 'channel'] }), ['2026-11-24,COUNTER: 1,70']);
});

test('a message counts under its newest status', async () => {
  for (const id of ['m1', 'm2']) story.say('notification.v1.MessageQueued', id, { messageId: id, rule: 'BALANCE_LOW', accountNo: '0000000001', queuedAt: '2026-11-24T01:00:00Z' });
  story.say('notification.v1.MessageAttempted', 'm1', { messageId: 'm1', attempt: 1 });
  story.say('notification.v1.MessageSent', 'm1', { messageId: 'm1' });
  story.say('notification.v1.MessageDelivered', 'm1', { messageId: 'm1' });
  story.say('notification.v1.MessageFailed', 'm2', { messageId: 'm2', reason: 'NO_CONTACT' });
  story.say('notification.v1.MessageQueued', 'm3', { messageId: 'm3', rule: 'ROVING_VISIT_CANCELLED', accountNo: '0000000001', queuedAt: '2026-11-24T01:00:00Z' });
  story.say('notification.v1.MessageFailed', 'm3', { messageId: 'm3', reason: 'TOO_LATE' });
  await statistics.arrives();
  assert.deepEqual(await statistics.table('messages', { groupBy: ['rule', 'status'] }), ['BALANCE_LOW,DELIVERED: 1,1.0', 'BALANCE_LOW,FAILED: 1,0.0', 'ROVING_VISIT_CANCELLED,FAILED: 1,0.0']);
});

test('regions and lines are called by their newest names', async () => {
  story.region('R1', '城东');
  story.line('R1-L1', 'R1', '东一线');
  fault('f1', '2026-11-02T00:00:00Z');
  story.region('R1', '城东片区');
  await statistics.arrives();
  const { rows } = await statistics.ask('faults', { groupBy: ['region', 'line'] });
  assert.deepEqual(rows.map(({ labelsZh }) => labelsZh), [['城东片区', '东一线']]);
});

test('nothing at all is a count of 0, and no rows where it is asked by something', async () => {
  assert.deepEqual(await statistics.table('faults'), [': 0,0,,']);
  assert.deepEqual(await statistics.table('top-ups'), [': 0,0']);
  assert.deepEqual(await statistics.table('faults', { groupBy: ['cause'] }), []);
});

test('the watermark is the least of all partitions, and absent until each has reported', async () => {
  await statistics.progress('2026-11-24T01:00:00Z', [CASE_TOPIC]);
  assert.equal((await statistics.ask('faults')).watermark?.toISOString(), '2026-11-24T01:00:00.000Z');
  assert.equal((await statistics.ask('consultations', { groupBy: ['usageNature'] })).watermark, undefined, 'the accounts have not reported');
  await statistics.progress('2026-11-24T01:00:05Z');
  await statistics.progress('2026-11-24T01:00:09Z', [CASE_TOPIC]);
  assert.equal((await statistics.ask('consultations', { groupBy: ['usageNature'] })).watermark?.toISOString(), '2026-11-24T01:00:05.000Z');
});

test('while an event is missing the watermark does not go on, and after it is healed it does', async () => {
  await statistics.progress('2026-11-24T01:00:00Z');
  fault('f1', '2026-11-24T01:00:01Z');
  story.classified('f1', 'TREE');
  await statistics.arrives(story.events.slice(1));
  await statistics.progress('2026-11-24T01:00:05Z');
  assert.equal((await statistics.ask('faults')).watermark?.toISOString(), '2026-11-24T01:00:00.000Z');
  await statistics.heal();
  assert.equal((await statistics.ask('faults')).watermark?.toISOString(), '2026-11-24T01:00:05.000Z');
  assert.deepEqual(await statistics.table('faults', { groupBy: ['cause'] }), ['TREE: 1,0,,']);
});

test('a poisoned event holds the watermark and its own subject, nothing else', async () => {
  await statistics.progress('2026-11-24T01:00:00Z');
  story.say('desk.v1.CaseOpened', 'bad', { caseId: 'bad', kind: 'CASE_KIND_FAULT', openedAt: 'yesterday' });
  story.classified('bad', 'TREE');
  fault('f1', '2026-11-24T01:00:01Z');
  await statistics.arrives();
  await statistics.progress('2026-11-24T01:00:05Z');
  assert.match(statistics.letters[0]!.reason, /Poison/);
  assert.deepEqual(await statistics.table('faults'), [': 1,0,,']);
  assert.equal((await statistics.ask('faults')).watermark?.toISOString(), '2026-11-24T01:00:00.000Z');
});

test('the revision moves with each step and survives a restart', async () => {
  fault('f1', '2026-11-24T01:00:01Z');
  await statistics.arrives();
  const before = (await statistics.ask('faults')).revision;
  assert.match(before, /^\d+\.\d+$/);
  await statistics.restart();
  assert.equal((await statistics.ask('faults')).revision, before);
  story.classified('f1', 'TREE');
  await statistics.arrives();
  const [epoch, counter] = before.split('.');
  assert.equal((await statistics.ask('faults')).revision, `${epoch}.${Number(counter) + 1}`);
  assert.deepEqual(await statistics.table('faults', { groupBy: ['cause'] }), ['TREE: 1,0,,'], 'what was known before the restart was found again');
});
