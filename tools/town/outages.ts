import { LINES, type Account, type Line } from './accounts.ts';
import { type Cause, type PastCase, type Storm } from './cases.ts';
import { addDays, addMinutes, instantOf } from './days.ts';
import { random, type Random } from './random.ts';

export type OutageCause = Exclude<Cause, 'CUSTOMER_EQUIPMENT'> | 'MAINTENANCE' | 'CONSTRUCTION';
export type Equipment = 'OVERHEAD_LINE' | 'CABLE' | 'TRANSFORMER' | 'SWITCHGEAR' | 'FUSE' | 'INSULATOR' | 'LOW_VOLTAGE';

/** An outage of the past, over since long. */
export interface PastOutage {
  readonly externalId: string;
  readonly regionId: string;
  readonly lineId: string;
  readonly planned: boolean;
  readonly startedAt: Date;
  readonly customersAffected: number;
  /** In time; together all who were affected. */
  readonly steps: readonly { readonly restoredAt: Date; readonly customersRestored: number }[];
  readonly cause: OutageCause;
  readonly equipment: Equipment;
}

const YEAR_DAYS = 365;
const LAST_DAY_BACK = 2;
const PLANNED_A_LINE = 3;
const STORM_HOURS_MAX = 14;

/** What the year's faults tell of: one outage a line and storm, one for each other fault of the grid; and the planned ones. */
export function outages(seed: number, today: string, accounts: readonly Account[], faults: readonly PastCase[], storms: readonly Storm[]): PastOutage[] {
  const source = random(seed, 'outages');
  const customers = new Map(LINES.map(({ lineId }) => [lineId, accounts.filter((account) => account.lineId === lineId).length]));
  const byAccount = new Map(accounts.map((account) => [account.accountNo, account.lineId]));
  const ofStorms = new Set<PastCase>();
  const list: Omit<PastOutage, 'externalId'>[] = [];
  for (const storm of storms) {
    for (const line of storm.lines) {
      const members = faultsOf(storm, line, faults);
      for (const member of members) ofStorms.add(member);
      if (members.length > 0) list.push(stormOutage(source, line, members, customers.get(line.lineId)!));
    }
  }
  for (const fault of faults) {
    if (fault.kind !== 'FAULT' || fault.classification === 'CUSTOMER_EQUIPMENT' || ofStorms.has(fault)) continue;
    const line = LINES.find(({ lineId }) => lineId === (fault.lineId ?? byAccount.get(fault.accountNo!)))!;
    list.push(faultOutage(source, line, fault, customers.get(line.lineId)!));
  }
  for (const line of LINES) for (let at = 0; at < PLANNED_A_LINE; at += 1) list.push(plannedOutage(source, line, today, customers.get(line.lineId)!));
  return list
    .toSorted((one, other) => one.startedAt.getTime() - other.startedAt.getTime())
    .map((one, at) => ({ externalId: `T${String(at + 1).padStart(6, '0')}`, ...one }));
}

function faultsOf(storm: Storm, line: Line, faults: readonly PastCase[]): PastCase[] {
  const from = instantOf(storm.day, storm.startsAt);
  const to = addMinutes(from, storm.lastsMinutes);
  return faults.filter(({ kind, lineId, openedAt, description }) => kind === 'FAULT' && lineId === line.lineId && openedAt >= from && openedAt <= to && description.includes('雷雨'));
}

function stormOutage(source: Random, line: Line, faults: readonly PastCase[], customersOfLine: number): Omit<PastOutage, 'externalId'> {
  const startedAt = faults.reduce((first, { openedAt }) => (openedAt < first ? openedAt : first), faults[0]!.openedAt);
  const limit = addMinutes(startedAt, STORM_HOURS_MAX * 60);
  const ends = faults.map(({ resolvedAt }) => (resolvedAt < limit ? resolvedAt : limit)).toSorted((one, other) => one.getTime() - other.getTime());
  const customersAffected = Math.max(1, Math.round(customersOfLine * (0.6 + 0.4 * source.next())));
  return {
    ...grid(line, faults[0]!.classification as OutageCause, source),
    planned: false,
    startedAt,
    customersAffected,
    // What switching brings back comes first, then what crews mend.
    steps: split(customersAffected, [ends[0]!, ends[Math.floor(ends.length / 2)]!, ends.at(-1)!]),
  };
}

function faultOutage(source: Random, line: Line, fault: PastCase, customersOfLine: number): Omit<PastOutage, 'externalId'> {
  const customersAffected = Math.max(1, Math.min(fault.customersAffected ?? 1, customersOfLine));
  const half = new Date((fault.openedAt.getTime() + fault.resolvedAt.getTime()) / 2);
  const times = source.chance(0.3) ? [half, fault.resolvedAt] : [fault.resolvedAt];
  return { ...grid(line, fault.classification as OutageCause, source), planned: false, startedAt: fault.openedAt, customersAffected, steps: split(customersAffected, times) };
}

function plannedOutage(source: Random, line: Line, today: string, customersOfLine: number): Omit<PastOutage, 'externalId'> {
  const startedAt = instantOf(addDays(today, -source.whole(LAST_DAY_BACK, YEAR_DAYS)), source.whole(450, 540));
  const customersAffected = Math.max(1, Math.round(customersOfLine * (0.1 + 0.5 * source.next())));
  return {
    ...grid(line, source.weighted([['MAINTENANCE', 70], ['CONSTRUCTION', 30]] as const), source),
    planned: true,
    startedAt,
    customersAffected,
    steps: split(customersAffected, [addMinutes(startedAt, source.whole(90, 540))]),
  };
}

function grid(line: Line, cause: OutageCause, source: Random) {
  const equipment = source.weighted<Equipment>([['OVERHEAD_LINE', 35], ['INSULATOR', 15], ['TRANSFORMER', 15], ['FUSE', 15], ['SWITCHGEAR', 8], ['CABLE', 7], ['LOW_VOLTAGE', 5]]);
  return { regionId: line.regionId, lineId: line.lineId, cause, equipment };
}

/** Half of who are left at each step, all the rest at the last; steps of nobody are none. */
function split(customersAffected: number, times: readonly Date[]) {
  let left = customersAffected;
  return times.flatMap((restoredAt, at) => {
    const customersRestored = at === times.length - 1 ? left : Math.floor(left / 2);
    left -= customersRestored;
    return customersRestored > 0 ? [{ restoredAt, customersRestored }] : [];
  });
}
