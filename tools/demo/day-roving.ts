import { addDays, dayOf, instantOf, MINUTE_MS } from '../town/days.ts';
import { type Account } from '../town/accounts.ts';
import { type Random } from '../town/random.ts';
import { type Town } from '../town/town.ts';
import { type Collected, type RouteStop, type Subject, type Team } from './script.ts';

const VILLAGES = ['王家村', '李家沟', '柳树屯'];
const RECEIPTS_A_VILLAGE = 4;
/** Of the day; the last minute in which a team can still be somewhere. */
const LAST_MINUTE = 23 * 60 + 59;
/** Nobody is told of a stop that is over. */
const STOP_MINUTES_MIN = 10;
const FLOAT_FEN = 20_000n;

export interface RovingDay {
  /** Whom the team takes money of: nobody else may touch their accounts on this day. */
  readonly accounts: readonly Account[];
  readonly subjects: readonly Subject[];
}

/**
 * Two teams. One is on the road today: its device takes money without a network and is synced out of order and twice, its stops are visited,
 * its shift closes to zero. The other goes tomorrow: its villages are told the day before, one of a change, one that nobody comes. `free`:
 * accounts that nothing else happens to. At the very end of a day nobody sets out.
 */
export function rovingDay(source: Random, town: Town, free: readonly Account[], seed: number, now: Date): RovingDay {
  const today = dayOf(now);
  const minute = Math.floor((now.getTime() - instantOf(today).getTime()) / MINUTE_MS) + 1;
  const stopMinutes = Math.floor((LAST_MINUTE - minute) / VILLAGES.length);
  if (stopMinutes < STOP_MINUTES_MIN) return { accounts: [], subjects: [] };
  // Who moves in during the day may or may not be told.
  const movingTo = town.accounts.find(({ usageNature }) => usageNature === 'RESIDENTIAL')!.lineId;
  const byLine = Map.groupBy(free.filter(({ lineId }) => lineId !== movingTo), ({ lineId }) => lineId);
  const lines = Array.from({ length: VILLAGES.length }, () => takeOut(source, byLine));
  const stops = VILLAGES.map((village, at) => stop(at, village, lines[at]!.lineId, minute + at * stopMinutes, minute + (at + 1) * stopMinutes));
  const accounts = lines.flatMap(({ accounts: onLine }) => onLine.slice(0, RECEIPTS_A_VILLAGE));
  return { accounts, subjects: [onTheRoad(source, seed, today, stops, accounts), announced(seed, addDays(today, 1), lines.map(({ lineId }) => lineId))] };
}

function onTheRoad(source: Random, seed: number, day: string, stops: readonly RouteStop[], accounts: readonly Account[]): Subject {
  const team = teamOf(seed, 'V');
  const taken: Collected[] = accounts.map(({ accountNo }) => ({ accountNo, amountFen: BigInt(source.whole(10, 300)) * 100n, voids: 0 }));
  // The second customer changes his mind.
  const records = taken.toSpliced(2, 0, { ...taken[1]!, voids: 2 });
  const sequences = records.map((_, at) => at + 1);
  const takenFen = taken.reduce((sum, { amountFen }) => sum + amountFen, 0n) - taken[1]!.amountFen;
  return {
    id: `roving team ${team.teamId}`,
    steps: [
      { do: 'equip', team, numbers: accounts.length + 5 },
      { do: 'route', team, day, stops, equipped: true },
      { do: 'open-shift', team, floatFen: FLOAT_FEN },
      // What was signed last comes first, a void before its receipt among it; at last all of it again.
      { do: 'collect', team, records, syncs: [sequences.slice(2).reverse(), sequences.slice(0, 2), sequences] },
      ...stops.map(({ stopId }) => ({ do: 'visit' as const, team, day, stopId })),
      { do: 'close-shift', team, day, invoiceCount: taken.length, voidCount: 1, floatFen: FLOAT_FEN, takenFen },
    ],
  };
}

function announced(seed: number, day: string, lineIds: readonly string[]): Subject {
  const team = teamOf(seed, 'W');
  const [first, second, third] = VILLAGES.map((village, at) => stop(at, village, lineIds[at]!, 9 * 60 + at * 120, 10 * 60 + at * 120)) as [RouteStop, RouteStop, RouteStop];
  const later = { ...second, version: 2, from: clock(14 * 60), to: clock(15 * 60) };
  return { id: `tomorrow's route of ${team.teamId}`, steps: [{ do: 'route', team, day, stops: [first, second, third], equipped: false }, { do: 'amend-route', team, day, stops: [first, later] }] };
}

/** Of each day its own. */
function teamOf(seed: number, letter: string): Team {
  const number = seed % 10_000_000;
  return { teamId: `T${letter}${number}`, collectorId: `${letter}${number}`, deviceId: `POS-${letter}${number}`, series: `${letter}${number}` };
}

function stop(at: number, village: string, lineId: string, from: number, to: number): RouteStop {
  return { stopId: String(at + 1), version: 1, village, from: clock(from), to: clock(to), lineId };
}

const clock = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** A line that has not been chosen yet. */
function takeOut(source: Random, byLine: Map<string, Account[]>): { lineId: string; accounts: readonly Account[] } {
  const [lineId, accounts] = source.pick([...byLine]);
  byLine.delete(lineId);
  return { lineId, accounts };
}
