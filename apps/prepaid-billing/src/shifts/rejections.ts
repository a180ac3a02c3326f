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
  zh: '本班有差异未更正，请先更正，或由主管写明原因后签核。', en: 'This shift has differences that were not corrected: correct them, or a manager has to sign it off and say why.',
};

export const recountNeedsManager: Rejection = {
  kind: 'forbidden', code: 'MANAGER_NEEDED', field: 'shiftId',
  zh: '本班发票在日结后重新清点过，须由主管签核。', en: 'The invoices of this shift were counted again after its close: a manager has to sign it off.',
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

export function invoiceInvalid(field: string): Rejection {
  return {
    kind: 'invalid', code: 'INVOICE_INVALID', field,
    zh: '每张发票须有发票号、10 位户号和不小于零的金额，收款时间不晚于现在；已全部列出时不必再列缺失的号。',
    en: 'Each invoice needs a number, an account of 10 digits, an amount not below zero and no time in the future; where all are listed none is without paper.',
  };
}

export function tooManyInvoices(max: number): Rejection {
  return {
    kind: 'invalid', code: 'TOO_MANY_INVOICES', field: 'invoices',
    zh: `最多列出 ${max} 张发票；与入账一致的不必列出。`, en: `At most ${max} invoices are listed: leave out those that are as recorded.`,
  };
}

export const differenceUnknown: Rejection = {
  kind: 'unknown', code: 'DIFFERENCE_UNKNOWN', field: 'differenceId',
  zh: '本班没有这项差异，请重新查看差异说明。', en: 'This shift has no such difference (any more): look at its explanation again.',
};

export const correctionProposed: Rejection = {
  kind: 'refused', code: 'CORRECTION_PROPOSED', field: 'differenceId',
  zh: '这项差异已提出更正。', en: 'A correction of this difference has been proposed already.',
};

export const nothingProposed: Rejection = {
  kind: 'refused', code: 'NOTHING_PROPOSED', field: 'differenceId',
  zh: '这项差异没有待审批的更正，可能已经处理。', en: 'No correction of this difference waits for a decision; it may have been decided already.',
};

export const secondPersonForCorrection: Rejection = {
  kind: 'forbidden', code: 'SECOND_PERSON_NEEDED', field: 'differenceId',
  zh: '收费员本人和提出人不能审批更正，请由另一人审批。', en: 'Neither the collector nor who proposed it may decide on a correction: another person has to.',
};

export const slipInvalid: Rejection = {
  kind: 'invalid', code: 'SLIP_INVALID', field: 'declared.slips',
  zh: '每张进账单须有单号、银行和大于零的金额，单号不能重复，最多 100 张。', en: 'Each bank slip needs a number, a bank and an amount above zero; numbers differ; at most 100.',
};

export function deviceCountInvalid(max: number): Rejection {
  return {
    kind: 'invalid', code: 'DEVICE_COUNT_INVALID', field: 'declared.devices',
    zh: `每台终端只填一次，写明编号和已签名的最后一个序号，最多 ${max} 台。`, en: `Name each device once, by its id and the last sequence that it signed; at most ${max}.`,
  };
}

export function deviceTotalsInvalid(field: string): Rejection {
  return {
    kind: 'invalid', code: 'DEVICE_TOTALS_INVALID', field,
    zh: '请照终端所示填写本班收据和作废的张数与金额：张数之和不超过最后一个序号，有张数必有金额，没有张数则金额为零。',
    en: 'Copy number and sum of the receipts and voids of the shift from the device: together no more than its last sequence; where there are some, they come to something, and else to nothing.',
  };
}
