import { isDeepStrictEqual } from 'node:util';
import { OutageFacts } from '@youdian/contracts-desk/outage_events';
import { OutageStatus } from '@youdian/contracts-desk/outages';
import { isRejection, type Rejection } from '@youdian/rejection';
import type { Located } from '../case/place.ts';
import { invalid } from '../case/rejections.ts';
import { checkFacts, factsOf, restoredIn, type Draft, type Step } from './facts.ts';
import * as rejections from './rejections.ts';
import type { Outage, OutageEvent } from './state.ts';

const REASON_CHARACTERS_MAX = 500;

export interface RecordOutage {
  readonly outageId: string;
  readonly lineId: string;
  readonly planned: boolean;
  /** Default: now. */
  readonly startedAt?: Date | undefined;
  readonly customersAffected: bigint;
  readonly cause: string;
  readonly equipment: string;
  readonly caseIds: readonly string[];
}

export interface RestoreStep {
  readonly outageId: string;
  /** Default: now. */
  readonly restoredAt?: Date | undefined;
  /** 0: all who still have no power. */
  readonly customersRestored: bigint;
}

/** What is undefined stays as it is. */
export interface CorrectOutage {
  readonly outageId: string;
  readonly reason: string;
  readonly lineId?: string | undefined;
  readonly planned?: boolean | undefined;
  readonly startedAt?: Date | undefined;
  readonly customersAffected?: bigint | undefined;
  readonly cause?: string | undefined;
  readonly equipment?: string | undefined;
  readonly restorations?: readonly Step[] | undefined;
  readonly caseIds?: readonly string[] | undefined;
}

/** What is known around a command: where its line is, and which of the linked cases is no fault. */
export interface Around {
  readonly located: Located | Rejection;
  readonly wrongCase?: Rejection | undefined;
}

type Decided = OutageEvent[] | Rejection;

export function recordOutage(state: Outage | undefined, command: RecordOutage, { located, wrongCase }: Around, at: Date): Decided {
  const { startedAt = at, caseIds, ...rest } = command;
  if (state) return rejections.outageTaken(command.outageId);
  if (!command.lineId) return rejections.lineMissing;
  if (isRejection(located)) return located;
  const draft: Draft = { ...rest, ...located, externalId: '', startedAt, restorations: [], caseIds: [...caseIds] };
  return checkFacts(draft, at) ?? wrongCase ?? [{ type: 'OutageRecorded', data: { outage: factsOf(draft) } }];
}

export function restoreStep(state: Outage | undefined, command: RestoreStep, at: Date): Decided {
  const { outageId, restoredAt = at, customersRestored } = command;
  const absent = notThere(state, outageId);
  if (absent) return absent;
  const before = draftOf(state!);
  const left = before.customersAffected - restoredIn(before.restorations);
  if (left === 0n) return rejections.ended;
  const step = { restoredAt, customersRestored: customersRestored === 0n ? left : customersRestored };
  const draft: Draft = { ...before, restorations: [...before.restorations, step] };
  return checkFacts(draft, at) ?? [{ type: 'OutageRestored', data: { outage: factsOf(draft) } }];
}

/** At any time, also after it has ended; whether it has, is decided anew. Its region follows its line. */
export function correctOutage(state: Outage | undefined, command: CorrectOutage, { located, wrongCase }: Around, at: Date): Decided {
  const { outageId, reason, lineId, caseIds, ...changes } = command;
  const wrong = notThere(state, outageId) ?? checkReason(reason);
  if (wrong) return wrong;
  if (lineId !== undefined && isRejection(located)) return located;
  const before = draftOf(state!);
  const restorations = changes.restorations ?? followed(before, changes.customersAffected);
  if (isRejection(restorations)) return restorations;
  const draft: Draft = {
    ...before,
    ...(lineId !== undefined && (located as Located)),
    planned: changes.planned ?? before.planned,
    startedAt: changes.startedAt ?? before.startedAt,
    customersAffected: changes.customersAffected ?? before.customersAffected,
    cause: changes.cause ?? before.cause,
    equipment: changes.equipment ?? before.equipment,
    caseIds: caseIds ? [...caseIds] : before.caseIds,
    restorations,
  };
  const refusal = checkFacts(draft, at) ?? wrongCase;
  if (refusal) return refusal;
  const outage = factsOf(draft);
  return isSame(outage, state!) ? [] : [{ type: 'OutageCorrected', data: { outage }, kept: { reason } }];
}

export function cancelOutage(state: Outage | undefined, { outageId, reason }: { outageId: string; reason: string }): Decided {
  const wrong = notThere(state, outageId) ?? checkReason(reason);
  if (wrong) return wrong;
  return [{ type: 'OutageCancelled', data: { outage: factsOf(draftOf(state!)) }, kept: { reason } }];
}

export function draftOf({ status: _, endedAt: __, restorations, ...facts }: Outage): Draft {
  return { ...facts, restorations: restorations as readonly Step[] };
}

export function isSame(one: OutageFacts, other: OutageFacts): boolean {
  return isDeepStrictEqual(OutageFacts.toJSON(one), OutageFacts.toJSON(other));
}

function notThere(state: Outage | undefined, outageId: string): Rejection | undefined {
  if (!state) return rejections.outageUnknown(outageId);
  return state.status === OutageStatus.OUTAGE_STATUS_CANCELLED ? rejections.cancelled : undefined;
}

/** Where all came back at once, they do so in another number too; where they came back in steps, somebody must say how many when. */
function followed({ customersAffected, restorations }: Draft, corrected: bigint | undefined): readonly Step[] | Rejection {
  const hadEnded = restoredIn(restorations) === customersAffected;
  if (corrected === undefined || corrected === customersAffected || !hadEnded) return restorations;
  return restorations.length === 1 ? [{ ...restorations[0]!, customersRestored: corrected }] : rejections.restorationsMissing;
}

function checkReason(reason: string): Rejection | undefined {
  if (reason.trim() === '') return rejections.reasonMissing;
  if (reason.length <= REASON_CHARACTERS_MAX) return undefined;
  return invalid('reason', 'TEXT_TOO_LONG', `不超过 ${REASON_CHARACTERS_MAX} 个字。`, `At most ${REASON_CHARACTERS_MAX} characters.`);
}
