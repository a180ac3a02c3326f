import type { Asked } from '../query/question.ts';
import { figuresOfNothing, figureText, type Apart, type Figures, type Row } from './recount.ts';
import { dayAfter, dayBefore, pieceOf } from './recount-time.ts';

/** For tests: a recount of what was known at one moment. */
export type Recounted = (asked: Asked, apart?: Apart) => Row[];

/** Rows as `key,key: values | the period before | the year before | at the earlier revision`, in no order. */
export interface WholeAnswer {
  readonly rows: string[];
  readonly totals: string;
}

/**
 * For tests: all that an answer says, the slow, obvious way: each piece of a series, each period beside it and each revision
 * is a recount of its own. `since`: what was known at the revision since which changes are asked for.
 */
export function wholeAnswer(now: Recounted, since: Recounted | undefined, asked: Asked, apart: Apart | undefined): WholeAnswer {
  const { statistic, compare = [], measures = [], grain = '' } = asked;
  const named = (figures: Figures): string => (measures.length === 0 ? Object.keys(shapeOf(now, asked)) : measures).map((id) => figureText(figures[id])).join(',');
  const nothing = named(figuresOfNothing(statistic));
  const rowsOf = (known: Recounted, question: Asked, apart?: Apart): Map<string, string> => new Map(known(question, apart).map(({ keys, figures }) => [JSON.stringify(keys), named(figures)]));

  const earlier = new Map<string, Map<string, string>>();
  const beside = (keys: readonly string[], which: string, question: Asked): string => {
    if (!compare.includes(which)) return '';
    const [time, ...rest] = keys;
    const piece = question.grain ? { ...pieceBefore(time!, question as Period & { grain: string }, which), keys: rest } : { key: '', ...periodBefore(question, which), keys };
    if (piece.from === '') return nothing; // the calendar has no such piece
    const { from, to } = piece;
    const id = `${question.grain} ${from} ${to} ${question.groupBy.length}`;
    let rows = earlier.get(id);
    if (!rows) earlier.set(id, (rows = rowsOf(now, { ...question, from, to }, question.groupBy.length > 0 ? apart : undefined)));
    return rows.get(JSON.stringify(question.grain ? [piece.key, ...rest] : keys)) ?? nothing;
  };
  const row = (keys: readonly string[], values: string, before: string, question: Asked): string => [`${keys.join(',')}: ${values}`, beside(keys, 'previous', question), beside(keys, 'yearBefore', question), before].join(' | ');

  const all: Asked = { ...asked, groupBy: [], grain: '' };
  const total = rowsOf(now, all).get('[]') ?? nothing;
  const totals = row([], total, since ? rowsOf(since, all).get('[]') ?? nothing : '', all);
  const values = rowsOf(now, asked, apart);
  if (!asked.changesSince) return { rows: [...values].map(([keys, own]) => row(JSON.parse(keys) as string[], own, '', { ...asked, grain })), totals };
  if (!since) return { rows: [], totals };
  const before = rowsOf(since, asked);
  const keys = [...new Set([...values.keys(), ...before.keys()])].filter((key) => (values.get(key) ?? nothing) !== (before.get(key) ?? nothing));
  return { rows: keys.map((key) => row(JSON.parse(key) as string[], values.get(key) ?? nothing, before.get(key) ?? nothing, asked)), totals };
}

/** The measures' ids, of a row of nothing. */
function shapeOf(now: Recounted, asked: Asked): Figures {
  return now({ ...asked, groupBy: [], grain: '', conditions: [], filters: {} })[0]!.figures;
}

interface Period { readonly from: string; readonly to: string }

/** As many whole months before, or the same of a year before; else as many days, or the same days. */
function periodBefore({ from, to }: Period, which: string): Period {
  const months = monthsOf({ from, to });
  if (which === 'yearBefore') return { from: inYearBefore(from), to: months.length > 0 ? lastOf(`${Number(to.slice(0, 4)) - 1}${to.slice(4, 7)}`) : inYearBefore(to) };
  let start = from;
  if (months.length > 0) for (let month = 0; month < months.length; month++) start = `${dayBefore(start).slice(0, 7)}-01`;
  else for (let day = from; day <= to; day = dayAfter(day)) start = dayBefore(start);
  return { from: start, to: dayBefore(from) };
}

/** The months that a period is, where it is whole ones. */
function monthsOf({ from, to }: Period): string[] {
  if (!from.endsWith('-01') || !dayAfter(to).endsWith('-01')) return [];
  const months = new Set<string>();
  for (let day = from; day <= to; day = dayAfter(day)) months.add(day.slice(0, 7));
  return [...months];
}

function inYearBefore(day: string): string {
  const [month, last] = [`${Number(day.slice(0, 4)) - 1}${day.slice(4, 7)}`, day.slice(8)];
  const end = lastOf(month);
  return end.slice(8) < last ? end : `${month}-${last}`;
}

function lastOf(month: string): string {
  let day = `${month}-01`;
  while (dayAfter(day).startsWith(month)) day = dayAfter(day);
  return day;
}

/** The piece just before one of a series, or that of the same name of a year before, with its days; without days there is none. */
function pieceBefore(key: string, { from, to, grain }: Period & { grain: string }, which: string): Period & { key: string } {
  const earlierKey = `${Number(key.slice(0, 4)) - 1}${key.slice(4)}`;
  if (grain === 'hour') {
    const [day = '', hour = ''] = key.split(' ');
    if (which === 'yearBefore') return { key: earlierKey, ...dayIfThere(earlierKey.slice(0, 10)) };
    return hour === '00' ? { key: `${dayBefore(day)} 23`, from: dayBefore(day), to: dayBefore(day) } : { key: `${day} ${String(Number(hour) - 1).padStart(2, '0')}`, from: day, to: day };
  }
  let day = from;
  while (day <= to && pieceOf(grain, day) !== key) day = dayAfter(day);
  day = dayBefore(day);
  const wanted = which === 'previous' ? pieceOf(grain, day) : earlierKey;
  for (let steps = 0; pieceOf(grain, day) !== wanted; steps++, day = dayBefore(day)) if (steps > 800) return { key: wanted, from: '', to: '' };
  const last = day;
  while (pieceOf(grain, dayBefore(day)) === wanted) day = dayBefore(day);
  return { key: wanted, from: day, to: last };
}

function dayIfThere(day: string): Period {
  return dayAfter(dayBefore(day)) === day ? { from: day, to: day } : { from: '', to: '' };
}
