import { type Account } from '../town/accounts.ts';
import { addMinutes, addMonths, dayOf, untilRoomMs } from '../town/days.ts';
import { random, type Random } from '../town/random.ts';
import { type TopUpChannel } from '../town/payments.ts';
import { type Town } from '../town/town.ts';
import { badCharges, badInputs } from './day-bad-input.ts';
import { deskSubjects } from './day-desk.ts';
import { outageSubjects } from './day-outages.ts';
import { rovingDay } from './day-roving.ts';
import { type ChargeStep, type Script, type Subject, type TopUpStep } from './script.ts';

/** How far back of `now` the day reaches: when the storm came and when the roving teams set out. */
export const REACH_MINUTES = 240;
const ORDINARY_TOP_UPS = 200;
const ORDINARY_CHARGES = 150;
const MONEY_STORIES = 24;
const NEWCOMERS = 6;
const GROWING = 3;
/** So many that each partition of the charges gets one. */
const CLOSING_CHARGES = 60;

/** The day's money of one account, with what the town left on it. */
interface Purse {
  readonly account: Account;
  /** Prepaid less owed. */
  readonly netFen: bigint;
}

/** All that is played as one day happens on one: posting days, shifts and barriers go by the calendar. */
const DAY_TAKES_MINUTES = 3;

/** When the sample day may begin: now, or, shortly before midnight, once the new day has come. */
export async function dayBegins(say: (text: string) => void): Promise<Date> {
  const waitMs = untilRoomMs(new Date(), DAY_TAKES_MINUTES);
  if (waitMs > 0) {
    say(`将近午夜,等到新的一天 close to midnight: waiting ${Math.ceil(waitMs / 1_000)} s for the new day`);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  return new Date();
}

/** The sample day of a town: the same seed gives the same day. `scale` multiplies how much happens. */
export function makeDay({ seed, town, now, scale = 1 }: { seed: number; town: Town; now: Date; scale?: number }): Script {
  const source = random(seed, 'day');
  const purses = shuffled(source, pursesOf(town));
  const draw = (count: number) => purses.splice(0, Math.min(count, purses.length));
  const closing = draw(CLOSING_CHARGES).map(({ account }, at) => charge(town, account, `E${seed}-${at}`, 100n, 1));
  // Nobody else calls about them, for it would depend on the minute which capacity counts.
  const growing = town.accounts.filter(({ installedCapacityKva: kva }) => kva >= 500 && kva <= 800).slice(0, GROWING);
  const mistaken = draw(3).map(({ account }) => account);
  const roving = rovingDay(source, town, purses.map(({ account }) => account), seed, now);
  const collected = new Set(roving.accounts);
  purses.splice(0, purses.length, ...purses.filter(({ account }) => !collected.has(account)));
  const subjects: Subject[] = [
    ...roving.subjects,
    ...draw(Math.round(MONEY_STORIES * scale)).map((purse, at) => story(source, town, purse, now, at, seed)),
    ...draw(Math.round(ORDINARY_TOP_UPS * scale)).map(({ account }, at) => ({ id: `pays ${account.accountNo}`, steps: [topUp(source, account, `${seed}-p${at}`, now)] })),
    ...draw(Math.round(ORDINARY_CHARGES * scale)).map(({ account }, at) => ({
      id: `billed ${account.accountNo}`,
      steps: [charge(town, account, `O${seed}-${at}`, BigInt(source.whole(500, 40_000)), source.chance(0.1) ? 2 : 1)],
    })),
    ...deskSubjects(seed, { ...town, accounts: town.accounts.filter((account) => !growing.includes(account)) }, now, scale),
    ...outageSubjects(seed, town, now, scale),
    ...newcomers(source, town, growing, seed, now, Math.round(NEWCOMERS * scale)),
    ...badInputs(seed, town),
    ...badCharges(seed, town, mistaken),
  ];
  return { seed, now, from: dayOf(addMinutes(now, -REACH_MINUTES)), subjects: shuffled(source, subjects), closing };
}

/** One account's day with ups and downs: low balances, a recovery, a second low balance, another threshold, a debt settled. */
function story(source: Random, town: Town, { account, netFen }: Purse, now: Date, at: number, seed: number): Subject {
  const key = (step: number) => `${seed}-s${at}-${step}`;
  const balanceFen = netFen > 0n ? netFen : 0n;
  const bill = (step: number, amountFen: bigint, copies = 1) => charge(town, account, `S${seed}-${at}-${step}`, amountFen, copies);
  const pay = (step: number, amountFen: bigint): TopUpStep => ({ ...topUp(source, account, key(step), now), amountFen });
  const plots = [
    // Crosses the reminder, recovers, crosses it again.
    () => [bill(1, balanceFen - 1_500n, 2), pay(2, 8_000n), bill(3, 7_000n), { ...pay(4, 20_000n), again: 'same' as const }],
    // Uses up everything, owes, pays the debt, a little later all is well.
    () => [bill(1, balanceFen + 12_345n), bill(2, 5_000n), pay(3, 10_000n), pay(4, 50_000n)],
    // Wants to be told earlier: the reminder itself says nothing, the next charge does.
    () => [{ do: 'threshold' as const, key: key(1), accountNo: account.accountNo, thresholdFen: balanceFen + 5_000n }, bill(2, 100n), pay(3, 30_000n)],
    // To the very edge, which is not below it, and one fen over it.
    () => [bill(1, balanceFen - 3_000n), bill(2, 1n), { ...pay(3, 100n), again: 'other' as const }, bill(4, 50n)],
  ];
  return { id: `story ${account.accountNo}`, steps: plots[at % plots.length]!() };
}

function topUp(source: Random, account: Account, key: string, now: Date): TopUpStep {
  const channel = source.weighted<TopUpChannel>([['COUNTER', 40], ['ONLINE', 25], ['KIOSK', 15], ['ROVING', 15], ['BANK_TRANSFER', 5]]);
  // The roving team was without a network and hands in now what it took hours ago.
  const takenAt = channel === 'ROVING' ? { takenAt: addMinutes(now, -source.whole(90, REACH_MINUTES)) } : {};
  const again = source.chance(0.1) ? { again: source.pick(['same', 'other'] as const) } : {};
  return { do: 'top-up', key: `top-up-${key}`, actor: actorOf(channel, source), accountNo: account.accountNo, amountFen: BigInt(source.whole(10, 500)) * 100n, channel, ...takenAt, ...again };
}

function actorOf(channel: TopUpChannel, source: Random): string {
  if (channel === 'KIOSK') return `kiosk:K0${source.whole(1, 9)}`;
  if (channel === 'ONLINE') return `customer:W${source.whole(1, 99)}`;
  return `cashier:${channel === 'ROVING' ? 'T' : 'C'}0${source.whole(1, 4)}`;
}

function charge(town: Town, account: Account, chargeId: string, amountFen: bigint, copies: number): ChargeStep {
  const period = town.today.slice(0, 7);
  return { do: 'charge', chargeId, accountNo: account.accountNo, amountFen: amountFen > 0n ? amountFen : 1n, period, dueOn: `${addMonths(period, 1)}-25`, copies };
}

/** Moves in, pays, and is billed; an enterprise gets a larger transformer between two consultations. */
function newcomers(source: Random, town: Town, growing: readonly Account[], seed: number, now: Date, count: number): Subject[] {
  const model = town.accounts.find(({ usageNature }) => usageNature === 'RESIDENTIAL')!;
  const moving = Array.from({ length: count }, (_, at): Subject => {
    const account: Account = { ...model, customerNo: `N${at}`, accountNo: `59${String(seed % 10_000).padStart(4, '0')}${String(at).padStart(4, '0')}`, phone: `1390000${String(at).padStart(4, '0')}`, language: at % 2 ? 'en' : 'zh' };
    return {
      id: `moves in ${account.accountNo}`,
      steps: [{ do: 'register', account }, { ...topUp(source, account, `${seed}-n${at}`, now), amountFen: 10_000n }, charge(town, account, `N${seed}-${at}`, 8_000n, 1)],
    };
  });
  const larger = growing.map((account, at): Subject => {
    const { accountNo, usageNature } = account;
    const ask = (when: string) => {
      const ref = `${when}-${seed}-${at}`;
      return [
        { do: 'open' as const, ref, kind: 'CONSULTATION' as const, channel: 'MANAGER' as const, accountNo },
        { do: 'classify' as const, ref, classification: 'INSTALLATION' },
      ];
    };
    const capacity = { do: 'capacity' as const, key: `capacity-${seed}-${at}`, accountNo, usageNature, installedCapacityKva: 1_250 };
    return { id: `grows ${accountNo}`, steps: [...ask('before'), capacity, ...ask('after')] };
  });
  return [...moving, ...larger];
}

/** Accounts that pay well, so that a story begins with money on them. */
function pursesOf(town: Town): Purse[] {
  const net = new Map<string, bigint>();
  for (const { accountNo, amountFen } of town.topUps) net.set(accountNo, (net.get(accountNo) ?? 0n) + amountFen);
  for (const { accountNo, amountFen } of town.charges) net.set(accountNo, (net.get(accountNo) ?? 0n) - amountFen);
  return town.accounts.filter(({ payer }) => payer === 'GOOD').map((account) => ({ account, netFen: net.get(account.accountNo) ?? 0n }));
}

export function shuffled<T>(source: Random, items: readonly T[]): T[] {
  const list = [...items];
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = source.whole(0, at);
    [list[at], list[other]] = [list[other]!, list[at]!];
  }
  return list;
}
