import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '@youdian/messaging';
import fc from 'fast-check';
import { TABLE_NAMES } from './facts/tables.ts';
import type { AnswerRow } from './query/answer.ts';
import { readQuestion, type Asked, type Question } from './query/question.ts';
import { lineOf } from './testing/figures.ts';
import { randomQuestion } from './testing/random-question.ts';
import { randomStory } from './testing/random-story.ts';
import { recountRows, type Apart } from './testing/recount.ts';
import { StatisticsUnderTest } from './testing/statistics-under-test.ts';
import type { Story } from './testing/story.ts';
import { wholeAnswer, type Recounted } from './testing/whole-answer.ts';

const soak = Boolean(process.env['SOAK']);
const seed = Number(process.env['YOUDIAN_SEED'] ?? Date.now() % 1_000_000);

const delivery = fc.record({ batch: fc.integer({ min: 1, max: 20 }), shuffle: fc.infiniteStream(fc.integer({ min: 0, max: 1_000 })), rollUpAfter: fc.subarray([0, 1, 3, 4, 9]), disorder: fc.constantFrom(1, 8, 1_000), double: fc.boolean(), restartBefore: fc.subarray([1, 2, 3]) });
type Delivery = typeof delivery extends fc.Arbitrary<infer D> ? D : never;

/** Of each story; there are as many stories as make 1,000 and, in the long run, 10,000. */
const QUESTIONS = 130;
/** Statistics of which each fact counts one. */
const ONE_EACH = new Set(['faults', 'consultations', 'complaints', 'top-ups', 'messages', 'outages', 'arrears', 'late-charges']);

/** Doubled, late, out of order even within a subject: gaps park and heal. */
async function deliver(statistics: StatisticsUnderTest, events: readonly Event[], { batch, shuffle, rollUpAfter, disorder, double, restartBefore }: Delivery, arrived: (events: ReadonlySet<Event>) => Promise<void> = async () => {}): Promise<void> {
  const sent = [...events, ...(double ? events : [])].map((event, i) => ({ event, at: i + ((shuffle.next().value as number) % disorder) })).sort((a, b) => a.at - b.at);
  const known = new Set<Event>();
  for (let i = 0, batches = 0; i < sent.length; i += batch, batches++) {
    if (restartBefore.includes(batches)) await statistics.restart(); // what came before is known from the facts alone
    const events = sent.slice(i, i + batch).map(({ event }) => event);
    await statistics.arrives(events);
    for (const event of events) known.add(event);
    if (rollUpAfter.includes(batches)) await statistics.store.rollUp(); // what comes later is added by each question
    await arrived(known);
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
  await fc.assert(fc.asyncProperty(randomStory, delivery, fc.array(randomQuestion, { minLength: QUESTIONS, maxLength: QUESTIONS }), async (story, delivery, questions) => withStatistics(story, async (statistics) => {
    const moments: Moment[] = [];
    const remember = async (events: readonly Event[]): Promise<void> => void moments.push({ revision: (await statistics.ask('faults')).revision, count: recountRows(events) });
    await deliver(statistics, story.events, delivery, async (arrived) => {
      if (arrived.size > (moments.length + 1) * story.events.length / 6) await remember(inSequence(story.events, arrived));
    });
    await remember(story.events);
    for (const [i, { asked, moments: { asOf, since } }] of questions.entries()) {
      const now = moments.at(asOf === undefined ? -1 : asOf % moments.length)!;
      const before = since === undefined ? undefined : moments[since % (moments.indexOf(now) + 1)]!;
      const question: Asked = { ...asked, ...(asOf === undefined ? {} : { asOf: now.revision }), ...(before ? { changesSince: before.revision } : {}) };
      const text = JSON.stringify(question);
      const answered = await allPages(statistics, question);
      const expected = wholeAnswer(now.count, before && before.revision !== now.revision ? before.count : undefined, question, await largestOf(statistics, question, now.count));
      const changed = before ? answered.rows.filter((row) => !/^[^|]*: (.*) \| {2}\| {2}\| \1$/.test(row)) : answered.rows; // some changes are smaller than what is compared
      assert.deepEqual([...changed].sort(), [...expected.rows].sort(), text);
      if (question.totals) assert.equal(answered.totals, expected.totals, `the total of ${text}`);
      if (i < 20 && ONE_EACH.has(question.statistic)) await assertFacts(statistics, question, now.count, before?.count);
    }
  })), often(8));
});

/** What was known at a revision. */
interface Moment { readonly revision: string; readonly count: Recounted }

/** Of those that arrived, each subject's as far as none before them is missing. */
function inSequence(all: readonly Event[], arrived: ReadonlySet<Event>): Event[] {
  const next = new Map<string, bigint>();
  return all.filter((event) => {
    const key = `${event.topic} ${event.subject}`;
    if (!arrived.has(event) || event.sequence !== (next.get(key) ?? 1n)) return false;
    next.set(key, event.sequence + 1n);
    return true;
  });
}

/** All pages, the last of them long, are of one revision, no longer than asked for, and together in the order that was asked for. */
async function allPages(statistics: StatisticsUnderTest, question: Asked): Promise<{ rows: string[]; totals: string | undefined }> {
  const rows: AnswerRow[] = [];
  let first = '';
  for (let pageToken = '', pages = 0; ; pages++) {
    const pageSize = pages < 8 ? question.pageSize! : 0;
    const page = await statistics.ask(question.statistic, { ...question, pageSize, pageToken });
    rows.push(...page.rows);
    assert.ok(pageSize === 0 || page.rows.length <= pageSize);
    assert.equal(page.revision, first ||= page.revision);
    if ((pageToken = page.nextPageToken) !== '') continue;
    assert.equal(page.rowCount, rows.length);
    assertInOrder(rows, readQuestion(question));
    return { rows: rows.map(lineOf), totals: page.totals && lineOf(page.totals) };
  }
}

function assertInOrder(rows: readonly AnswerRow[], { sort, measures }: Question): void {
  const cells = (row: AnswerRow): (string | number | bigint)[] => [...row.keys, ...row.values.map((value) => (value === '' ? '' : value.includes('.') || value.includes('e') ? Number(value) : BigInt(value)))];
  const all = rows.map(cells);
  const columns = [...sort, ...all.slice(0, 1).flatMap((row) => row.slice(0, row.length - measures.length).map((_, column) => ({ column, descending: false })))];
  for (let i = 1; i < all.length; i++) {
    const [a, b] = [all[i - 1]!, all[i]!];
    const first = columns.find(({ column }) => a[column] !== b[column]);
    if (!first) continue;
    const [x, y] = [a[first.column]!, b[first.column]!];
    assert.ok(y === '' || (x !== '' && (first.descending ? x > y : x < y)), `${String(x)} before ${String(y)}`);
  }
}

/** The values that stand apart: none of the others is larger. Which of equals they are is the answer's choice. */
async function largestOf(statistics: StatisticsUnderTest, question: Asked, count: Recounted): Promise<Apart | undefined> {
  if (!question.top) return undefined;
  const { dimension, count: most } = question.top;
  const measure = question.top.measure || readQuestion(question).measures[0]!.id;
  const { measures: _, sort: __, compare: ___, ...rest } = question;
  const alone: Asked = { ...rest, groupBy: [dimension], grain: '', pageSize: 0, top: { dimension, count: most, measure } };
  const values = (await statistics.ask(question.statistic, alone)).rows.map(({ keys }) => keys[0]!).filter((key) => key !== '*');
  const ranked = count(alone).map(({ keys, figures }) => ({ key: keys[0]!, figure: Number(figures[measure] ?? -Infinity) }));
  const [apart, others] = [ranked.filter(({ key }) => values.includes(key)), ranked.filter(({ key }) => !values.includes(key))];
  assert.deepEqual([apart.length, others.length], [Math.min(most, ranked.length), Math.max(0, ranked.length - most)]);
  const least = Math.min(...apart.map(({ figure }) => figure));
  assert.ok(others.every(({ figure }) => figure <= least || figure - least < 1e-9 * Math.abs(least)), JSON.stringify(question));
  return others.length > 0 ? { dimension, values } : undefined;
}

/** As many facts as are counted, each once; and with the changes, those that count now less those that counted then. */
async function assertFacts(statistics: StatisticsUnderTest, question: Asked, now: Recounted, before: Recounted | undefined): Promise<void> {
  const { statistic, from, to, filters = {}, conditions = [], asOf = '', changesSince = '' } = question;
  const of = (count: Recounted): number => Number(count({ statistic, from, to, filters, conditions, groupBy: [] })[0]!.figures['count']);
  const listed: string[] = [];
  let signs = 0;
  for (let pageToken = ''; ;) {
    const { facts, factCount, nextPageToken } = await statistics.facts(statistic, { from, to, filters, conditions, asOf, changesSince, pageSize: 10, pageToken });
    listed.push(...facts.map(({ sign, subject, values }) => `${sign} ${subject} ${values.join()}`));
    signs += facts.reduce((sum, { sign }) => sum + sign, 0);
    if ((pageToken = nextPageToken) !== '') continue;
    assert.equal(listed.length, Number(factCount));
    break;
  }
  assert.equal(signs, of(now) - (before ? of(before) : 0), `the facts of ${JSON.stringify(question)}`);
}

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
