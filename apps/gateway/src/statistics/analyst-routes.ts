import type { Rebuild } from '@youdian/contracts-analytics/upkeep';
import { z } from 'zod';
import { instantOut } from '../rest/fields.ts';
import { route } from '../rest/route.ts';

const SQL_CHARACTERS_MAX = 20_000;

const rebuild = z.object({
  state: z.enum(['NONE', 'ARCHIVING', 'REPLAYING', 'COMPARING', 'CATCHING_UP', 'SWITCHED', 'DIFFERENT', 'FAILED']),
  eventsDone: z.number(),
  eventsTotal: z.number(),
  eventsPerSecond: z.number(),
  startedAt: instantOut.nullable(),
  endedAt: instantOut.nullable(),
  revision: z.string().meta({ description: 'the facts are compared at it' }),
  tables: z.array(z.object({ table: z.string(), rowsBefore: z.number(), rowsAfter: z.number(), equal: z.boolean() })),
  subjectsLeftOut: z.number().meta({ description: 'of which their owner has told more meanwhile' }),
  reason: z.string(),
});

/** For analysts who look for what the catalogue does not have, and for who looks after the statistics. */
export const analystRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/analytics/sql',
    operation: 'runSql',
    tag: 'statistics',
    summary: { zh: '对事实表的只读 SQL(一条 SELECT;限时、限内存、限行数)', en: 'Read-only SQL over the facts: one SELECT, within limits of time, memory and rows' },
    body: z.strictObject({ sql: z.string().min(1).max(SQL_CHARACTERS_MAX) }),
    response: z.object({
      columns: z.array(z.object({ name: z.string(), type: z.string() })),
      rows: z.array(z.array(z.string().nullable())),
      revision: z.string().meta({ description: 'of the copy of the facts that was asked' }),
    }),
    answer: async ({ body: { sql } }, { analystSql }, call) => {
      const { columns, rows, revision } = await analystSql.runSql({ sql }, call);
      return { columns, rows: rows.map(({ cells }) => cells.map(({ text }) => text ?? null)), revision };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/analytics/rebuild',
    operation: 'startRebuild',
    tag: 'statistics',
    summary: { zh: '从归档重建统计:在旁重算、比对、切换', en: 'Makes the facts anew from the archive beside the running ones, compares them and switches' },
    body: z.strictObject({ acceptDifferences: z.boolean() }),
    response: rebuild,
    answer: async ({ body }, { upkeep }, call) => toJson((await upkeep.startRebuild(body, call)).rebuild!),
  }),
  route({
    method: 'GET',
    path: '/api/v1/analytics/rebuild',
    operation: 'getRebuild',
    tag: 'statistics',
    summary: { zh: '最近一次重建的进度与结果', en: 'How far the newest rebuild is, and what came of it' },
    response: rebuild,
    answer: async (_input, { upkeep }, call) => toJson((await upkeep.getRebuild({}, call)).rebuild!),
  }),
  route({
    method: 'GET',
    path: '/api/v1/analytics/archive',
    operation: 'getArchive',
    tag: 'statistics',
    summary: { zh: '事件归档到哪里了', en: 'How far events are archived' },
    response: z.object({
      partitions: z.array(z.object({ topic: z.string(), partition: z.number(), nextOffset: z.string() })),
      pieces: z.number(),
      missing: z.number().meta({ description: 'ranges that Kafka had let go of before they were archived' }),
      trouble: z.string(),
    }),
    answer: async (_input, { upkeep }, call) => {
      const { partitions, pieces, missing, trouble } = await upkeep.getArchive({}, call);
      return { partitions: partitions.map(({ nextOffset, ...partition }) => ({ ...partition, nextOffset: String(nextOffset) })), pieces: Number(pieces), missing: Number(missing), trouble };
    },
  }),
];

function toJson({ state, eventsDone, eventsTotal, startedAt, endedAt, tables, subjectsLeftOut, ...rest }: Rebuild) {
  return {
    ...rest,
    state: state.slice('REBUILD_STATE_'.length) as z.input<typeof rebuild>['state'],
    eventsDone: Number(eventsDone), eventsTotal: Number(eventsTotal), subjectsLeftOut: Number(subjectsLeftOut),
    startedAt: startedAt?.toISOString() ?? null, endedAt: endedAt?.toISOString() ?? null,
    tables: tables.map(({ rowsBefore, rowsAfter, ...table }) => ({ ...table, rowsBefore: Number(rowsBefore), rowsAfter: Number(rowsAfter) })),
  };
}
