import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '@youdian/messaging';
import fc from 'fast-check';
import { TABLE_NAMES } from './facts/tables.ts';
import type { AnswerRow } from './query/answer.ts';
import { periodBefore, yearBefore } from './query/periods.ts';
import { readQuestion, type Asked } from './query/question.ts';
import { toSixDigits } from './testing/figures.ts';
import { randomQuestion, randomStory } from './testing/random-story.ts';
import { recount } from './testing/recount.ts';
import { StatisticsUnderTest } from './testing/statistics-under-test.ts';
import type { Story } from './testing/story.ts';

const soak = Boolean(process.env['SOAK']);
const seed = Number(process.env['YOUDIAN_SEED'] ?? Date.now() % 1_000_000);

const delivery = fc.record({ batch: fc.integer({ min: 1, max: 20 }), shuffle: fc.infiniteStream(fc.integer({ min: 0, max: 1_000 })), rollUpAfter: fc.subarray([0, 1, 3, 4, 9]), disorder: fc.constantFrom(1, 8, 1_000), double: fc.boolean(), restartBefore: fc.subarray([1, 2, 3]) });
type Delivery = typeof delivery extends fc.Arbitrary<infer D> ? D : never;

/** Statistics of which each fact counts one. */
const ONE_EACH = new Set(['faults', 'consultations', 'complaints', 'top-ups', 'messages', 'outages', 'arrears', 'late-charges']);

/** Doubled, late, out of order even within a subject: gaps park and heal. */
async function deliver(statistics: StatisticsUnderTest, events: readonly Event[], { batch, shuffle, rollUpAfter, disorder, double, restartBefore }: Delivery, halfway: () => Promise<void> = async () => {}): Promise<void> {
  const sent = [...events, ...(double ? events : [])].map((event, i) => ({ event, at: i + ((shuffle.next().value as number) % disorder) })).sort((a, b) => a.at - b.at);
  for (let i = 0, batches = 0; i < sent.length; i += batch, batches++) {
    if (restartBefore.includes(batches)) await statistics.restart(); // what came before is known from the facts alone
    await statistics.arrives(sent.slice(i, i + batch).map(({ event }) => event));
    if (rollUpAfter.includes(batches)) await statistics.store.rollUp(); // what comes later is added by each question
    if (batches === 2) await halfway();
  }
  await statistics.heal();
}

async function withStatistics(story: Story, use: (statistics: StatisticsUnderTest) => Promise<void>): Promise<void> {
  const statistics = await new StatisticsUnderTest(story).start();
  try {
    await use(statistics);
  } finally {
    await statistics.stop();
  }
}

// Shrinking takes minutes, a store for each try: ask for it with SHRINK=1 and the seed.
const often = (runs: number) => ({ seed, numRuns: soak ? 10 * runs : runs, endOnFailure: process.env['SHRINK'] === undefined });

test(`whatever happened and however it arrived, any question is answered as a slow recount of the events would (seed ${seed})`, async () => {
  await fc.assert(fc.asyncProperty(randomStory, delivery, fc.array(randomQuestion, { minLength: 130, maxLength: 130 }), async (story, delivery, questions) => withStatistics(story, async (statistics) => {
    const remembered: { question: Asked; revision: string; table: string[] }[] = [];
    await deliver(statistics, story.events, delivery, async () => {
      for (const question of questions.slice(0, 10)) {
        const { revision } = await statistics.ask(question.statistic, question);
        remembered.push({ question, revision, table: await statistics.table(question.statistic, question) });
      }
    });
    const counted = recount(story.events);
    for (const [i, question] of questions.entries()) {
      const answered = toSixDigits(await statistics.table(question.statistic, question)).sort();
      assert.deepEqual(answered, counted(question), JSON.stringify(question));
      if (i > 20 || !ONE_EACH.has(question.statistic)) continue;
      const [total] = counted({ ...question, groupBy: [], grain: '' });
      assert.equal(String((await statistics.facts(question.statistic, { ...question, pageSize: 1 })).factCount), /^: (\d+)/.exec(total!)![1], `the facts of ${JSON.stringify(question)}`);
    }
    for (const { question, revision, table } of remembered) assert.deepEqual(await statistics.table(question.statistic, { ...question, asOf: revision }), table, `as of ${revision}: ${JSON.stringify(question)}`);
  })), often(8));
});

test(`what stands beside a number is what the question about it answers: periods before, totals, others, pages (seed ${seed})`, async () => {
  const table = (rows: readonly AnswerRow[], of: (row: AnswerRow) => readonly string[]): string[] => toSixDigits(rows.map((row) => `${row.keys.join(',')}: ${of(row).join(',')}`));
  const grouped = randomQuestion.filter(({ from, to, groupBy }) => from !== '' && to !== '' && groupBy.length > 0 && !groupBy.some((id) => id === 'month' || id === 'day')).map((question) => ({ ...question, grain: '' }));
  await fc.assert(fc.asyncProperty(randomStory, fc.array(grouped, { minLength: 30, maxLength: 30 }), async (story, questions) => withStatistics(story, async (statistics) => {
    await statistics.arrives();
    const counted = recount(story.events);
    for (const question of questions) {
      const { rows, totals } = await statistics.ask(question.statistic, { ...question, compare: ['previous', 'yearBefore'], totals: true });
      const nothing = readQuestion(question).measures.map(({ zeroOfNothing }) => (zeroOfNothing ? '0' : ''));
      const periods = [[periodBefore(question), (row: AnswerRow) => row.previousValues], [yearBefore(question), (row: AnswerRow) => row.yearBeforeValues]] as const;
      for (const [period, of] of periods) {
        const before = new Map(counted({ ...question, ...period }).map((row) => row.split(': ') as [string, string]));
        assert.deepEqual(table(rows, of), rows.map(({ keys }) => `${keys.join(',')}: ${before.get(keys.join(',')) ?? nothing.join(',')}`), JSON.stringify({ ...question, ...period }));
      }
      assert.deepEqual(table([totals!], ({ values }) => values), counted({ ...question, groupBy: [] }), `the total of ${JSON.stringify(question)}`);

      const [dimension, ...rest] = question.groupBy as [string, ...string[]];
      const top = await statistics.ask(question.statistic, { ...question, top: { dimension, count: 2, measure: '' } });
      // The top ones are those over all: some of them may have nothing in the finer groups.
      const ranked = await statistics.ask(question.statistic, { ...question, groupBy: [dimension], top: { dimension, count: 2, measure: '' } });
      const values = ranked.rows.map(({ keys }) => keys[0]!).filter((key) => key !== '*');
      assert.ok(values.length <= 2);
      const others = top.rows.filter(({ keys }) => keys[0] === '*');
      const beyond = others.length === 0 ? [] : counted({ ...question, groupBy: rest, conditions: [...(question.conditions ?? []), { dimension, values, exclude: true }] });
      assert.deepEqual(table(others.map((row) => ({ ...row, keys: row.keys.slice(1) })), (row) => row.values).sort(), beyond, `beyond ${values.join()} of ${JSON.stringify(question)}`);

      const paged: AnswerRow[] = [];
      for (let pageToken = ''; ;) {
        const page = await statistics.ask(question.statistic, { ...question, pageSize: 2, pageToken });
        paged.push(...page.rows);
        if ((pageToken = page.nextPageToken) === '') break;
      }
      assert.deepEqual(table(paged, ({ values }) => values), table(rows, ({ values }) => values));
    }
  })), often(3));
});

test(`however events arrive, the tables are the same but for the revisions (seed ${seed})`, async () => {
  const tables = async (statistics: StatisticsUnderTest): Promise<string[]> => statistics.store.snapshot(async ({ rows }) => {
    const all: string[] = [];
    for (const table of TABLE_NAMES) for (const row of await rows(`SELECT * EXCLUDE (revision) FROM ${table}`, [])) all.push(`${table} ${row.map(String).join('|')}`);
    return all.sort();
  });
  await fc.assert(fc.asyncProperty(randomStory, delivery, async (story, delivery) => {
    let straight: string[] = [];
    await withStatistics(story, async (statistics) => {
      await statistics.arrives();
      straight = await tables(statistics);
    });
    await withStatistics(story, async (statistics) => {
      await deliver(statistics, story.events, delivery);
      assert.deepEqual(await tables(statistics), straight);
    });
  }), often(4));
});
