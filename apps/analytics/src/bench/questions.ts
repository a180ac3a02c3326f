import type { Asked } from '../query/question.ts';

const of = (statistic: string, asked: Partial<Asked> = {}): Asked => ({ statistic, groupBy: [], from: '', to: '', filters: {}, ...asked });
const NOVEMBER = { from: '2026-11-01', to: '2026-11-30' };
const AUTUMN = { from: '2026-09-01', to: '2026-11-30' };

/** The twenty questions that the bar of 300 ms is about: what an office asks all day. */
export const COMMITTED_QUESTIONS: readonly Asked[] = [
  of('faults', NOVEMBER),
  of('faults', { ...NOVEMBER, groupBy: ['cause'] }),
  of('faults', { ...NOVEMBER, groupBy: ['region'] }),
  of('faults', { ...NOVEMBER, groupBy: ['region', 'line'] }),
  of('faults', { ...NOVEMBER, groupBy: ['day'] }),
  of('faults', { ...NOVEMBER, groupBy: ['hour'] }),
  of('faults', { ...NOVEMBER, groupBy: ['cause'], filters: { region: 'R1' } }),
  of('faults', { ...NOVEMBER, groupBy: ['line', 'cause'], filters: { region: 'R2' } }),
  of('faults', { ...AUTUMN, groupBy: ['month', 'cause'] }),
  of('faults', { ...AUTUMN, groupBy: ['month', 'region'] }),
  of('faults', { groupBy: ['month'] }),
  of('faults', { groupBy: ['region', 'line', 'cause', 'month'] }),
  of('faults', { ...NOVEMBER, grain: 'day' }),
  of('faults', { ...NOVEMBER, groupBy: ['line'], top: { dimension: 'line', count: 5, measure: 'count' } }),
  of('faults', { ...NOVEMBER, groupBy: ['region'], compare: ['previous'] }),
  of('consultations', NOVEMBER),
  of('consultations', { ...NOVEMBER, groupBy: ['category'] }),
  of('consultations', { ...NOVEMBER, groupBy: ['usageNature'] }),
  of('consultations', { ...NOVEMBER, groupBy: ['category', 'capacityBand'] }),
  of('consultations', { ...AUTUMN, groupBy: ['month', 'channel'] }),
];

/** Filters that no order of the rows helps. */
export const RAW_SCANS: readonly Asked[] = [
  of('faults', { filters: { line: 'R3-L7', hour: '03' } }),
  of('faults', { filters: { cause: '' }, groupBy: ['day'] }),
  of('consultations', { filters: { usageNature: 'AGRICULTURAL', capacityBand: '500_TO_800' }, groupBy: ['category'] }),
  of('consultations', { filters: { channel: 'HOTLINE', category: 'METERING' }, groupBy: ['day'] }),
];

/** What they are made of has to be put in order first; but unless by hours they are made of sums by day, and the bar of 300 ms is theirs too. */
export const HEAVY_QUESTIONS: readonly Asked[] = [of('repeat-faults'), of('repeat-faults', { ...NOVEMBER, groupBy: ['line'] }), of('repeat-faults', { groupBy: ['region', 'cause', 'month'] })];
