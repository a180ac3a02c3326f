import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Rejected } from '@youdian/rejection';
import fc from 'fast-check';
import { STATISTICS } from '../catalogue/statistics.ts';
import { exported, exportedFacts } from '../export/export.ts';
import { lineOf } from '../testing/figures.ts';
import { hostileEvents, hostileFormat, hostileQuestion } from '../testing/hostile-questions.ts';
import { largeStory } from '../testing/large-story.ts';
import { recountRows } from '../testing/recount.ts';
import { StatisticsUnderTest } from '../testing/statistics-under-test.ts';
import { Story } from '../testing/story.ts';
import { wholeAnswer } from '../testing/whole-answer.ts';
import { listEvents } from './events.ts';
import { ROWS_MAX, type Asked } from './question.ts';

const soak = Boolean(process.env['SOAK']);
const seed = Number(process.env['YOUDIAN_SEED'] ?? Date.now() % 1_000_000);
const story = new Story();
let statistics: StatisticsUnderTest;

before(async () => {
  statistics = await new StatisticsUnderTest(story).start();
  story.opened('f1', { kind: 'FAULT', openedAt: '2026-11-02T00:00:00Z', regionId: 'R1', lineId: 'R1-L1' });
  await statistics.arrives();
});
after(() => statistics.stop());

async function refused(statistic: string, asked: Partial<Asked>): Promise<{ code: string; field: string | undefined; en: string }> {
  try {
    await statistics.ask(statistic, asked);
  } catch (error) {
    assert.ok(error instanceof Rejected, String(error));
    const { code, field, zh, en } = error.rejection;
    assert.match(zh, /[\u4e00-\u9fff]/);
    return { code, field, en };
  }
  throw new assert.AssertionError({ message: 'it was answered' });
}

test('an unknown statistic is refused with those that there are', async () => {
  const { code, field, en } = await refused('fautls', {});
  assert.deepEqual([code, field], ['STATISTIC_UNKNOWN', 'statistic']);
  assert.match(en, /faults, consultations, complaints, top-ups, charges, messages/);
});

test('an unknown dimension is refused with those that there are, as a group or as a filter', async () => {
  const grouped = await refused('faults', { groupBy: ['region', 'tier'] });
  assert.deepEqual([grouped.code, grouped.field], ['DIMENSION_UNKNOWN', 'groupBy']);
  assert.match(grouped.en, /region, line, cause, month, day, hour/);
  const filtered = await refused('faults', { filters: { usageNature: 'RESIDENTIAL' } });
  assert.deepEqual([filtered.code, filtered.field], ['DIMENSION_UNKNOWN', 'usageNature']);
});

test('a filter value that cannot be is refused with what can be', async () => {
  const byCause = await refused('faults', { filters: { cause: 'LIGHTENING' } });
  assert.deepEqual([byCause.code, byCause.field], ['FILTER_VALUE_INVALID', 'cause']);
  assert.match(byCause.en, /LIGHTNING, STORM/);
  for (const [dimension, value] of [['month', '2026-13'], ['day', '24.11.2026'], ['hour', '24'], ['region', 'r 1'], ['cause', 'constructor']] as const) {
    assert.equal((await refused('faults', { filters: { [dimension]: value } })).code, 'FILTER_VALUE_INVALID', dimension);
  }
});

test('days that are not on the calendar, or the wrong way round, are refused', async () => {
  assert.deepEqual((await refused('faults', { from: '2026-02-29' })).field, 'from');
  assert.deepEqual((await refused('faults', { to: 'yesterday' })).field, 'to');
  assert.equal((await refused('faults', { from: '2026-03-01', to: '2026-02-28' })).code, 'FROM_AFTER_TO');
});

test('a dimension named twice is refused', async () => {
  assert.equal((await refused('faults', { groupBy: ['region', 'region'] })).code, 'DIMENSION_TWICE');
});

test('an answer of too many rows is refused, not cut', async () => {
  for (let i = 0; i <= ROWS_MAX; i++) story.opened(`many-${i}`, { kind: 'COMPLAINT', openedAt: '2026-11-02T00:00:00Z', regionId: 'R1', lineId: `L${i}` });
  await statistics.arrives();
  const { code, en } = await refused('complaints', { groupBy: ['line'] });
  assert.equal(code, 'TOO_MANY_ROWS');
  assert.match(en, /filter/);
  assert.equal((await statistics.ask('complaints', { groupBy: ['line'], filters: { line: 'L7' } })).rows.length, 1);
});

test('more questions at once than can wait are refused at once, and the others are answered', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => statistics.ask('faults')));
  const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [(outcome.reason as Rejected).rejection.code] : []));
  assert.ok(refusals.length > 0 && refusals.length < 50 && refusals.every((code) => code === 'TOO_MANY_QUERIES'), refusals.join());
  assert.equal((await statistics.ask('faults')).rows.length, 1);
});

test(`hostile questions are refused in both languages, or answered as a recount would, and change nothing (seed ${seed})`, async () => {
  const told = largeStory({ seed, cases: 40, accounts: 5 });
  const asking = await new StatisticsUnderTest(told).start();
  await asking.arrives();
  const count = recountRows(told.events);
  const answered = { question: 0, facts: 0, events: 0, file: 0, fileOfFacts: 0, compared: 0 };
  const refusals = new Set<string>();
  const refusedOr = async (what: keyof typeof answered, asked: object, answering: () => Promise<unknown>): Promise<void> => {
    try {
      await answering();
      answered[what] += 1;
    } catch (error) {
      if (!(error instanceof Rejected)) throw new Error(`${what} ${JSON.stringify(asked, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`, { cause: error });
      const { code, zh, en } = error.rejection;
      assert.ok(/[\u4e00-\u9fff]/.test(zh) && en.length > 10 && zh.length < 3_000 && en.length < 3_000, code);
      refusals.add(code);
    }
  };
  const before = await asking.ask('faults', { groupBy: ['region'] });
  await fc.assert(fc.asyncProperty(hostileQuestion, hostileEvents, hostileFormat, async (asked, events, format) => {
    await refusedOr('question', asked, async () => {
      const { rows } = await asking.ask(asked.statistic, asked);
      if (asked.asOf || asked.changesSince || asked.pageSize || asked.top) return;
      assert.deepEqual(rows.map(lineOf).sort(), wholeAnswer(count, undefined, asked, undefined).rows.sort(), JSON.stringify(asked));
      answered.compared += 1;
    });
    await refusedOr('facts', asked, () => asking.facts(asked.statistic, asked));
    await refusedOr('events', events, () => listEvents(told.history(), events));
    await refusedOr('file', { asked, format }, () => Array.fromAsync(exported(asking.store, STATISTICS, { query: asked as never, format: format as never })));
    await refusedOr('fileOfFacts', { asked, format }, () => Array.fromAsync(exportedFacts(asking.store, STATISTICS, { facts: asked as never, format: format as never })));
  }), { seed, numRuns: soak ? 10_000 : 1_000 });
  assert.ok(Object.values(answered).every((times) => times > 5), `some of them were proper questions: ${JSON.stringify(answered)}`);
  assert.ok(refusals.size > 20, [...refusals].join());
  assert.deepEqual(await asking.ask('faults', { groupBy: ['region'] }), before);
  await asking.stop();
});
