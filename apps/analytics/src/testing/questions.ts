import { STATISTICS } from '../catalogue/statistics.ts';
import type { Asked } from '../query/question.ts';

/** Each statistic: its total, by each of its dimensions, and by its first three together in spring. */
export const QUESTIONS: readonly Asked[] = STATISTICS.flatMap(({ id, dimensions }) => {
  const all = dimensions.map((dimension) => dimension.id);
  const none = { statistic: id, groupBy: [] as string[], from: '', to: '', filters: {} };
  return [none, ...all.map((dimension) => ({ ...none, groupBy: [dimension] })), { ...none, groupBy: all.slice(0, 3), from: '2026-03-01', to: '2026-05-31' }];
});
