import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Rejected } from '@youdian/rejection';
import fc from 'fast-check';
import { STATISTICS } from '../catalogue/statistics.ts';
import { StatisticsUnderTest } from '../testing/statistics-under-test.ts';
import { Story } from '../testing/story.ts';
import { ROWS_MAX, type Asked } from './question.ts';

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

test(`hostile questions are refused or answered, and change nothing (seed ${seed})`, async () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.constantFrom("'; DROP TABLE case_facts; --", "R1' OR '1'='1", '$1', '__proto__', 'constructor', 'toString', '\0', 'f.region_id', '(SELECT 1)', "read_csv('/etc/passwd')", '💥', 'region', 'R1', '', '2026-11-02', '*', 'time', 'month', 'count'),
  );
  const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
  const day = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('', '2026-11-01', '2026-11-30', '2100-12-31') }, { weight: 1, arbitrary: nasty });
  const number = fc.oneof(fc.integer({ min: -2, max: 12 }), fc.constantFrom(NaN, Infinity, 0.5, 2 ** 31, 10_001));
  const question = fc.record({
    statistic: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...STATISTICS.map(({ id }) => id)) }, { weight: 1, arbitrary: nasty }),
    groupBy: fc.oneof({ weight: 4, arbitrary: fc.subarray(['region', 'line']) }, { weight: 1, arbitrary: fc.array(nasty, { maxLength: 4 }) }), from: day, to: day,
    filters: sometimes(fc.dictionary(fc.oneof(fc.constantFrom('region', 'line', 'cause', 'month', 'hour'), nasty), nasty, { maxKeys: 2 })),
    conditions: sometimes(fc.array(fc.record({ dimension: fc.oneof(fc.constantFrom('region', 'line'), nasty), values: fc.array(nasty, { maxLength: 3 }), exclude: fc.boolean() }), { maxLength: 2 })),
    measures: sometimes(fc.array(fc.oneof(fc.constant('count'), nasty), { maxLength: 2 })), grain: sometimes(fc.oneof(fc.constantFrom('hour', 'week', 'month'), nasty)),
    top: sometimes(fc.record({ dimension: fc.oneof(fc.constantFrom('region', 'line'), nasty), count: number, measure: fc.oneof(fc.constant(''), nasty) })),
    sort: sometimes(fc.array(fc.record({ by: nasty, descending: fc.boolean() }), { maxLength: 2 })), totals: fc.boolean(),
    compare: sometimes(fc.array(fc.oneof(fc.constantFrom('previous', 'yearBefore'), nasty), { maxLength: 2 })),
    asOf: sometimes(fc.oneof(nasty, fc.constantFrom('1.1', '1795651200.1', '1e9.1', '-1.0'))), changesSince: sometimes(fc.oneof(nasty, fc.constant('1795651200.1'))),
    pageSize: sometimes(number), pageToken: sometimes(fc.oneof(nasty, nasty.map((text) => Buffer.from(`1.1 1 ${text}`).toString('base64url')))), per: sometimes(nasty),
  });
  const before = await statistics.ask('faults', { groupBy: ['region'] });
  const answered = { questions: 0, facts: 0 };
  await fc.assert(fc.asyncProperty(question, async (asked) => {
    const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as typeof asked;
    for (const [what, answering] of [['questions', () => statistics.ask(asked.statistic, given as Partial<Asked>)], ['facts', () => statistics.facts(asked.statistic, given as object)]] as const) {
      try {
        await answering();
        answered[what] += 1;
      } catch (error) {
        assert.ok(error instanceof Rejected, `${String(error)} ${JSON.stringify(asked)}`);
      }
    }
  }), { seed, numRuns: process.env['SOAK'] ? 10_000 : 1_000 });
  assert.ok(answered.questions > 50 && answered.facts > 50, `some of them were proper questions: ${JSON.stringify(answered)}`);
  assert.deepEqual(await statistics.ask('faults', { groupBy: ['region'] }), before);
});
