import { needsPeriod } from '../catalogue/catalogue.ts';
import { STATISTICS } from '../catalogue/statistics.ts';
import type { Asked } from '../query/question.ts';

/** Each statistic: its total, by each of its dimensions, by its first three together in spring, and by month. */
export const QUESTIONS: readonly Asked[] = STATISTICS.flatMap((statistic): Asked[] => {
  const all = statistic.dimensions.map((dimension) => dimension.id);
  const [from, to] = needsPeriod(statistic) ? ['2026-01-01', '2026-12-31'] : ['', ''];
  const none = { statistic: statistic.id, groupBy: [] as string[], from, to };
  return [
    none, ...all.map((dimension) => ({ ...none, groupBy: [dimension] })), { ...none, groupBy: all.slice(0, 3), from: '2026-03-01', to: '2026-05-31' },
    { ...none, from: '2026-02-03', to: '2026-11-20', grain: 'month' },
  ];
});
