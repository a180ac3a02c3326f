/** A collector's shift (班): from the float in the till to the sign-off by another person. */
import type { ShiftClosed, ShiftDeclaration, ShiftOpened, ShiftRecords, ShiftSignedOff } from '@youdian/contracts-billing/events';
import type { ShiftStatus } from '@youdian/contracts-billing/shifts';

export interface Shift {
  readonly shiftId: string;
  readonly collectorId: string;
  readonly outletId: string;
  readonly teamId: string;
  readonly day: string;
  readonly floatFen: bigint;
  readonly status: ShiftStatus;
  readonly openedAt: Date;
  readonly closedAt?: Date | undefined;
  readonly records?: ShiftRecords | undefined;
  readonly declared?: ShiftDeclaration | undefined;
  /** The key of the call that opened it, so that a retry finds it. */
  readonly openedUnder: string;
  readonly signedOffBy: string;
  readonly signOffReason: string;
  readonly signedOffAt?: Date | undefined;
}

export type ShiftEvent =
  | { readonly type: 'ShiftOpened'; readonly data: ShiftOpened; readonly kept: { readonly key: string } }
  | { readonly type: 'ShiftClosed'; readonly data: ShiftClosed; readonly kept?: undefined }
  | { readonly type: 'ShiftSignedOff'; readonly data: ShiftSignedOff; readonly kept?: undefined };

export function evolve(shift: Shift | undefined, event: ShiftEvent): Shift {
  switch (event.type) {
    case 'ShiftOpened': {
      const { openedAt, ...facts } = event.data;
      return { ...facts, openedAt: openedAt!, openedUnder: event.kept.key, status: 'SHIFT_STATUS_OPEN', signedOffBy: '', signOffReason: '' };
    }
    case 'ShiftClosed': {
      const { records, declared, closedAt } = event.data;
      return { ...shift!, status: 'SHIFT_STATUS_CLOSED', records, declared, closedAt };
    }
    case 'ShiftSignedOff': {
      const { signedOffBy, reason, signedOffAt } = event.data;
      return { ...shift!, status: 'SHIFT_STATUS_SIGNED_OFF', signedOffBy, signOffReason: reason, signedOffAt };
    }
  }
}
