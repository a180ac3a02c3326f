/**
 * What happens on the sample day, as data: so that the player performs it, the predictor foresees it, and neither needs the
 * other. Steps of one subject happen one after the other, subjects at the same time.
 */
import { type Account, type UsageNature } from '../town/accounts.ts';
import { type CaseChannel } from '../town/cases.ts';
import { type Equipment, type OutageCause } from '../town/outages.ts';
import { type TopUpChannel } from '../town/payments.ts';

export interface Script {
  readonly seed: number;
  /** All times in it are at or before this instant. */
  readonly now: Date;
  /** The earliest Shanghai day on which something of the script happens: statistics from this day on are the day's. */
  readonly from: string;
  readonly subjects: readonly Subject[];
  /** Charges at the very end: when they are posted, so is whatever was sent before them. */
  readonly closing: readonly ChargeStep[];
}

export interface Subject {
  readonly id: string;
  readonly steps: readonly Step[];
}

export type Step = TopUpStep | ChargeStep | BadChargeStep | ThresholdStep | OpenStep | ClassifyStep | ResolveStep | CloseStep | RegisterStep | CapacityStep | RefusedStep | OutageStep | RestoreStep | CorrectOutageStep | CancelOutageStep
  | EquipStep | RouteStep | AmendRouteStep | OpenShiftStep | CollectStep | VisitStep | CloseShiftStep;

export interface TopUpStep {
  readonly do: 'top-up';
  readonly key: string;
  readonly actor: string;
  readonly accountNo: string;
  readonly amountFen: bigint;
  readonly channel: TopUpChannel;
  /** Taken by a roving team earlier that day; left out: taken now. */
  readonly takenAt?: Date;
  /** Sent once more: the same again gets the first answer, another amount under the same key is refused. */
  readonly again?: 'same' | 'other';
}

export interface ChargeStep {
  readonly do: 'charge';
  readonly chargeId: string;
  readonly accountNo: string;
  readonly amountFen: bigint;
  readonly period: string;
  readonly dueOn: string;
  /** How often the billing center sends it. */
  readonly copies: number;
}

/** A charge that can never be taken: refused with a code, or, where it names no charge at all, put among the dead letters. */
export interface BadChargeStep {
  readonly do: 'bad-charge';
  readonly chargeId: string;
  readonly accountNo: string;
  /** The value as it is sent. */
  readonly value: string;
  readonly outcome: 'ACCOUNT_UNKNOWN' | 'AMOUNT_NOT_POSITIVE' | 'PERIOD_INVALID' | 'DUE_ON_INVALID' | 'CHARGE_ID_REUSED' | 'dead letter';
}

export interface ThresholdStep {
  readonly do: 'threshold';
  readonly key: string;
  readonly accountNo: string;
  readonly thresholdFen: bigint;
}

/** `ref` names the case within the script until the platform has given it an id. */
export interface OpenStep {
  readonly do: 'open';
  readonly ref: string;
  readonly kind: 'FAULT' | 'CONSULTATION' | 'COMPLAINT';
  readonly channel: CaseChannel;
  readonly accountNo?: string;
  readonly regionId?: string;
  readonly lineId?: string;
  /** Left out: now. */
  readonly occurredAt?: Date;
}

export interface ClassifyStep {
  readonly do: 'classify';
  readonly ref: string;
  readonly classification: string;
}

export interface ResolveStep {
  readonly do: 'resolve';
  readonly ref: string;
  /** Left out: now. */
  readonly restoredAt?: Date;
  readonly customersAffected?: number;
}

export interface CloseStep {
  readonly do: 'close';
  readonly ref: string;
  readonly satisfaction?: number;
}

/** A new customer with a first account. */
export interface RegisterStep {
  readonly do: 'register';
  readonly account: Account;
}

export interface CapacityStep {
  readonly do: 'capacity';
  readonly key: string;
  readonly accountNo: string;
  readonly usageNature: UsageNature;
  readonly installedCapacityKva: number;
}

/** `ref` names the outage within the script. */
export interface OutageStep {
  readonly do: 'outage';
  readonly ref: string;
  readonly lineId: string;
  readonly planned: boolean;
  readonly startedAt: Date;
  readonly customersAffected: number;
  readonly cause: OutageCause;
  readonly equipment: Equipment;
}

export interface RestoreStep {
  readonly do: 'restore';
  readonly ref: string;
  readonly restoredAt: Date;
  /** Left out: all who are left. */
  readonly customersRestored?: number;
}

/** Of an outage that all came back from at once: whoever was affected too came back with them. */
export interface CorrectOutageStep {
  readonly do: 'correct-outage';
  readonly ref: string;
  readonly customersAffected: number;
  readonly equipment: Equipment;
  readonly startedAt: Date;
}

export interface CancelOutageStep {
  readonly do: 'cancel-outage';
  readonly ref: string;
}

/** A roving team of one collector with a device, and a series of invoice numbers of its own. */
export interface Team {
  readonly teamId: string;
  readonly collectorId: string;
  readonly deviceId: string;
  readonly series: string;
}

/** Times of Shanghai, HH:MM. */
export interface RouteStop {
  readonly stopId: string;
  /** Counts what customers are told of it. */
  readonly version: number;
  readonly village: string;
  readonly from: string;
  readonly to: string;
  readonly lineId: string;
}

/** The device is enrolled, and gets so many invoice numbers. */
export interface EquipStep {
  readonly do: 'equip';
  readonly team: Team;
  readonly numbers: number;
}

/** Planned and published: the customers of its lines are told. */
export interface RouteStep {
  readonly do: 'route';
  readonly team: Team;
  readonly day: string;
  readonly stops: readonly RouteStop[];
  /** Takes device and numbers along. */
  readonly equipped: boolean;
}

/** All stops anew, those that stay with their ids: whoever reads something new is told. */
export interface AmendRouteStep {
  readonly do: 'amend-route';
  readonly team: Team;
  readonly day: string;
  readonly stops: readonly RouteStop[];
}

export interface OpenShiftStep {
  readonly do: 'open-shift';
  readonly team: Team;
  readonly floatFen: bigint;
}

/** A record of the device, signed now: within the hour, so that the customer gets a receipt. Its sequence is its place, from 1. */
export interface Collected {
  readonly accountNo: string;
  readonly amountFen: bigint;
  /** The sequence of the receipt that it takes back; 0: it is a receipt. */
  readonly voids: number;
}

/** Signed without a network, and brought in by sequence, in this order; the last time it is all of it again. */
export interface CollectStep {
  readonly do: 'collect';
  readonly team: Team;
  readonly records: readonly Collected[];
  readonly syncs: readonly (readonly number[])[];
}

export interface VisitStep {
  readonly do: 'visit';
  readonly team: Team;
  readonly day: string;
  readonly stopId: string;
}

/** Closed and signed off. All that was taken is banked. */
export interface CloseShiftStep {
  readonly do: 'close-shift';
  readonly team: Team;
  readonly day: string;
  readonly invoiceCount: number;
  readonly voidCount: number;
  readonly floatFen: bigint;
  readonly takenFen: bigint;
}

/** Bad input: what it must be answered with. */
export interface RefusedStep {
  readonly do: 'refused';
  readonly what: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** `{ref}` stands for the id of the case `ref`. */
  readonly path: string;
  readonly ref?: string;
  readonly actor?: string;
  readonly key?: string;
  readonly body?: unknown;
  readonly status: number;
  readonly code?: string;
  readonly field?: string;
}
