import { type Account, type UsageNature } from './accounts.ts';
import { addDays, addMonths, dayOf, instantOf, monthNumber } from './days.ts';
import { random, type Random } from './random.ts';

export type TopUpChannel = 'COUNTER' | 'ROVING' | 'KIOSK' | 'ONLINE' | 'BANK_TRANSFER';

export interface PastTopUp {
  readonly receiptNo: string;
  readonly accountNo: string;
  readonly amountFen: bigint;
  readonly channel: TopUpChannel;
  readonly takenAt: Date;
  /** Who took the money; empty where nobody did. */
  readonly collectorId: string;
}

export interface PastCharge {
  readonly chargeId: string;
  readonly accountNo: string;
  readonly amountFen: bigint;
  /** Month of usage, YYYY-MM. */
  readonly period: string;
  readonly dueOn: string;
  readonly issuedAt: Date;
}

const YEAR_MONTHS = 12;
const ISSUE_DAY = '05';
const DUE_DAY = '25';
/** Fen for each kWh. */
const TARIFF: Record<UsageNature, number> = { LARGE_INDUSTRIAL: 63, GENERAL_COMMERCIAL: 82, RESIDENTIAL: 55, AGRICULTURAL: 45, WHOLESALE: 40 };
/** January to December: air conditioning in summer, heating in winter, irrigation in spring. */
const SEASONS: Record<UsageNature, readonly number[]> = {
  RESIDENTIAL: [1.3, 1.25, 0.95, 0.85, 0.9, 1.15, 1.6, 1.65, 1.2, 0.85, 0.9, 1.2],
  GENERAL_COMMERCIAL: [1.15, 1.1, 0.95, 0.9, 0.95, 1.2, 1.45, 1.5, 1.2, 0.95, 0.95, 1.1],
  LARGE_INDUSTRIAL: [1, 0.75, 1.05, 1.05, 1, 1, 0.95, 0.95, 1.05, 1.05, 1.1, 1.1],
  AGRICULTURAL: [0.4, 0.5, 1.1, 1.6, 1.7, 1.5, 1.4, 1.3, 0.9, 0.7, 0.5, 0.4],
  WHOLESALE: [1.2, 1.15, 1, 0.95, 0.95, 1.05, 1.35, 1.4, 1.1, 0.95, 0.95, 1.1],
};

/** A year of charges and of the payments for them. Homes and farms are billed every second month, the others monthly. */
export function payments(seed: number, today: string, accounts: readonly Account[]): { charges: PastCharge[]; topUps: PastTopUp[] } {
  const charges: PastCharge[] = [];
  const topUps: PastTopUp[] = [];
  const periods = closedPeriods(today);
  accounts.forEach((account, at) => {
    const source = random(seed, `payments/${account.accountNo}`);
    const everySecond = account.usageNature === 'RESIDENTIAL' || account.usageNature === 'AGRICULTURAL';
    const own = charge(account, source, periods.filter((_, month) => !everySecond || month % 2 === at % 2), everySecond ? 2 : 1);
    charges.push(...own);
    topUps.push(...pay(account, source, own, today));
  });
  topUps.sort((one, other) => one.takenAt.getTime() - other.takenAt.getTime() || (one.receiptNo < other.receiptNo ? -1 : 1));
  charges.sort((one, other) => one.issuedAt.getTime() - other.issuedAt.getTime() || (one.chargeId < other.chargeId ? -1 : 1));
  return { charges, topUps };
}

/** The last twelve months whose bills are out before today. */
function closedPeriods(today: string): string[] {
  const thisMonth = today.slice(0, 7);
  const last = addMonths(thisMonth, today > `${thisMonth}-${ISSUE_DAY}` ? -1 : -2);
  return Array.from({ length: YEAR_MONTHS }, (_, at) => addMonths(last, at + 1 - YEAR_MONTHS));
}

function charge(account: Account, source: Random, periods: readonly string[], months: number): PastCharge[] {
  const monthlyKwh = account.usageNature === 'RESIDENTIAL' ? source.whole(60, 320) : account.installedCapacityKva * source.whole(40, 160);
  return periods.map((period) => {
    const issuedOn = `${addMonths(period, 1)}-${ISSUE_DAY}`;
    const kwh = monthlyKwh * months * SEASONS[account.usageNature][monthNumber(period) - 1]! * (0.85 + 0.3 * source.next());
    return {
      chargeId: `B${period.replace('-', '')}-${account.accountNo}`,
      accountNo: account.accountNo,
      amountFen: BigInt(Math.max(100, Math.round(kwh * TARIFF[account.usageNature]))),
      period,
      dueOn: `${addMonths(period, 1)}-${DUE_DAY}`,
      issuedAt: instantOf(issuedOn, source.whole(60, 240)),
    };
  });
}

function pay(account: Account, source: Random, charges: readonly PastCharge[], today: string): PastTopUp[] {
  const paid: PastTopUp[] = [];
  const take = (amountFen: bigint, day: string) => {
    if (amountFen <= 0n || day >= today) return;
    const channel = channelOf(account, source);
    paid.push({
      receiptNo: `P${account.accountNo}-${String(paid.length + 1).padStart(2, '0')}`,
      accountNo: account.accountNo,
      amountFen,
      channel,
      takenAt: instantOf(day, channel === 'ONLINE' ? source.whole(0, 1_439) : source.whole(510, 1_050)),
      collectorId: collectorOf(channel, source),
    });
  };
  let balanceFen = 0n;
  for (const { amountFen, issuedAt } of charges) {
    const issuedOn = dayOf(issuedAt);
    if (account.payer === 'BAD') {
      take((amountFen * BigInt(source.whole(40, 90))) / 10_000n * 100n, addDays(issuedOn, source.whole(15, 60)));
      continue;
    }
    const handfulFen = account.payer === 'GOOD' ? BigInt(source.whole(6_000, 25_000)) : BigInt(source.whole(0, 2_800));
    const missingFen = amountFen + handfulFen - balanceFen;
    const unitFen = account.payer === 'TIGHT' ? 100n : amountFen > 200_000n ? 100_000n : 10_000n;
    const toppedUpFen = missingFen > 0n ? ((missingFen + unitFen - 1n) / unitFen + (account.payer === 'GOOD' ? BigInt(source.whole(0, 3)) : 0n)) * unitFen : 0n;
    take(toppedUpFen, addDays(issuedOn, -source.whole(1, 25)));
    balanceFen += toppedUpFen - amountFen;
  }
  return paid;
}

function channelOf(account: Account, source: Random): TopUpChannel {
  if (account.kind === 'ENTERPRISE' && account.installedCapacityKva >= 100) return source.weighted<TopUpChannel>([['BANK_TRANSFER', 80], ['COUNTER', 20]]);
  if (account.usageNature === 'AGRICULTURAL') return source.weighted<TopUpChannel>([['ROVING', 60], ['COUNTER', 30], ['ONLINE', 10]]);
  return source.weighted<TopUpChannel>([['COUNTER', 35], ['ONLINE', 35], ['KIOSK', 18], ['ROVING', 8], ['BANK_TRANSFER', 4]]);
}

function collectorOf(channel: TopUpChannel, source: Random): string {
  if (channel === 'COUNTER') return `C${String(source.whole(1, 12)).padStart(2, '0')}`;
  if (channel === 'ROVING') return `T${String(source.whole(1, 4)).padStart(2, '0')}`;
  return channel === 'KIOSK' ? `K${String(source.whole(1, 9)).padStart(2, '0')}` : '';
}
