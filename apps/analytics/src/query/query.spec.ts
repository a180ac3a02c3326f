import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Rejected } from '@youdian/rejection';
import { StatisticsUnderTest } from '../testing/statistics-under-test.ts';
import { Story } from '../testing/story.ts';
import { STATISTICS } from '../catalogue/statistics.ts';
import { CASE_TOPIC } from '../topics.ts';
import { definitionOf } from './definition.ts';
import { listEvents } from './events.ts';

let story: Story;
let statistics: StatisticsUnderTest;

beforeEach(async () => {
  story = new Story();
  statistics = await new StatisticsUnderTest(story).start();
});
afterEach(() => statistics.stop());

/** So many faults on each line, each restored after as many minutes as the line has faults. */
async function faults(counts: Readonly<Record<string, number>>): Promise<void> {
  for (const [lineId, count] of Object.entries(counts)) {
    for (let n = 0; n < count; n++) {
      const id = `${lineId}-${n}`;
      story.opened(id, { kind: 'FAULT', openedAt: '2026-11-02T00:00:00Z', regionId: lineId.slice(0, 2), lineId });
      story.classified(id, n % 2 ? 'STORM' : 'TREE');
      story.resolved(id, `2026-11-02T00:${String(count).padStart(2, '0')}:00Z`, 10);
    }
  }
  await statistics.arrives();
}

const rejection = (code: string) => (error: unknown): boolean => error instanceof Rejected && error.rejection.code === code;

test('the largest values of a dimension, and what is beyond them as one row with its own mean', async () => {
  await faults({ 'R1-L1': 5, 'R1-L2': 1, 'R1-L3': 3, 'R2-L1': 1 });
  const { rows, totals } = await statistics.ask('faults', { groupBy: ['line'], measures: ['count', 'restoreMinutesMean'], top: { dimension: 'line', count: 2, measure: '' }, totals: true });
  assert.deepEqual(rows.map(({ keys, labelsZh, values }) => [keys[0], labelsZh[0], ...values]), [['*', '其余', '2', '1.0'], ['R1-L1', 'R1-L1', '5', '5.0'], ['R1-L3', 'R1-L3', '3', '3.0']]);
  assert.deepEqual(totals!.values, ['10', '3.6'], 'the mean of all, not of the means');
  assert.deepEqual(await statistics.table('faults', { groupBy: ['line', 'cause'], measures: ['count'], top: { dimension: 'line', count: 1, measure: 'count' } }), ['*,STORM: 1', '*,TREE: 4', 'R1-L1,STORM: 2', 'R1-L1,TREE: 3']);
  assert.equal((await statistics.table('faults', { groupBy: ['line'], top: { dimension: 'line', count: 4, measure: '' } })).length, 4, 'nothing is beyond them');
});

test('several values, none of some values, and what is not known', async () => {
  await faults({ 'R1-L1': 1, 'R1-L2': 2, 'R2-L1': 3 });
  story.opened('nowhere', { kind: 'FAULT', openedAt: '2026-11-02T00:00:00Z' });
  await statistics.arrives();
  const of = (values: string[], exclude = false) => statistics.table('faults', { groupBy: ['line'], measures: ['count'], conditions: [{ dimension: 'line', values, exclude }] });
  assert.deepEqual(await of(['R1-L1', 'R2-L1']), ['R1-L1: 1', 'R2-L1: 3']);
  assert.deepEqual(await of(['R1-L1', 'R2-L1'], true), ['R1-L2: 2', ': 1'], 'what is not known is none of them');
  assert.deepEqual(await of(['', 'R1-L1']), ['R1-L1: 1', ': 1']);
  assert.deepEqual(await of([''], true), ['R1-L1: 1', 'R1-L2: 2', 'R2-L1: 3']);
});

test('sorted by a measure, what is undefined last; pages hold all rows once, of one revision', async () => {
  await faults({ 'R1-L1': 1, 'R1-L2': 2, 'R1-L3': 3, 'R2-L1': 3 });
  const asked = { groupBy: ['line'], measures: ['count'], sort: [{ by: 'count', descending: true }, { by: 'line', descending: false }], pageSize: 3 };
  const first = await statistics.ask('faults', asked);
  assert.deepEqual([first.rows.map(({ keys }) => keys[0]), first.rowCount], [['R1-L3', 'R2-L1', 'R1-L2'], 4]);
  story.opened('new', { kind: 'FAULT', openedAt: '2026-11-02T00:00:00Z', lineId: 'R9-L9' });
  await statistics.arrives();
  const second = await statistics.ask('faults', { ...asked, pageToken: first.nextPageToken });
  assert.deepEqual([second.rows.map(({ keys, values }) => [keys[0], values[0]]), second.nextPageToken, second.revision], [[['R1-L1', '1']], '', first.revision], 'what came in meanwhile is not in it');
  await assert.rejects(statistics.ask('faults', { ...asked, groupBy: ['line', 'region'], pageToken: first.nextPageToken }), rejection('PAGE_TOKEN_INVALID'));
  await assert.rejects(statistics.ask('faults', { ...asked, pageToken: 'x' }), rejection('PAGE_TOKEN_INVALID'));
});

test('a revision can be asked again, with the accounts as they were then', async () => {
  story.account('0000000001', { usageNature: 'RESIDENTIAL', kva: 8, from: '2026-01-01T00:00:00Z' });
  story.opened('c1', { kind: 'CONSULTATION', accountNo: '0000000001', openedAt: '2026-06-01T00:00:00Z' });
  await statistics.arrives();
  const { revision } = await statistics.ask('consultations');
  story.account('0000000001', { usageNature: 'AGRICULTURAL', kva: 8, from: '2026-05-01T00:00:00Z' });
  story.opened('c2', { kind: 'CONSULTATION', accountNo: '0000000001', openedAt: '2026-04-01T00:00:00Z' });
  await statistics.arrives();
  const asked = { groupBy: ['usageNature'] };
  assert.deepEqual(await statistics.table('consultations', asked), ['AGRICULTURAL: 1', 'RESIDENTIAL: 1']);
  assert.deepEqual(await statistics.table('consultations', { ...asked, asOf: revision }), ['RESIDENTIAL: 1']);
  await statistics.restart();
  assert.deepEqual(await statistics.table('consultations', { ...asked, asOf: revision }), ['RESIDENTIAL: 1']);
});

test('what changed since a revision: the rows with what they were, down to the facts', async () => {
  await faults({ 'R1-L1': 2, 'R2-L1': 1 });
  const { revision } = await statistics.ask('faults');
  const asked = { groupBy: ['cause'], measures: ['count', 'restoreMinutesMean'] };
  assert.deepEqual((await statistics.ask('faults', { ...asked, changesSince: revision })).rows, []);
  story.classified('R1-L1-0', 'LIGHTNING'); // was TREE
  story.classified('R1-L1-1', 'STORM'); // as it was
  await statistics.arrives();
  const { rows, totals } = await statistics.ask('faults', { ...asked, changesSince: revision, totals: true });
  assert.deepEqual(rows.map(({ keys, values, valuesBefore }) => [keys[0], values, valuesBefore]), [['LIGHTNING', ['1', '2.0'], ['0', '']], ['TREE', ['1', '1.0'], ['2', '1.5']]]);
  assert.deepEqual([totals!.values, totals!.valuesBefore], [['3', '1.6666666666666667'], ['3', '1.6666666666666667']]);
  const { facts, columns, factCount } = await statistics.facts('faults', { changesSince: revision });
  const cause = columns.indexOf('classification');
  assert.deepEqual([facts.map(({ sign, subject, values }) => [sign, subject, values[cause]]), factCount], [[[-1, 'R1-L1-0', 'TREE'], [1, 'R1-L1-0', 'LIGHTNING']], 2n]);
  assert.deepEqual((await statistics.facts('faults', { changesSince: (await statistics.ask('faults')).revision })).facts, []);
});

test('a fact that moved because its account was told late is among the changes', async () => {
  story.account('0000000001', { usageNature: 'RESIDENTIAL', kva: 8, from: '2026-01-01T00:00:00Z' });
  story.opened('c1', { kind: 'CONSULTATION', accountNo: '0000000001', openedAt: '2026-06-01T00:00:00Z' });
  await statistics.arrives();
  const { revision } = await statistics.ask('consultations');
  story.account('0000000001', { usageNature: 'AGRICULTURAL', kva: 8, from: '2026-05-01T00:00:00Z' });
  await statistics.arrives();
  const of = async (nature: string) => (await statistics.facts('consultations', { changesSince: revision, conditions: [{ dimension: 'usageNature', values: [nature], exclude: false }] })).facts.map(({ sign, subject }) => [sign, subject]);
  assert.deepEqual([await of('RESIDENTIAL'), await of('AGRICULTURAL')], [[[-1, 'c1']], [[1, 'c1']]]);
});

test('a revision of statistics that were rebuilt, of the future, or none at all is refused', async () => {
  await faults({ 'R1-L1': 1 });
  const [epoch, counter] = (await statistics.ask('faults')).revision.split('.');
  await assert.rejects(statistics.ask('faults', { asOf: `${Number(epoch) - 1}.1` }), rejection('REVISION_OF_ANOTHER_EPOCH'));
  await assert.rejects(statistics.ask('faults', { asOf: `${epoch}.${Number(counter) + 1}` }), rejection('REVISION_AHEAD'));
  await assert.rejects(statistics.ask('faults', { changesSince: 'yesterday' }), rejection('REVISION_INVALID'));
  await assert.rejects(statistics.facts('faults', { asOf: '1' }), rejection('REVISION_INVALID'));
});

test('the facts behind a number, by pages, and the events behind a fact', async () => {
  await faults({ 'R1-L1': 3, 'R2-L1': 2 });
  const selection = { conditions: [{ dimension: 'line', values: ['R1-L1'], exclude: false }, { dimension: 'cause', values: ['TREE'], exclude: false }], pageSize: 1 };
  const first = await statistics.facts('faults', selection);
  const second = await statistics.facts('faults', { ...selection, pageToken: first.nextPageToken });
  assert.deepEqual([first, second].map(({ facts, factCount }) => [facts.map(({ subject }) => subject), factCount]), [[['R1-L1-0'], 2n], [['R1-L1-2'], 2n]]);
  assert.equal(second.nextPageToken, '');
  const { columns, facts: [fact] } = first;
  assert.deepEqual(Object.fromEntries(columns.map((column, i) => [column, fact!.values[i]])), {
    channel: 'HOTLINE', region_id: 'R1', line_id: 'R1-L1', account_no: '', classification: 'TREE', opened_at: '2026-11-02T00:00:00.000Z', resolved_at: '2026-11-02T00:03:00.000Z', closed_at: '',
    customers_affected: '10', satisfaction: '',
  });
  assert.deepEqual([fact!.topic, fact!.sequence, fact!.eventId, fact!.sign], [CASE_TOPIC, 3n, 'R1-L1-0:3:0', 1]);
  const { events, more } = await listEvents(story.history(), { topic: fact!.topic, subject: fact!.subject, fromSequence: 0n });
  assert.deepEqual([events.map(({ type }) => type.split('.').at(-1)), more], [['CaseOpened', 'CaseClassified', 'CaseResolved'], false]);
  await assert.rejects(listEvents(story.history(), { topic: 'secret.v1', subject: 'x', fromSequence: 0n }), rejection('TOPIC_UNKNOWN'));
  await assert.rejects(listEvents({ async *read() { throw new Error('ECONNREFUSED'); } }, { topic: CASE_TOPIC, subject: 'x', fromSequence: 0n }), rejection('OWNER_AWAY'));
});

test('a ratio’s facts are those above the line, or those below it', async () => {
  story.account('0000000001', { usageNature: 'RESIDENTIAL', kva: 8, regionId: 'R1', lineId: 'R1-L1', from: '2026-01-01T00:00:00Z' });
  story.outage('o1', { lineId: 'R1-L1', regionId: 'R1', startedAt: '2026-11-02T00:00:00Z', customers: 1 });
  await statistics.arrives();
  const november = { from: '2026-11-01', to: '2026-11-30' };
  assert.deepEqual((await statistics.facts('reliability', november)).facts.map(({ subject }) => subject), ['o1']);
  assert.deepEqual((await statistics.facts('reliability', { ...november, per: 'customers' })).facts.map(({ subject }) => subject), ['0000000001']);
  await assert.rejects(statistics.facts('reliability', { ...november, per: 'faults' }), rejection('PART_UNKNOWN'));
});

test('what cannot be put together is refused with what would work', async () => {
  const none = { from: '2026-11-01', to: '2026-11-30' };
  const cases: [string, string, object][] = [
    ['MEASURE_UNKNOWN', 'faults', { measures: ['saifi'] }], ['MEASURE_TWICE', 'faults', { measures: ['count', 'count'] }],
    ['GRAIN_UNKNOWN', 'faults', { grain: 'fortnight' }], ['GRAIN_UNKNOWN', 'reliability', { ...none, grain: 'hour' }], ['GRAIN_UNKNOWN', 'arrears', { grain: 'hour' }],
    ['PERIOD_NEEDED', 'reliability', {}], ['PERIOD_NEEDED', 'faults', { compare: ['previous'] }], ['GRAIN_TOO_FINE', 'reliability', { from: '1990-01-01', to: '2026-12-31', grain: 'day' }],
    ['DIMENSION_UNKNOWN', 'reliability', { ...none, groupBy: ['usageNature'] }], ['DIMENSION_UNKNOWN', 'reliability', { ...none, groupBy: ['month'] }],
    ['TOP_DIMENSION', 'faults', { groupBy: ['region'], top: { dimension: 'line', count: 3, measure: '' } }], ['TOP_COUNT', 'faults', { groupBy: ['line'], top: { dimension: 'line', count: 0, measure: '' } }],
    ['SORT_UNKNOWN', 'faults', { sort: [{ by: 'cause', descending: false }] }], ['COMPARE_UNKNOWN', 'faults', { ...none, compare: ['forecast'] }],
    ['COMPARE_CUTS_PERIODS', 'faults', { from: '2026-11-02', to: '2026-11-30', grain: 'month', compare: ['previous'] }], ['COMPARE_BY_TIME', 'faults', { ...none, groupBy: ['month'], compare: ['previous'] }],
    ['CHANGES_WITH_OTHERS', 'faults', { ...none, compare: ['previous'], changesSince: '1.1' }], ['PAGE_SIZE_INVALID', 'faults', { pageSize: -1 }], ['DAY_INVALID', 'faults', { from: '0001-01-01' }],
    ['FILTER_VALUES_COUNT', 'faults', { conditions: [{ dimension: 'line', values: [], exclude: false }] }],
    ['TOO_MANY_CONDITIONS', 'faults', { conditions: Array.from({ length: 21 }, () => ({ dimension: 'line', values: ['L1'], exclude: false })) }],
  ];
  for (const [code, statistic, asked] of cases) await assert.rejects(statistics.ask(statistic, asked), rejection(code), `${code} ${statistic}`);
});

test('each definition says its formula, its sources and its days', () => {
  for (const statistic of STATISTICS) {
    const { measures, dimensions, sources, dayIs } = definitionOf(statistic);
    for (const { zh, en, unit, formula, formulaZh } of measures) assert.ok(/[\u4e00-\u9fff]/.test(zh) && /^[A-Z]/.test(en) && unit !== '' && formula !== '' && /[\u4e00-\u9fff]/.test(formulaZh), `${statistic.id} ${en}`);
    assert.ok(dimensions.length > 0 && sources.length > 0 && dayIs !== '', statistic.id);
  }
  const reliability = definitionOf(STATISTICS.find(({ id }) => id === 'reliability')!);
  assert.deepEqual(reliability.sources, ['service-desk.outage.v1', 'customer-profile.account.v1', 'prepaid-billing.posting.v1']);
  assert.deepEqual([reliability.per, reliability.needsPeriod, reliability.grains], ['customers', true, ['day', 'week', 'month', 'quarter', 'year']]);
});
