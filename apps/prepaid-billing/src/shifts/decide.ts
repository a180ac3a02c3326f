import type { BankSlip, DeviceCount, DeviceTotals, ShiftDeclaration, ShiftRecords } from '@youdian/contracts-billing/events';
import type { DeclaredInvoices } from '@youdian/contracts-billing/shifts';
import type { Rejection } from '@youdian/rejection';
import { isPossible } from '../reconciliation/devices.ts';
import { checkInvoices, packInvoices } from './invoices.ts';
import * as rejections from './rejections.ts';
import type { Shift, ShiftEvent } from './state.ts';

const PLACE_ID = /^[A-Za-z0-9._-]{1,32}$/;
const SLIP_TEXT = /^[^\p{Cc}]{1,64}$/u;
const PERSON_ID = /^[A-Za-z0-9_.@-]{1,64}$/;
const SLIPS_MAX = 100;
const DEVICES_MAX = 20;
const FLOAT_MAX_FEN = 10_000_000n; // 100,000 yuan
const DECLARED_MAX_FEN = 100_000_000_000n;
const COUNT_MAX = 1_000_000n;

export interface OpenShift {
  readonly shiftId: string;
  readonly collectorId: string;
  readonly outletId: string;
  readonly teamId: string;
  readonly day: string;
  readonly floatFen: bigint;
  /** Of the call. */
  readonly key: string;
}

export function openShift(shift: Shift | undefined, { key, ...command }: OpenShift, at: Date): ShiftEvent[] | Rejection {
  const { outletId, teamId, floatFen } = command;
  if (shift) return rejections.shiftStillOpen(shift.shiftId);
  if (!PLACE_ID.test(outletId)) return rejections.placeInvalid('outletId');
  if (teamId !== '' && !PLACE_ID.test(teamId)) return rejections.placeInvalid('teamId');
  if (floatFen < 0n || floatFen > FLOAT_MAX_FEN) return rejections.amountInvalid('floatFen');
  return [{ type: 'ShiftOpened', data: { ...command, openedAt: at }, kept: { key } }];
}

/** What a collector says at the close. */
export interface Declared {
  readonly declared: ShiftDeclaration;
  readonly invoices: DeclaredInvoices;
}

/** Whether this declaration can be taken, before the barriers are set. */
export function checkClosing(shift: Shift | undefined, collectorId: string, { declared, invoices }: Declared, at: Date): Rejection | undefined {
  if (!shift) return rejections.shiftUnknown;
  if (shift.collectorId !== collectorId) return rejections.notYourShift;
  const { floatReturnedFen = 0n, countedCashFen } = declared;
  if (floatReturnedFen < 0n || floatReturnedFen > FLOAT_MAX_FEN) return rejections.amountInvalid('declared.floatReturnedFen');
  if (countedCashFen < 0n || countedCashFen > DECLARED_MAX_FEN) return rejections.amountInvalid('declared.countedCashFen');
  const badDevice = checkDevices(declared.devices);
  if (badDevice) return badDevice;
  const slipNos = new Set(declared.slips.map(({ slipNo }) => slipNo));
  const allGood = declared.slips.every((slip) => isSlip(slip, at)) && slipNos.size === declared.slips.length && declared.slips.length <= SLIPS_MAX;
  return checkPaper(declared, 'declared.') ?? (allGood ? checkInvoices(invoices, at) : rejections.slipInvalid);
}

/** The paper, as it is counted. */
type Paper = Pick<ShiftDeclaration, 'invoiceCount' | 'voidCount' | 'invoiceFen'>;

function checkPaper(paper: Paper, where = ''): Rejection | undefined {
  if (paper.invoiceFen < 0n || paper.invoiceFen > DECLARED_MAX_FEN) return rejections.amountInvalid(`${where}invoiceFen`);
  for (const field of ['invoiceCount', 'voidCount'] as const) if (paper[field] < 0n || paper[field] > COUNT_MAX) return rejections.amountInvalid(`${where}${field}`);
  return undefined;
}

/** `records`: what the ledger says at the shift's barriers. */
export function closeShift(shift: Shift | undefined, { declared, invoices }: Declared, records: ShiftRecords, at: Date): ShiftEvent[] | Rejection {
  if (!shift) return rejections.shiftUnknown;
  if (shift.status !== 'SHIFT_STATUS_OPEN') return rejections.shiftNotOpen;
  return [{ type: 'ShiftClosed', data: { shiftId: shift.shiftId, records, declared, closedAt: at }, kept: { invoices: packInvoices(invoices) } }];
}

/** Slips that came after the close, by its collector, until it is signed off; no number twice. */
export function fileSlips(shift: Shift | undefined, collectorId: string, slips: readonly BankSlip[], at: Date): ShiftEvent[] | Rejection {
  const refused = refusedAfterClose(shift, collectorId);
  if (refused) return refused;
  const { shiftId, declared } = shift!;
  const all = [...declared!.slips, ...slips];
  const allGood = slips.length > 0 && all.length <= SLIPS_MAX && new Set(all.map(({ slipNo }) => slipNo)).size === all.length && slips.every((slip) => isSlip(slip, at));
  if (!allGood) return { ...rejections.slipInvalid, field: 'slips' };
  return [{ type: 'SlipsFiled', data: { shiftId, slips: [...slips], filedAt: at, slipsFen: all.reduce((sum, { amountFen }) => sum + amountFen, 0n) } }];
}

/** The paper, counted again by its collector, until it is signed off: instead of what was declared at the close. */
export function recountInvoices(shift: Shift | undefined, collectorId: string, { invoices, ...paper }: Paper & Pick<Declared, 'invoices'>, at: Date): ShiftEvent[] | Rejection {
  const refused = refusedAfterClose(shift, collectorId) ?? checkPaper(paper) ?? checkInvoices(invoices, at);
  if (refused) return refused;
  const { shiftId, records } = shift!;
  return [{ type: 'InvoicesRecounted', data: { shiftId, ...paper, records, recountedAt: at }, kept: { invoices: packInvoices(invoices) } }];
}

/** Between its close and its sign-off a shift is its collector's to complete. */
function refusedAfterClose(shift: Shift | undefined, collectorId: string): Rejection | undefined {
  if (!shift) return rejections.shiftUnknown;
  if (shift.collectorId !== collectorId) return rejections.notYourShift;
  if (shift.status === 'SHIFT_STATUS_OPEN') return rejections.shiftNotClosed;
  return shift.status === 'SHIFT_STATUS_SIGNED_OFF' ? rejections.alreadySignedOff : undefined;
}

export interface SignOff {
  readonly actor: { readonly role: string; readonly id: string; readonly name: string };
  readonly reason: string;
  /** Differences for which no correction was approved. */
  readonly unsettled: number;
}

/** By another person than the collector; a difference that was not put right is a manager's to accept, with a reason, and what was counted twice a manager's to see. */
export function signOffShift(shift: Shift | undefined, { actor, reason, unsettled }: SignOff, at: Date): ShiftEvent[] | Rejection {
  if (!shift) return rejections.shiftUnknown;
  if (shift.status === 'SHIFT_STATUS_OPEN') return rejections.shiftNotClosed;
  if (shift.status === 'SHIFT_STATUS_SIGNED_OFF') return rejections.alreadySignedOff;
  if (shift.collectorId === actor.id) return rejections.collectorMayNotSignOff;
  if (unsettled > 0 && (actor.role === 'cashier' || reason.trim() === '')) return rejections.differenceNeedsManager;
  if (shift.invoiceRecounts > 0 && actor.role === 'cashier') return rejections.recountNeedsManager;
  return [{ type: 'ShiftSignedOff', data: { shiftId: shift.shiftId, signedOffBy: actor.name, reason, signedOffAt: at } }];
}

function checkDevices(devices: readonly DeviceCount[]): Rejection | undefined {
  const isEachOnce = new Set(devices.map(({ deviceId }) => deviceId)).size === devices.length;
  const areCounts = isEachOnce && devices.length <= DEVICES_MAX && devices.every(({ deviceId, highestSequence }) => PERSON_ID.test(deviceId) && highestSequence >= 0);
  if (!areCounts) return rejections.deviceCountInvalid(DEVICES_MAX);
  const wrong = devices.findIndex(({ highestSequence, signed }) => signed && !isSigned(signed, highestSequence));
  return wrong === -1 ? undefined : rejections.deviceTotalsInvalid(`declared.devices[${wrong}].signed`);
}

function isSigned(signed: DeviceTotals, highestSequence: number): boolean {
  return signed.receiptFen <= DECLARED_MAX_FEN && signed.voidFen <= DECLARED_MAX_FEN && isPossible(signed, highestSequence);
}

function isSlip({ slipNo, bank, amountFen, depositedAt, bankAccount, paidInBy }: BankSlip, at: Date): boolean {
  const named = (bankAccount === '' || SLIP_TEXT.test(bankAccount)) && (paidInBy === '' || PERSON_ID.test(paidInBy));
  return named && SLIP_TEXT.test(slipNo) && SLIP_TEXT.test(bank) && amountFen > 0n && amountFen <= DECLARED_MAX_FEN && (!depositedAt || depositedAt <= at);
}
