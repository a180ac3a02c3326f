/**
 * What the platform must say after the day, worked out from the town and the script alone, by the rules of the company and
 * by none of the platform's code. Kept plain rather than quick.
 */
import { type Account } from '../town/accounts.ts';
import { dayOf } from '../town/days.ts';
import { type Town } from '../town/town.ts';
import { Ledger, type Purse } from './predict-ledger.ts';
import { PredictedOutages, type OutageFact } from './predict-outages.ts';
import { PredictedRoving, type PredictedRoute, type PredictedShift, type RovingRule } from './predict-roving.ts';
import { type Collected, type Script, type Step } from './script.ts';

/** A case as the statistics must see it. */
export interface CaseFact {
  readonly kind: 'FAULT' | 'CONSULTATION' | 'COMPLAINT';
  readonly channel: string;
  readonly regionId: string;
  readonly lineId: string;
  /** As the account was when the case was opened; empty without an account. */
  readonly usageNature: string;
  readonly capacityBand: string;
  /** Absent: opened during the day, at an instant that nobody could foresee. */
  readonly openedAt?: Date;
  classification: string;
  /** Only where both ends are given. */
  restoreMinutes?: number;
  customersAffected: number;
}

export interface MoneyFact {
  readonly account: Account;
  readonly amountFen: bigint;
  /** Top-ups. */
  readonly channel?: string;
  /** Absent: taken during the day. */
  readonly takenAt?: Date;
  /** Charges. */
  readonly period?: string;
}

export interface MessageFact {
  readonly rule: 'BALANCE_LOW' | 'TOP_UP_RECEIPT' | RovingRule;
  readonly account: Account;
}

export interface Prediction {
  readonly cases: readonly CaseFact[];
  readonly outages: readonly OutageFact[];
  readonly topUps: readonly MoneyFact[];
  readonly charges: readonly MoneyFact[];
  readonly messages: readonly MessageFact[];
  readonly routes: readonly PredictedRoute[];
  readonly shifts: readonly PredictedShift[];
  /** By account number; all accounts of the town and the day. */
  readonly purses: ReadonlyMap<string, Purse>;
  readonly rejectedCharges: readonly { chargeId: string; code: string }[];
  readonly deadLetters: number;
}

export const capacityBand = (kva: number): string => (kva < 100 ? 'UNDER_100' : kva < 500 ? '100_TO_499' : kva <= 800 ? '500_TO_800' : 'OVER_800');

/** Several scripts are played one after the other. */
export function predict(town: Town, scripts: readonly Script[]): Prediction {
  const prediction = new Predictor(town);
  prediction.past();
  for (const { now, subjects, closing } of scripts) {
    prediction.today = dayOf(now);
    for (const { steps } of subjects) for (const step of steps) prediction.take(step);
    for (const charge of closing) prediction.take(charge);
  }
  return prediction;
}

class Predictor implements Prediction {
  readonly cases: CaseFact[] = [];
  readonly topUps: MoneyFact[] = [];
  readonly charges: MoneyFact[] = [];
  readonly messages: MessageFact[] = [];
  readonly rejectedCharges: { chargeId: string; code: string }[] = [];
  deadLetters = 0;
  /** The Shanghai day on which the ledger posts. */
  today: string;
  readonly #town: Town;
  readonly #ledger = new Ledger();
  readonly #outages: PredictedOutages;
  readonly #roving = new PredictedRoving();
  /** As they are at this point of the day. */
  readonly #accounts: Map<string, Account>;
  readonly #byRef = new Map<string, CaseFact>();

  constructor(town: Town) {
    this.#town = town;
    this.today = town.today;
    this.#outages = new PredictedOutages(town);
    this.#accounts = new Map(town.accounts.map((account) => [account.accountNo, account]));
  }

  get purses(): ReadonlyMap<string, Purse> {
    return new Map(Array.from(this.#accounts.keys(), (accountNo) => [accountNo, this.#ledger.purse(accountNo)]));
  }

  get outages(): readonly OutageFact[] {
    return this.#outages.facts;
  }

  get routes(): readonly PredictedRoute[] {
    return this.#roving.routes;
  }

  get shifts(): readonly PredictedShift[] {
    return this.#roving.shifts;
  }

  /** Payments were put in before charges. */
  past(): void {
    for (const { accountNo, amountFen, channel, takenAt } of this.#town.topUps) this.#topUp(accountNo, amountFen, channel, takenAt);
    for (const { accountNo, amountFen, period } of this.#town.charges) this.#charge(accountNo, amountFen, period);
    for (const past of this.#town.cases) {
      const fact = this.#caseFact(past, past.openedAt);
      fact.classification = past.classification;
      fact.customersAffected = past.customersAffected ?? 0;
      fact.restoreMinutes = minutes(past.openedAt, past.resolvedAt);
      this.cases.push(fact);
    }
  }

  take(step: Step): void {
    switch (step.do) {
      case 'top-up':
        this.#topUp(step.accountNo, step.amountFen, step.channel, step.takenAt);
        // What was collected more than an hour ago is no news to the customer.
        if (!step.takenAt) this.messages.push({ rule: 'TOP_UP_RECEIPT', account: this.#account(step.accountNo) });
        return;
      case 'charge':
        return this.#charge(step.accountNo, step.amountFen, step.period);
      case 'bad-charge':
        if (step.outcome === 'dead letter') this.deadLetters += 1;
        else this.rejectedCharges.push({ chargeId: step.chargeId, code: step.outcome });
        return;
      case 'threshold':
        return this.#ledger.threshold(step.accountNo, step.thresholdFen);
      case 'open': {
        const fact = this.#caseFact(step, step.occurredAt);
        this.cases.push(fact);
        return void this.#byRef.set(step.ref, fact);
      }
      case 'classify':
        return void (this.#case(step.ref).classification = step.classification);
      case 'resolve': {
        const fact = this.#case(step.ref);
        fact.customersAffected = step.customersAffected ?? 0;
        if (fact.openedAt && step.restoredAt) fact.restoreMinutes = minutes(fact.openedAt, step.restoredAt);
        return;
      }
      case 'close':
      case 'refused':
        return;
      case 'outage':
      case 'restore':
      case 'correct-outage':
      case 'cancel-outage':
        return this.#outages.take(step);
      case 'route':
      case 'amend-route':
        return void this.messages.push(...this.#roving.take(step, this.#accounts.values()));
      case 'collect':
        for (const record of step.records) this.#collect(record);
        return this.#roving.collect(step);
      case 'visit':
        return this.#roving.visit(step);
      case 'close-shift':
        return this.#roving.close(step);
      case 'equip':
      case 'open-shift':
        return;
      case 'register':
        return void this.#accounts.set(step.account.accountNo, step.account);
      case 'capacity':
        return void this.#accounts.set(step.accountNo, { ...this.#account(step.accountNo), installedCapacityKva: step.installedCapacityKva });
      default:
        step satisfies never;
    }
  }

  #topUp(accountNo: string, amountFen: bigint, channel: string, takenAt: Date | undefined): void {
    this.#ledger.topUp(accountNo, amountFen);
    this.topUps.push({ account: this.#account(accountNo), amountFen, channel, ...(takenAt ? { takenAt } : {}) });
  }

  /** The customer gets a receipt; what is taken back later counts in no statistic. */
  #collect({ accountNo, amountFen, voids }: Collected): void {
    const account = this.#account(accountNo);
    if (voids > 0) {
      if (this.#ledger.reverse(accountNo, amountFen)) this.messages.push({ rule: 'BALANCE_LOW', account });
      this.topUps.splice(this.topUps.findLastIndex((fact) => fact.account === account), 1);
    } else {
      this.#topUp(accountNo, amountFen, 'ROVING', undefined);
      this.messages.push({ rule: 'TOP_UP_RECEIPT', account });
    }
  }

  #charge(accountNo: string, amountFen: bigint, period: string): void {
    const account = this.#account(accountNo);
    if (this.#ledger.charge(accountNo, { amountFen, period, today: this.today })) this.messages.push({ rule: 'BALANCE_LOW', account });
    this.charges.push({ account, amountFen, period });
  }

  #caseFact(from: { kind: CaseFact['kind']; channel: string; accountNo?: string; regionId?: string; lineId?: string }, openedAt: Date | undefined): CaseFact {
    const account = from.accountNo ? this.#account(from.accountNo) : undefined;
    return {
      kind: from.kind,
      channel: from.channel,
      regionId: account?.regionId ?? from.regionId ?? '',
      lineId: account?.lineId ?? from.lineId ?? '',
      usageNature: account?.usageNature ?? '',
      capacityBand: account ? capacityBand(account.installedCapacityKva) : '',
      ...(openedAt ? { openedAt } : {}),
      classification: '',
      customersAffected: 0,
    };
  }

  #account(accountNo: string): Account {
    const account = this.#accounts.get(accountNo);
    if (!account) throw new Error(`the script speaks of account ${accountNo}, which there is not`);
    return account;
  }

  #case(ref: string): CaseFact {
    const fact = this.#byRef.get(ref);
    if (!fact) throw new Error(`the script speaks of case ${ref} before it is opened`);
    return fact;
  }
}

const minutes = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 60_000;
