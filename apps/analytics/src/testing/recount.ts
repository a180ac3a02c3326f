import type { Event } from '@youdian/messaging';
import type { Asked } from '../query/question.ts';
import { customersOf, type Spans } from './recount-customers.ts';
import { thingsOf, type Thing } from './recount-things.ts';
import { dayAfter, pieceOf, startOf, type Piece } from './recount-time.ts';

/**
 * For tests: the slow, obvious way to the same figures. It knows no facts, no signs and no SQL: it reads each event, keeps
 * the newest state of each thing, and counts. It shares no code with what it checks. Rows as `key,key: value,value`.
 */
export function recount(events: readonly Event[]): (asked: Asked) => string[] {
  const rowsOf = recountRows(events);
  return (asked) => rowsOf(asked).map(({ keys, figures }) => `${keys.join(',')}: ${Object.values(figures).map(figureText).join(',')}`).sort();
}

/** The rows themselves. `apart`: the values of a dimension that keep their name; all others are `*`. */
export function recountRows(events: readonly Event[]): (asked: Asked, apart?: Apart) => Row[] {
  const world = thingsOf(events);
  return (asked, apart) => answer(world.things, world.spans, asked, apart).map(([keys, figures, names]) => ({ keys: names.map((name) => keys[name] ?? ''), figures }));
}

export type Figure = bigint | number | undefined;
/** By the ids of the measures. */
export type Figures = Record<string, Figure>;
export interface Row { readonly keys: readonly string[]; readonly figures: Figures }
export interface Apart { readonly dimension: string; readonly values: readonly string[] }
type Keys = Record<string, string | undefined>;

export function figureText(figure: Figure): string {
  return figure === undefined ? '' : typeof figure === 'bigint' ? String(figure) : figure.toFixed(6);
}

/** What stands where a statistic has nothing at all: a ratio of nothing is undefined. */
export function figuresOfNothing(statistic: string): Figures {
  if (RATIOS[statistic]) return {};
  return statistic === 'customers' ? { customers: 0, customerHours: 0 } : figuresOf(statistic, []);
}

/** Above and below the line, and the figures of both. */
const RATIOS: Record<string, { over: string; per: string; figures: (n: Figures, d: Figures) => Figures }> = {
  reliability: {
    over: 'outages', per: 'customers', figures: (n, d) => ({
      saifi: share(n['interruptions'], d['customers']), saidi: share(n['customerMinutes'], d['customers']), caidi: n['interruptions'] ? share(n['customerMinutes'], n['interruptions']) : undefined,
      asai: d['customerHours'] ? 1 - Number(n['customerMinutes'] ?? 0) / 60 / Number(d['customerHours']) : undefined, cemi3: share(n['interruptedThrice'], d['customers']),
    }),
  },
  'complaint-rate': { over: 'complaints', per: 'customers', figures: (n, d) => ({ per10000: share(Number(n['count'] ?? 0) * 10_000, d['customers']) }) },
  collection: {
    over: 'late-charges', per: 'due-charges', figures: (n, d) => {
      const collected = (part: Figure): Figure => (d['amountFen'] ? 1 - Number(part ?? 0) / Number(d['amountFen']) : undefined);
      return { collectionRate: collected(n['openFen']), onTimeRate: collected(n['owedFen']) };
    },
  },
  'prepaid-adoption': { over: 'prepaid-customers', per: 'customers', figures: (n, d) => ({ adoptionRate: share(n['count'], d['customers']) }) },
};
const CUSTOMER_KEYS = ['region', 'line', 'usageNature', 'capacityBand'];
const DUE_KEYS = [...CUSTOMER_KEYS, 'period'];

function answer(things: readonly Thing[], spans: Spans, asked: Asked, apart: Apart | undefined): Counted[] {
  const { statistic, groupBy, grain = '' } = asked;
  const names = [...(grain ? ['time'] : []), ...groupBy];
  const ratio = RATIOS[statistic];
  if (!ratio) return statistic === 'customers' ? customers(spans, asked, names, apart) : counted(things, asked, names, apart);
  const known = (names: readonly string[]): string[] => names.filter((name) => name === 'time' || (ratio.per === 'customers' ? CUSTOMER_KEYS : DUE_KEYS).includes(name));
  const below = known(names);
  const over = counted(things, { ...asked, statistic: ratio.over }, names, apart);
  const per = ratio.per === 'customers' ? customers(spans, asked, below, apart) : counted(things, { ...asked, statistic: ratio.per, ...onlyKnown(asked, DUE_KEYS) }, below, apart);
  const groups = new Map(over.map(([keys, n]) => [JSON.stringify(names.map((name) => keys[name] ?? '')), { keys, n }]));
  if (below.length === names.length) for (const [keys] of per) {
    const key = JSON.stringify(names.map((name) => keys[name] ?? ''));
    if (!groups.has(key)) groups.set(key, { keys, n: {} });
  }
  return [...groups.values()].map(({ keys, n }): Counted => {
    const d = per.find(([other]) => below.every((name) => (other[name] ?? '') === (keys[name] ?? '')))?.[1] ?? {};
    return [keys, ratio.figures(n, d), names];
  });
}

type Counted = readonly [keys: Keys, figures: Figures, names: readonly string[]];

function merged(keys: Keys, apart: Apart | undefined): Keys {
  return !apart || apart.values.includes(keys[apart.dimension] ?? '') ? keys : { ...keys, [apart.dimension]: '*' };
}

function onlyKnown({ filters = {}, conditions = [] }: Asked, keys: readonly string[]): Pick<Asked, 'filters' | 'conditions'> {
  return { filters: Object.fromEntries(Object.entries(filters).filter(([key]) => keys.includes(key))), conditions: conditions.filter(({ dimension }) => keys.includes(dimension)) };
}

function counted(all: readonly Thing[], asked: Asked, names: readonly string[], apart: Apart | undefined): Counted[] {
  const { statistic, from, to, grain } = asked;
  const things = all.filter((thing) => thing.statistic === statistic && (from === '' || thing.day >= from) && (to === '' || thing.day <= to) && holds(thing.keys, asked));
  return grouped(things, names, (thing) => ({ ...merged(thing.keys, apart), time: grain ? pieceOf(grain, thing.day, thing.keys['hour']) : undefined }))
    .map(([keys, members]) => [keys, figuresOf(statistic, members), names]);
}

function customers(spans: Spans, asked: Asked, names: readonly string[], apart: Apart | undefined): Counted[] {
  const { from, to, grain } = asked;
  const pieces = new Map<string, Piece>();
  for (let day = from; day <= to; day = dayAfter(day)) {
    const key = grain ? pieceOf(grain, day) : '';
    const piece = pieces.get(key);
    pieces.set(key, { key, since: piece?.since ?? startOf(day), until: startOf(dayAfter(day)) });
  }
  const known = onlyKnown(asked, CUSTOMER_KEYS);
  const parts = [...pieces.values()].flatMap((piece) => customersOf(spans, piece)).filter(({ keys }) => holds(keys, { ...asked, ...known }));
  return grouped(parts, names, ({ keys, piece }) => ({ ...merged(keys, apart), time: piece.key })).map(([keys, members]) => {
    const ms = members.reduce((sum, part) => sum + part.ms, 0);
    const piece = members[0]?.piece;
    return [keys, { customers: piece ? ms / (piece.until - piece.since) : 0, customerHours: ms / 3_600_000 }, names];
  });
}

function grouped<T>(things: readonly T[], names: readonly string[], keysOf: (thing: T) => Keys): [Keys, T[]][] {
  const groups = new Map<string, [Keys, T[]]>();
  if (names.length === 0) groups.set('[]', [{}, []]);
  for (const thing of things) {
    const keys = keysOf(thing);
    const key = JSON.stringify(names.map((name) => keys[name] ?? ''));
    groups.set(key, [groups.get(key)?.[0] ?? keys, [...(groups.get(key)?.[1] ?? []), thing]]);
  }
  return [...groups.values()];
}

function holds(keys: Keys, { filters = {}, conditions = [] }: Asked): boolean {
  return Object.entries(filters).every(([dimension, value]) => (keys[dimension] ?? '') === value)
    && conditions.every(({ dimension, values, exclude }) => values.includes(keys[dimension] ?? '') !== exclude);
}

function figuresOf(statistic: string, things: readonly Thing[]): Figures {
  const count = BigInt(things.length);
  const sum = (of: (thing: Thing) => bigint | undefined): bigint => things.reduce((sum, thing) => sum + (of(thing) ?? 0n), 0n);
  const minutes = things.flatMap((thing) => (thing.minutes === undefined ? [] : [thing.minutes]));
  const mean = minutes.length === 0 ? undefined : minutes.reduce((sum, one) => sum + one, 0) / minutes.length;
  const amountFen = sum((thing) => thing.amountFen);
  switch (statistic) {
    case 'faults':
      return { count, customersAffected: sum(({ customers }) => customers), restoreMinutesMean: mean, withinCommitment: minutes.length === 0 ? undefined : minutes.filter((one) => one <= 225).length / minutes.length };
    case 'messages': {
      const outcomes = things.filter(({ keys }) => keys['status'] === 'DELIVERED' || keys['status'] === 'FAILED');
      return { count, deliveryRate: outcomes.length === 0 ? undefined : outcomes.filter(({ keys }) => keys['status'] === 'DELIVERED').length / outcomes.length };
    }
    case 'repeat-faults': {
      const repeats = things.filter(({ sinceLastMs }) => sinceLastMs !== undefined && sinceLastMs <= 30 * 86_400_000).length;
      return { count: BigInt(repeats), repeatRate: things.length === 0 ? undefined : repeats / things.length };
    }
    case 'outages':
      return {
        count, customersAffected: sum(({ customers }) => customers), interruptions: sum(({ interrupted }) => interrupted), customerMinutes: things.reduce((sum, thing) => sum + thing.customerMinutes!, 0),
        restoreMinutesMean: mean, interruptedThrice: interruptedThrice(things),
      };
    case 'arrears':
    case 'late-charges': {
      const open = things.filter(({ cleared }) => !cleared);
      return { count, owedFen: amountFen, openCount: BigInt(open.length), openFen: open.reduce((sum, thing) => sum + thing.amountFen!, 0n) };
    }
    case 'charges':
    case 'due-charges':
      return { count: BigInt(things.filter(({ adjusts }) => !adjusts).length), amountFen };
    case 'top-ups':
      return { count, amountFen };
    case 'prepaid-customers':
      return { count: BigInt(new Set(things.map(({ accountNo }) => accountNo)).size) };
    case 'shifts': {
      const unbalanced = things.filter(({ sums: [records, invoices, slips] = [] }) => records !== invoices || records !== slips).length;
      return { count, recordsFen: sum(({ sums }) => sums![0]), invoicesFen: sum(({ sums }) => sums![1]), slipsFen: sum(({ sums }) => sums![2]), unbalanced: BigInt(unbalanced) };
    }
    default:
      return { count };
  }
}

function interruptedThrice(things: readonly Thing[]): bigint {
  const lines = Map.groupBy(things, ({ keys }) => keys['line']);
  return [...lines.values()].reduce((sum, outages) => sum + (outages.map(({ interrupted }) => interrupted!).sort((a, b) => Number(b - a))[2] ?? 0n), 0n);
}

/** Undefined where there is nothing below the line. */
function share(part: Figure, whole: Figure): number | undefined {
  return whole ? Number(part ?? 0) / Number(whole) : undefined;
}
