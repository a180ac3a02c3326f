import type { Fact } from '@youdian/contracts-analytics/analytics';
import { z } from 'zod';
import { says } from '../problem/field-errors.ts';
import { instantOut, nextPageToken } from '../rest/fields.ts';
import { route } from '../rest/route.ts';
import { factsQuery, statisticName, toFactsAsked } from './question.ts';

const SUBJECT_CHARACTERS_MAX = 128;

const fact = z.object({
  topic: z.string(),
  subject: z.string(),
  sequence: z.int().meta({ description: 'its events are those of the subject up to this one' }),
  eventId: z.string(),
  revision: z.string().meta({ description: 'the transaction that said it' }),
  sign: z.int().meta({ description: '-1 for what counts no more, with changesSince' }),
  values: z.record(z.string(), z.string().nullable()).meta({ description: 'by column; null: not known; money in fen' }),
});
const event = z.object({ id: z.string(), type: z.string(), sequence: z.int(), time: instantOut.optional(), data: z.record(z.string(), z.unknown()) });

const factColumn = z.object({ id: z.string(), zh: z.string(), en: z.string(), unit: z.string().meta({ description: 'of amounts: fen, ms, kVA, customers, stars; else empty' }) });

/** From a number to what it counts, and from that to what was told. */
export const factRoutes = [
  route({
    method: 'GET',
    path: '/api/v1/statistics/{statistic}/facts',
    operation: 'listFacts',
    tag: 'statistics',
    summary: { zh: '一个数字由哪些事实构成', en: 'The facts behind a number: the same days and filters, and the keys of its row as filters' },
    params: z.object({ statistic: statisticName }),
    query: factsQuery,
    response: z.object({ watermark: instantOut.nullable(), revision: z.string(), columns: z.array(z.string()), namedColumns: z.array(factColumn), facts: z.array(fact), factCount: z.int(), nextPageToken }),
    answer: async ({ params: { statistic }, query }, { analytics }, call) => {
      const page = await analytics.listFacts(toFactsAsked(statistic, query), call);
      return {
        watermark: page.watermark?.toISOString() ?? null,
        revision: page.revision,
        columns: page.columns,
        namedColumns: page.namedColumns,
        facts: page.facts.map((one) => toJson(one, page.columns)),
        factCount: Number(page.factCount),
        nextPageToken: page.nextPageToken || undefined,
      };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/events',
    operation: 'listEvents',
    tag: 'statistics',
    summary: { zh: '一个事实来自哪些事件', en: 'The events of a fact' },
    query: z.strictObject({
      topic: z.string().max(64).regex(/^[a-z.-]+\.v\d$/, says('写事实的 topic。', 'Write the topic of the fact.')).meta({ examples: ['service-desk.case.v1'] }),
      subject: z.string().min(1).max(SUBJECT_CHARACTERS_MAX),
      from: z.string().regex(/^\d{1,15}$/).transform(BigInt).optional().meta({ description: 'the sequence to begin at' }),
    }),
    response: z.object({ events: z.array(event), more: z.boolean() }),
    answer: async ({ query: { topic, subject, from = 0n } }, { analytics }, call) => {
      const { events, more } = await analytics.listEvents({ topic, subject, fromSequence: from }, call);
      return { more, events: events.map(({ id, type, sequence, time, data }) => ({ id, type, sequence: Number(sequence), time: time?.toISOString(), data: JSON.parse(data) as Record<string, unknown> })) };
    },
  }),
];

function toJson({ topic, subject, sequence, eventId, revision, sign, values }: Fact, columns: readonly string[]): z.input<typeof fact> {
  return { topic, subject, sequence: Number(sequence), eventId, revision, sign, values: Object.fromEntries(columns.map((column, i) => [column, values[i] || null])) };
}
