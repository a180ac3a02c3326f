import type { ShiftCorrection } from '@youdian/contracts-billing/shifts';
import type { Rejection } from '@youdian/rejection';
import type { Person } from '../person.ts';
import type { Difference } from '../reconciliation/difference.ts';
import * as rejections from './rejections.ts';
import { correctionOf, type Shift, type ShiftEvent } from './state.ts';

export interface Propose {
  readonly differenceId: string;
  /** As it is explained now; undefined: nothing is. */
  readonly difference: Difference | undefined;
  readonly actor: Person;
}

/** Anybody who may see it says that a difference is to be put right as explained; one that was refused, again. */
export function proposeCorrection(shift: Shift | undefined, { differenceId, difference, actor }: Propose, at: Date): ShiftEvent[] | Rejection {
  if (!shift) return rejections.shiftUnknown;
  if (shift.status === 'SHIFT_STATUS_OPEN') return rejections.shiftNotClosed;
  if (shift.status === 'SHIFT_STATUS_SIGNED_OFF') return rejections.alreadySignedOff;
  const earlier = correctionOf(shift, differenceId);
  if (earlier && earlier.status !== 'CORRECTION_STATUS_REFUSED') return rejections.correctionProposed;
  if (!difference) return rejections.differenceUnknown;
  const { kind, amountFen, correction } = difference;
  const entries = correction.kind === 'posting' ? correction.entries.map((entry) => ({ ...entry })) : [];
  return [{ type: 'CorrectionProposed', data: { shiftId: shift.shiftId, differenceId, kind, amountFen, entries, proposedBy: actor.name, proposedAt: at } }];
}

export interface DecideOn {
  readonly differenceId: string;
  readonly approve: boolean;
  readonly reason: string;
  readonly actor: Person;
}

/** Two persons: neither the collector nor who proposed it decides, whatever their role. */
export function decideOnCorrection(shift: Shift | undefined, { differenceId, approve, reason, actor }: DecideOn, at: Date): ShiftEvent[] | Rejection {
  if (!shift) return rejections.shiftUnknown;
  if (shift.status === 'SHIFT_STATUS_SIGNED_OFF') return rejections.alreadySignedOff;
  const correction = correctionOf(shift, differenceId);
  if (correction?.status !== 'CORRECTION_STATUS_PROPOSED') return rejections.nothingProposed;
  if (shift.collectorId === actor.id || personOf(correction.proposedBy) === actor.id) return rejections.secondPersonForCorrection;
  return [{ type: 'CorrectionDecided', data: { shiftId: shift.shiftId, differenceId, approved: approve, decidedBy: actor.name, decidedAt: at }, kept: { reason } }];
}

/** Its difference counts no more: it was approved, and its postings are made or follow at once. */
export function isSettled(correction: ShiftCorrection | undefined): boolean {
  return correction?.status === 'CORRECTION_STATUS_APPROVED' || correction?.status === 'CORRECTION_STATUS_BOOKED';
}

/** The same person in two roles is one person. */
function personOf(actor: string): string {
  return actor.slice(actor.indexOf(':') + 1);
}
