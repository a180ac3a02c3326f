import { AnalyticsServiceService } from '@youdian/contracts-analytics/analytics';
import type { History } from '@youdian/messaging';
import { implement, query, type Implementation } from '@youdian/service-host';
import type { Statistic } from '../catalogue/catalogue.ts';
import { columnOf } from '../catalogue/columns.ts';
import type { Answering } from '../store/fact-store.ts';
import { answer } from './answer.ts';
import { definitionOf } from './definition.ts';
import { listEvents } from './events.ts';
import { listFacts, readFactsAsked } from './facts.ts';
import { readQuestion } from './question.ts';

/** Everyone who works here; statistics name no person. */
export const READERS = ['analyst', 'manager', 'agent', 'cashier', 'integrator', 'admin', 'service'];
/** Who may see the single thing behind a number: its account, its money, its events. */
export const ANALYSTS = ['analyst', 'manager', 'admin', 'service'];

export function analyticsService(store: Answering, statistics: readonly Statistic[], history: Pick<History, 'read'>): Implementation {
  return implement(AnalyticsServiceService, {
    query: query(READERS, async (asked) => {
      const question = readQuestion(asked, statistics);
      const { statistic, groupBy, measures, grain } = question;
      const { watermark, revision, rows, totals, rowCount, nextPageToken, sources } = await answer(store, question);
      return {
        watermark, revision, rows: [...rows], totals, rowCount: BigInt(rowCount), nextPageToken,
        dimensions: [...(grain ? ['time'] : []), ...groupBy.map(({ id }) => id)], measures: measures.map(({ id }) => id),
        definition: { ...definitionOf(statistic, measures, groupBy), sources: [...sources] },
      };
    }),
    listFacts: query(ANALYSTS, async (asked) => {
      const { columns, facts, ...listed } = await listFacts(store, readFactsAsked(asked, statistics));
      const namedColumns = columns.map((id) => {
        const { name: [zh, en], unit = '' } = columnOf(id);
        return { id, zh, en, unit };
      });
      return { ...listed, columns: [...columns], namedColumns, facts: [...facts] };
    }),
    listEvents: query(ANALYSTS, async (asked) => {
      const { events, more } = await listEvents(history, asked);
      return { events: events.map(({ id, type, sequence, time, data }) => ({ id, type, sequence, time, data: Buffer.from(data).toString() })), more };
    }),
    getCatalogue: query(READERS, async () => ({ statistics: statistics.map((statistic) => definitionOf(statistic)) })),
  });
}
