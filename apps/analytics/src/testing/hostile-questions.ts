import fc from 'fast-check';
import { STATISTICS } from '../catalogue/statistics.ts';
import type { AskedFacts } from '../query/facts.ts';
import type { Asked } from '../query/question.ts';
import { randomQuestion } from './random-question.ts';

/** What would be SQL, a path, another object's own, or nothing at all, where somebody took it for more than a value. */
const NASTY = [
  "'; DROP TABLE case_facts; --", "R1' OR '1'='1", "R1') UNION SELECT event_id FROM case_facts --", '" OR 1=1 --', '$1', '$2', '?', ':x', '{}', '%', '_', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '\0', '\u202e', '\ud800', '💥', '\n', '\\',
  'f.region_id', 'f.sign', 'a.account_no', '(SELECT 1)', "(SELECT string_agg(event_id, ',') FROM case_facts)", "read_csv('/etc/passwd')", "1; ATTACH '/tmp/x' AS x", "1; INSTALL httpfs", "1; SET memory_limit='1TB'", 'PRAGMA database_list', '/**/', '--',
  '*', '', ' ', 'time', 'NULL', 'null', 'undefined', 'NaN', 'Infinity', '-1', '0', '1e9', '9'.repeat(400), 'x'.repeat(5_000), '../../etc/passwd', '${1+1}', '<script>', "=cmd|' /C calc'!A0",
  '2026-02-30', '0000-00-00', '9999-12-31', '2026-11-24T00:00:00Z', '二〇二六年', '24', '2026-13', 'lightning',
];
/** What is right somewhere, and senseless elsewhere. */
const WORDS = [...new Set(STATISTICS.flatMap(({ id, dimensions, measures }) => [id, ...dimensions.map((dimension) => dimension.id), ...measures.map((measure) => measure.id)])), 'hour', 'day', 'week', 'month', 'quarter', 'year', 'previous', 'yearBefore', 'R1', 'R1-L1', 'STORM', '2026-02', '2026-02-14'];

const text = fc.oneof(fc.constantFrom(...NASTY), fc.constantFrom(...WORDS), fc.string({ unit: 'binary', maxLength: 60 }));
const number = fc.oneof(fc.integer({ min: -2, max: 12 }), fc.constantFrom(NaN, Infinity, -Infinity, 0.5, -0, 2 ** 31, -(2 ** 31), 2 ** 53, 10_000, 10_001));
const values = fc.oneof(fc.array(text, { maxLength: 4 }), fc.constantFrom(Array<string>(201).fill('R1'), Array<string>(200).fill('')));
const revision = fc.oneof(text, fc.constantFrom('1.1', '1795478400.0', '1795478400.1', '1795478400.999999', '1e9.1', '-1.0', '1795478400.', '.1', '1795478400.1.1', '1795478400.-1', '0x1.1', `${'1'.repeat(16)}.1`));
const pageToken = fc.oneof(text, fc.tuple(revision, number, text).map((parts) => Buffer.from(parts.join(' ')).toString('base64url')));

const condition = fc.record({ dimension: text, values, exclude: fc.boolean() });
const SPOILS: fc.Arbitrary<(asked: Asked) => Partial<Asked & AskedFacts>>[] = [
  text.map((statistic) => () => ({ statistic })),
  fc.constantFrom(...STATISTICS).map(({ id }) => () => ({ statistic: id })), // whose measures and dimensions these are not
  fc.array(text, { minLength: 1, maxLength: 5 }).map((groupBy) => (asked) => ({ groupBy: [...asked.groupBy, ...groupBy] })),
  fc.integer({ min: 1, max: 2_000 }).map((times) => ({ groupBy }) => ({ groupBy: Array<string[]>(times).fill([...groupBy.slice(0, 5), 'region']).flat() })), // it may come thrice
  text.map((from) => () => ({ from })), text.map((to) => () => ({ to })), fc.constant(({ from, to }: Asked) => ({ from: to, to: from })),
  fc.dictionary(text, text, { minKeys: 1, maxKeys: 25 }).map((filters) => () => ({ filters })),
  text.map((value) => ({ groupBy }) => ({ filters: Object.fromEntries(groupBy.map((dimension) => [dimension, value])) })),
  fc.array(condition, { minLength: 1, maxLength: 25 }).map((conditions) => () => ({ conditions })),
  values.map((values) => ({ groupBy }) => ({ conditions: groupBy.map((dimension) => ({ dimension, values, exclude: true })) })),
  fc.array(text, { minLength: 1, maxLength: 4 }).map((measures) => () => ({ measures })),
  text.map((grain) => () => ({ grain })), fc.constantFrom('hour', 'day', 'week').map((grain) => () => ({ grain, from: '1900-01-01', to: '2199-12-31' })),
  fc.record({ dimension: text, count: number, measure: text }).map((top) => () => ({ top })), fc.record({ count: number, measure: text }).map((top) => ({ groupBy }) => ({ top: { ...top, dimension: groupBy[0] ?? '' } })),
  fc.array(fc.record({ by: text, descending: fc.boolean() }), { minLength: 1, maxLength: 30 }).map((sort) => () => ({ sort })),
  fc.array(text, { minLength: 1, maxLength: 3 }).map((compare) => () => ({ compare })), fc.constant(() => ({ compare: ['previous', 'yearBefore', 'previous'] })),
  revision.map((asOf) => () => ({ asOf })), revision.map((changesSince) => () => ({ changesSince })), number.map((pageSize) => () => ({ pageSize })), pageToken.map((token) => () => ({ pageToken: token })),
  text.map((per) => () => ({ per })),
];

/** Questions that were right, until one to three of their fields were spoilt. */
export const hostileQuestion: fc.Arbitrary<Asked & AskedFacts> = fc.tuple(randomQuestion, fc.array(fc.oneof(...SPOILS), { minLength: 1, maxLength: 3 }))
  .map(([{ asked }, spoils]) => spoils.reduce<Asked & AskedFacts>((spoilt, spoil) => ({ ...spoilt, ...spoil(spoilt) }), asked));

export const hostileEvents = fc.record({ topic: fc.oneof(text, fc.constant('service-desk.case.v1')), subject: text, fromSequence: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) });
export const hostileFormat = fc.oneof(text, fc.constantFrom('EXPORT_FORMAT_CSV', 'EXPORT_FORMAT_XLSX', 'EXPORT_FORMAT_PARQUET'));
