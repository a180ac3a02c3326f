import { AnalyticsServiceService } from '@youdian/contracts-analytics/analytics';
import { implement, query, type Implementation } from '@youdian/service-host';
import { STATISTICS } from '../catalogue/statistics.ts';
import type { Answering } from '../store/fact-store.ts';
import { answer } from './answer.ts';
import { readQuestion } from './question.ts';

/** Everyone who works here; statistics name no person. */
export const READERS = ['analyst', 'manager', 'agent', 'cashier', 'integrator', 'admin', 'service'];

export function analyticsService(store: Answering): Implementation {
  return implement(AnalyticsServiceService, {
    query: query(READERS, async (asked) => {
      const question = readQuestion(asked);
      const { statistic, groupBy } = question;
      const { watermark, revision, rows } = await answer(store, question);
      return { watermark, revision, dimensions: groupBy.map(({ id }) => id), measures: statistic.measures.map(({ id }) => id), rows: [...rows] };
    }),
    getCatalogue: query(READERS, async () => ({
      statistics: STATISTICS.map(({ id, zh, en, measures, dimensions }) => ({
        id, zh, en,
        measures: measures.map(({ id, zh, en, unit, formula }) => ({ id, zh, en, unit, formula })),
        dimensions: dimensions.map(({ id, zh, en }) => ({ id, zh, en })),
      })),
    })),
  });
}
