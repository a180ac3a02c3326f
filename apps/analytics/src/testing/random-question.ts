import fc from 'fast-check';
import { needsPeriod } from '../catalogue/catalogue.ts';
import { STATISTICS } from '../catalogue/statistics.ts';
import { addDays, startOf, startOfNext, type Grain } from '../query/periods.ts';
import { grainsOf, type Asked } from '../query/question.ts';
import { DAYS, NATURES } from './random-story.ts';

const VALUES: Record<string, string[]> = {
  region: ['R1', 'R2', ''], line: ['R1-L1', 'R2-L1', ''], cause: ['STORM', 'TREE', 'OTHER', ''], category: ['BILLING', 'OTHER', ''], class: ['BILLING', 'OTHER', ''],
  channel: ['ONLINE', 'KIOSK', ''], usageNature: [...NATURES, ''], capacityBand: ['UNDER_100', '100_TO_499', '500_TO_800', 'OVER_800', ''],
  month: ['2026-01', '2026-02', '2026-03'], day: ['2026-01-31', '2026-02-01', '2026-02-28', '2026-03-01'], hour: ['00', '23', '12'], period: ['2026-01', '2026-02'],
  equipment: ['CABLE', 'FUSE', ''], planned: ['YES', 'NO'], majorEventDay: ['YES', 'NO'],
  rule: ['BALANCE_LOW', 'TOP_UP_RECEIPT'], status: ['QUEUED', 'SENT', 'DELIVERED', 'FAILED'], outlet: ['H01', 'H02', ''], team: ['', 'T1'],
};

/** Which revisions are asked of, as numbers of moments that the test remembers; absent: now, and no changes. */
export interface Moments { readonly asOf?: number; readonly since?: number }
export interface RandomQuestion { readonly asked: Asked; readonly moments: Moments }

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined, freq: 2 });

/** Each leaves out much of the little that there is. */
const mostlyNone = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.oneof({ weight: 3, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary: fc.array(arbitrary, { minLength: 1, maxLength: 2 }) });

/** Any question that the catalogue can answer: measures, dimensions, filters, grain, the largest, totals, comparisons, order, pages, revisions. */
export const randomQuestion: fc.Arbitrary<RandomQuestion> = fc.constantFrom(...STATISTICS).chain((statistic) => {
  const dimensions = statistic.dimensions.map(({ id }) => id);
  const measures = statistic.measures.map(({ id }) => id);
  const dimension = fc.constantFrom(...dimensions);
  const valuesOf = (id: string): string[] => (statistic.id === 'shifts' && id === 'status' ? ['OPEN', 'CLOSED', 'SIGNED_OFF'] : VALUES[id]!);
  const filter = dimension.chain((id) => fc.constantFrom(...valuesOf(id)).map((value): [string, string] => [id, value]));
  const condition = dimension.chain((id) => fc.record({ dimension: fc.constant(id), values: fc.subarray(valuesOf(id), { minLength: 1 }), exclude: fc.boolean() }));
  const day = fc.constantFrom(...(needsPeriod(statistic) ? ['2025-01-10'] : ['']), ...DAYS);
  const days = fc.oneof(fc.tuple(day, day), fc.constantFrom<[string, string]>(['2026-01-01', '2026-03-31'], ['2026-02-01', '2026-02-28'], ['2025-12-01', '2026-03-31']));
  const moment = fc.integer({ min: 0, max: 1_000 });
  return fc.record({
    groupBy: fc.shuffledSubarray(dimensions, { maxLength: 4 }), filters: mostlyNone(filter).map((pairs) => Object.fromEntries(pairs)), conditions: mostlyNone(condition),
    measures: fc.oneof(fc.constant([]), fc.shuffledSubarray(measures, { minLength: 1 })), grain: fc.oneof({ weight: 2, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constantFrom(...grainsOf(statistic)) }),
    days, totals: fc.boolean(), compare: maybe(fc.subarray(['previous', 'yearBefore'], { minLength: 1 })), pageSize: fc.constantFrom(0, 0, 1, 3, 7),
    top: maybe(fc.record({ dimension: moment, count: fc.integer({ min: 1, max: 3 }), measure: fc.constantFrom('', ...measures) })), sort: fc.array(fc.record({ by: moment, descending: fc.boolean() }), { maxLength: 2 }),
    asOf: maybe(moment), since: maybe(moment),
  }).map(({ days: [one, other], compare, top, sort, asOf, since, ...asked }): RandomQuestion => {
    const [from, to] = one !== '' && other !== '' && one > other ? [other, one] : [one, other];
    const changes = since !== undefined;
    const names = [...(asked.grain ? ['time'] : []), ...asked.groupBy, ...(asked.measures.length > 0 ? asked.measures : measures)];
    const question: Asked = {
      statistic: statistic.id, ...asked, from, to, sort: sort.map(({ by, descending }) => ({ by: names[by % names.length]!, descending })),
      ...(top && asked.groupBy.length > 0 && !changes ? { top: { ...top, dimension: asked.groupBy[top.dimension % asked.groupBy.length]! } } : {}),
    };
    return { asked: compare && !changes ? compared(question, compare) : question, moments: { ...(asOf === undefined ? {} : { asOf }), ...(since === undefined ? {} : { since }) } };
  });
});

/** A comparison is of whole pieces of a time that has two ends, and not by months or days themselves. */
function compared(asked: Asked, compare: string[]): Asked {
  const { from, to, groupBy, grain } = asked;
  if (from === '' || to === '' || groupBy.some((id) => id === 'month' || id === 'day')) return asked;
  const whole = grain ? { from: startOf(grain as Grain, from), to: addDays(startOfNext(grain as Grain, to), -1) } : { from, to };
  return { ...asked, ...whole, compare };
}
