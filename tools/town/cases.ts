import { LINES, type Account, type Line } from './accounts.ts';
import { addDays, addMinutes, instantOf, monthNumber } from './days.ts';
import { random, type Random } from './random.ts';

export type Cause = 'LIGHTNING' | 'STORM' | 'TREE' | 'EQUIPMENT_AGEING' | 'EXTERNAL_DAMAGE' | 'OVERLOAD' | 'ANIMAL' | 'CUSTOMER_EQUIPMENT' | 'OTHER';
export type Category = 'BILLING' | 'PREPAID' | 'INSTALLATION' | 'OUTAGE_INFO' | 'METERING' | 'ENERGY_SAVING' | 'OTHER';
export type ComplaintClass = 'SERVICE_ATTITUDE' | 'POWER_QUALITY' | 'BILLING' | 'SLOW_RESTORATION' | 'OTHER';
export type CaseChannel = 'HOTLINE' | 'HALL' | 'ONLINE' | 'KIOSK' | 'MANAGER';

/** A finished matter of the past. Either the account is known, or region and line are, or (consultations) nothing is. */
export interface PastCase {
  readonly externalId: string;
  readonly kind: 'FAULT' | 'CONSULTATION' | 'COMPLAINT';
  readonly channel: CaseChannel;
  readonly openedAt: Date;
  readonly resolvedAt: Date;
  readonly closedAt: Date;
  readonly accountNo?: string;
  readonly regionId?: string;
  readonly lineId?: string;
  readonly classification: Cause | Category | ComplaintClass;
  /** Faults only. */
  readonly customersAffected?: number;
  /** 1 to 5; left out where the customer did not say. */
  readonly satisfaction?: number;
  readonly description: string;
}

export interface Storm {
  readonly day: string;
  readonly lines: readonly Line[];
  /** Minutes after midnight. */
  readonly startsAt: number;
  readonly lastsMinutes: number;
  readonly faultsPerLine: number;
}

const YEAR_DAYS = 365;
/** A night's work on the last day must be finished, and never lie in the future, when today begins. */
const LAST_DAY_BACK = 2;
/** What happens in a town of this many accounts … */
const REFERENCE_SIZE = 20_000;
const STORMS_A_YEAR = 14;
/** … on an ordinary day. */
const FAULTS_A_DAY = 4;
const CONSULTATIONS_A_DAY = 9;
const COMPLAINTS_A_DAY = 1.2;
/** The grid suffers in the hot and in the cold months. */
const STRAIN = [1.3, 1.2, 0.8, 0.8, 0.9, 1.2, 1.7, 1.7, 1.1, 0.7, 0.8, 1.1];
const STORM_MONTHS = [0, 0, 1, 2, 3, 4, 5, 5, 3, 1, 0, 0];

/** A year of faults, consultations and complaints, all of them finished before `today`. */
export function cases(seed: number, today: string, accounts: readonly Account[]): { cases: PastCase[]; storms: Storm[] } {
  const source = random(seed, 'cases');
  const scale = accounts.length / REFERENCE_SIZE;
  const storms = makeStorms(random(seed, 'storms'), today, scale);
  const stormy = new Set(storms.map(({ day }) => addDays(day, 1)));
  const list: Omit<PastCase, 'externalId'>[] = storms.flatMap((storm) => stormFaults(source, storm));
  const large = accounts.filter(({ installedCapacityKva }) => installedCapacityKva >= 100);
  for (let back = YEAR_DAYS; back >= LAST_DAY_BACK; back -= 1) {
    const day = addDays(today, -back);
    const strain = STRAIN[monthNumber(day) - 1]!;
    repeat(source.poisson(FAULTS_A_DAY * scale * strain), () => list.push(fault(source, day, accounts)));
    repeat(source.poisson(CONSULTATIONS_A_DAY * scale), () => list.push(consultation(source, day, accounts, large)));
    repeat(source.poisson(COMPLAINTS_A_DAY * scale * (stormy.has(day) ? 5 : 1)), () => list.push(complaint(source, day, accounts, stormy.has(day))));
  }
  list.sort((one, other) => one.openedAt.getTime() - other.openedAt.getTime());
  return { cases: list.map((one, at) => ({ externalId: `W${String(at + 1).padStart(7, '0')}`, ...one })), storms };
}

const repeat = (times: number, what: () => unknown) => Array.from({ length: times }, what);

/** Each hits some lines of one region for some hours. */
function makeStorms(source: Random, today: string, scale: number): Storm[] {
  const days = Array.from({ length: YEAR_DAYS + 1 - LAST_DAY_BACK }, (_, at) => addDays(today, at - YEAR_DAYS));
  return Array.from({ length: STORMS_A_YEAR }, () => {
    const day = source.weighted(days.map((one) => [one, STORM_MONTHS[monthNumber(one) - 1]! + 0.01] as const));
    const region = `R${source.whole(1, 6)}`;
    const lines = LINES.filter(({ regionId }) => regionId === region).filter(() => source.chance(0.5));
    return { day, lines, startsAt: source.whole(720, 1_140), lastsMinutes: source.whole(60, 240), faultsPerLine: Math.max(1, Math.round(source.whole(8, 24) * scale)) };
  }).sort((one, other) => (one.day < other.day ? -1 : 1));
}

function stormFaults(source: Random, storm: Storm): Omit<PastCase, 'externalId'>[] {
  return storm.lines.flatMap((line) =>
    repeat(storm.faultsPerLine, () => {
      const openedAt = instantOf(storm.day, storm.startsAt + source.next() * storm.lastsMinutes);
      const classification = source.weighted<Cause>([['LIGHTNING', 45], ['STORM', 35], ['TREE', 15], ['EQUIPMENT_AGEING', 5]]);
      return {
        ...finished(source, openedAt, source.whole(60, 540)),
        kind: 'FAULT' as const,
        channel: 'HOTLINE' as const,
        regionId: line.regionId,
        lineId: line.lineId,
        classification,
        customersAffected: source.whole(20, 400),
        description: `${line.name}雷雨停电`,
      };
    }) as Omit<PastCase, 'externalId'>[],
  );
}

function fault(source: Random, day: string, accounts: readonly Account[]): Omit<PastCase, 'externalId'> {
  const hot = STRAIN[monthNumber(day) - 1]! > 1.2;
  const classification = source.weighted<Cause>([
    ['EQUIPMENT_AGEING', 25], ['OVERLOAD', hot ? 40 : 8], ['EXTERNAL_DAMAGE', 14], ['TREE', 9], ['ANIMAL', 7], ['CUSTOMER_EQUIPMENT', 18], ['LIGHTNING', 3], ['OTHER', 6],
  ]);
  const account = source.pick(accounts);
  // Evenings strain the grid most.
  const openedAt = instantOf(day, source.chance(0.5) ? source.whole(1_080, 1_380) : source.whole(0, 1_400));
  const ownFault = classification === 'CUSTOMER_EQUIPMENT';
  return {
    ...finished(source, openedAt, source.whole(20, 260)),
    kind: 'FAULT',
    channel: source.weighted<CaseChannel>([['HOTLINE', 85], ['ONLINE', 10], ['HALL', 5]]),
    ...(ownFault || source.chance(0.4) ? { accountNo: account.accountNo } : { regionId: account.regionId, lineId: account.lineId }),
    classification,
    customersAffected: ownFault ? 1 : source.whole(1, 120),
    description: '报修:家中或附近停电',
  };
}

function consultation(source: Random, day: string, accounts: readonly Account[], largeOnes: readonly Account[]): Omit<PastCase, 'externalId'> {
  const large = source.chance(0.3);
  const account = source.pick(large ? largeOnes : accounts);
  const classification = source.weighted<Category>(
    large
      ? [['ENERGY_SAVING', 25], ['INSTALLATION', 30], ['BILLING', 20], ['METERING', 15], ['OUTAGE_INFO', 10]]
      : [['BILLING', 30], ['PREPAID', 30], ['OUTAGE_INFO', 18], ['INSTALLATION', 10], ['METERING', 8], ['OTHER', 4]],
  );
  const known = source.chance(0.85);
  return {
    ...finished(source, instantOf(day, source.whole(480, 1_200)), source.whole(2, 90)),
    kind: 'CONSULTATION',
    channel: large && known ? 'MANAGER' : source.weighted<CaseChannel>([['HOTLINE', 60], ['HALL', 20], ['ONLINE', 15], ['KIOSK', 5]]),
    ...(known ? { accountNo: account.accountNo } : source.chance(0.5) ? { regionId: account.regionId } : {}),
    classification,
    description: '咨询',
  };
}

function complaint(source: Random, day: string, accounts: readonly Account[], afterStorm: boolean): Omit<PastCase, 'externalId'> {
  const account = source.pick(accounts);
  const classification = source.weighted<ComplaintClass>([['SLOW_RESTORATION', afterStorm ? 60 : 10], ['SERVICE_ATTITUDE', 20], ['POWER_QUALITY', 25], ['BILLING', 30], ['OTHER', 8]]);
  return {
    ...finished(source, instantOf(day, source.whole(480, 1_260)), source.whole(30, 700)),
    kind: 'COMPLAINT',
    channel: source.weighted<CaseChannel>([['HOTLINE', 70], ['ONLINE', 20], ['HALL', 10]]),
    ...(source.chance(0.8) ? { accountNo: account.accountNo } : { regionId: account.regionId, lineId: account.lineId }),
    classification,
    description: '投诉',
  };
}


function finished(source: Random, openedAt: Date, minutes: number) {
  const resolvedAt = addMinutes(openedAt, minutes);
  const satisfaction = source.weighted<number | undefined>([[undefined, 30], [5, 35], [4, 20], [3, 8], [2, 4], [1, 3]]);
  return { openedAt, resolvedAt, closedAt: addMinutes(resolvedAt, source.whole(5, 60)), ...(satisfaction ? { satisfaction } : {}) };
}
