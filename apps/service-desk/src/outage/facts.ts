/** What is true of every outage, however it came to be as it is: recorded, corrected or imported. */
import type { OutageFacts, Restoration } from '@youdian/contracts-desk/outage_events';
import type { Rejection } from '@youdian/rejection';
import { beforeItsPredecessor, inTheFuture } from '../case/rejections.ts';
import { OUTAGE_CAUSES, OUTAGE_EQUIPMENT } from './codes.ts';
import * as rejections from './rejections.ts';

const CUSTOMERS_MAX = 100_000_000n;
const RESTORATIONS_MAX = 100;
export const CASES_MAX = 100;

/** A step whose time is known. */
export interface Step extends Restoration {
  readonly restoredAt: Date;
}

/** As they are decided, before it is said when it ended. */
export interface Draft extends Omit<OutageFacts, 'endedAt' | 'restorations'> {
  readonly startedAt: Date;
  readonly restorations: readonly Step[];
}

export function checkFacts({ startedAt, customersAffected, planned, cause, equipment, restorations, caseIds }: Draft, at: Date): Rejection | undefined {
  if (startedAt > at) return inTheFuture('startedAt');
  if (isOutOfRange(customersAffected)) return rejections.customersOutOfRange('customersAffected');
  if (cause && !OUTAGE_CAUSES.some((known) => known.code === cause && known.planned === planned)) return rejections.causeUnknown(planned, cause);
  if (equipment && !OUTAGE_EQUIPMENT.some(({ code }) => code === equipment)) return rejections.equipmentUnknown(equipment);
  if (caseIds.length > CASES_MAX) return rejections.tooMuch('caseIds', CASES_MAX, '关联工单', 'linked cases');
  if (restorations.length > RESTORATIONS_MAX) return rejections.tooMuch('restorations', RESTORATIONS_MAX, '恢复步骤', 'restorations');
  for (const { restoredAt, customersRestored } of restorations) {
    if (restoredAt > at) return inTheFuture('restoredAt');
    if (restoredAt < startedAt) return beforeItsPredecessor('restoredAt', '停电时间', 'the outage began');
    if (isOutOfRange(customersRestored)) return rejections.customersOutOfRange('customersRestored');
  }
  const restored = restoredIn(restorations);
  return restored > customersAffected ? rejections.moreThanAffected(restored, customersAffected) : undefined;
}

/** It ended with the last step, when all who were affected have power again. */
export function factsOf(draft: Draft): OutageFacts {
  const restorations = draft.restorations.toSorted((one, other) => one.restoredAt.getTime() - other.restoredAt.getTime());
  const all = restoredIn(restorations) === draft.customersAffected;
  return { ...draft, restorations, caseIds: [...new Set(draft.caseIds)], endedAt: all ? restorations.at(-1)!.restoredAt : undefined };
}

export function restoredIn(restorations: readonly Restoration[]): bigint {
  return restorations.reduce((sum, { customersRestored }) => sum + customersRestored, 0n);
}

function isOutOfRange(customers: bigint): boolean {
  return customers < 1n || customers > CUSTOMERS_MAX;
}
