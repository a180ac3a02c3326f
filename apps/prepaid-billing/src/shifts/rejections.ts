import type { Rejection } from '@youdian/rejection';

export const shiftUnknown: Rejection = {
  kind: 'unknown', code: 'SHIFT_UNKNOWN', field: 'shiftId',
  zh: '没有这个班次，请核对班次号。', en: 'There is no such shift: check its id.',
};

export function shiftStillOpen(shiftId: string): Rejection {
  return {
    kind: 'refused', code: 'SHIFT_STILL_OPEN', field: 'shiftId',
    zh: `班次 ${shiftId} 尚未结账，请先结账再开新班。`, en: `Shift ${shiftId} is still open: close it before the next.`,
  };
}

export const notYourShift: Rejection = {
  kind: 'forbidden', code: 'NOT_YOUR_SHIFT', field: 'shiftId',
  zh: '只能结自己的班。', en: 'A collector closes only shifts of his or her own.',
};

export const shiftNotOpen: Rejection = {
  kind: 'refused', code: 'SHIFT_NOT_OPEN', field: 'shiftId',
  zh: '本班已经结账。', en: 'This shift has been closed already.',
};

export const shiftNotClosed: Rejection = {
  kind: 'refused', code: 'SHIFT_NOT_CLOSED', field: 'shiftId',
  zh: '本班尚未结账，不能签核。', en: 'This shift is still open and cannot be signed off.',
};

export const alreadySignedOff: Rejection = {
  kind: 'refused', code: 'ALREADY_SIGNED_OFF', field: 'shiftId',
  zh: '本班已经签核。', en: 'This shift has been signed off already.',
};

export const collectorMayNotSignOff: Rejection = {
  kind: 'forbidden', code: 'SECOND_PERSON_NEEDED', field: 'shiftId',
  zh: '收费员不能签核自己的班，请由另一人签核。', en: 'A collector may not sign off his or her own shift: another person has to.',
};

export const differenceNeedsManager: Rejection = {
  kind: 'forbidden', code: 'MANAGER_NEEDED', field: 'shiftId',
  zh: '本班三方金额不一致，须由主管写明原因后签核。', en: 'The three sums of this shift differ: a manager has to sign it off and say why.',
};

export function placeInvalid(field: string): Rejection {
  return {
    kind: 'invalid', code: 'PLACE_INVALID', field,
    zh: '编号由 1 到 32 个字母、数字或 . _ - 组成。', en: 'An id has 1 to 32 letters, digits or . _ -.',
  };
}

export function amountInvalid(field: string): Rejection {
  return {
    kind: 'invalid', code: 'AMOUNT_INVALID', field,
    zh: '金额和张数不能为负，且不得超过上限。', en: 'Amounts and counts cannot be negative, nor above their limit.',
  };
}

export const slipInvalid: Rejection = {
  kind: 'invalid', code: 'SLIP_INVALID', field: 'declared.slips',
  zh: '每张进账单须有单号、银行和大于零的金额，单号不能重复，最多 100 张。', en: 'Each bank slip needs a number, a bank and an amount above zero; numbers differ; at most 100.',
};
