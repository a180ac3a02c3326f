import type { Rejection } from '@youdian/rejection';

export const seriesInvalid: Rejection = {
  kind: 'invalid', code: 'SERIES_INVALID', field: 'series',
  zh: '发票字轨由一个大写字母和最多七个大写字母或数字组成。', en: 'A series is a capital letter and up to seven more capital letters or digits.',
};

export function countInvalid(max: number): Rejection {
  return { kind: 'invalid', code: 'COUNT_INVALID', field: 'count', zh: `每个号段 1 到 ${max} 张。`, en: `A block has 1 to ${max} numbers.` };
}

export function holderInvalid(field: string): Rejection {
  return {
    kind: 'invalid', code: 'HOLDER_INVALID', field,
    zh: '领用人和设备编号由 1 到 64 个字母、数字或 _ . @ - 组成。', en: 'Collector and device ids have 1 to 64 letters, digits or _ . @ -.',
  };
}

export function notNext(next: number): Rejection {
  return {
    kind: 'refused', code: 'NOT_NEXT_NUMBER', field: 'fromSerial',
    zh: `号段必须连续：这个字轨的下一个号是 ${next}。`, en: `Blocks lie one after the other: the next serial of this series is ${next}.`,
  };
}

export const seriesFull: Rejection = {
  kind: 'refused', code: 'SERIES_FULL', field: 'series',
  zh: '这个字轨已发放完，请启用新的字轨。', en: 'This series is used up: begin another.',
};

export const blockUnknown: Rejection = {
  kind: 'unknown', code: 'BLOCK_UNKNOWN', field: 'blockId',
  zh: '没有这个号段，请用号段的第一个号查询。', en: 'There is no such block: name it by its first number.',
};

export const blockEnded: Rejection = {
  kind: 'refused', code: 'BLOCK_ENDED', field: 'blockId',
  zh: '这个号段已退回或用完。', en: 'This block has been returned or marked used up already.',
};

export const nothingToReturn: Rejection = {
  kind: 'refused', code: 'NOTHING_TO_RETURN', field: 'blockId',
  zh: '这个号段没有未用的余号，请标记为用完。', en: 'Nothing of this block is left: mark it used up.',
};

export function notYourNumber(invoiceNo: string): Rejection {
  return {
    kind: 'refused', code: 'INVOICE_NO_NOT_HELD', field: 'invoiceNo',
    zh: `发票号 ${invoiceNo} 不在你领用的号段内，请核对。`, en: `Invoice number ${invoiceNo} is in no block that you hold: check it.`,
  };
}

export function numberReturned(invoiceNo: string): Rejection {
  return {
    kind: 'refused', code: 'INVOICE_NO_RETURNED', field: 'invoiceNo',
    zh: `发票号 ${invoiceNo} 已随余号退回，不能再用。`, en: `Invoice number ${invoiceNo} came back with the unused rest and cannot be used any more.`,
  };
}

export function numberUsed(invoiceNo: string, accountNo: string, postingId: string): Rejection {
  return {
    kind: 'refused', code: 'INVOICE_NO_USED', field: 'invoiceNo',
    zh: `发票号 ${invoiceNo} 已用于户号 ${accountNo} 的记账 ${postingId}，请核对。`, en: `Invoice number ${invoiceNo} is that of posting ${postingId} of account ${accountNo}: check it.`,
  };
}

export function numberSpoiled(invoiceNo: string): Rejection {
  return {
    kind: 'refused', code: 'INVOICE_NO_SPOILED', field: 'invoiceNo',
    zh: `发票号 ${invoiceNo} 已作废，不能再用。`, en: `Invoice number ${invoiceNo} was declared spoiled and cannot be used.`,
  };
}

/** Another command has its number since. */
export function numberTakenOver(invoiceNo: string): Rejection {
  return {
    kind: 'refused', code: 'INVOICE_NO_TAKEN_OVER', field: 'invoiceNo',
    zh: `这笔预存未能记账，其发票号 ${invoiceNo} 已另作他用；请核对后换新的幂等键重办。`,
    en: `This top-up was not posted, and its number ${invoiceNo} has gone to another since: check, and send it anew under a new key.`,
  };
}

export const numberNeedsCash: Rejection = {
  kind: 'invalid', code: 'INVOICE_NO_NEEDS_COLLECTOR', field: 'invoiceNo',
  zh: '只有收费员的柜台或流动收费可以自带发票号。', en: 'Only a collector’s counter or roving top-up brings an invoice number of its own.',
};

export const invoiceUnknown: Rejection = {
  kind: 'unknown', code: 'INVOICE_UNKNOWN', field: 'invoiceNo',
  zh: '没有用过这个发票号，请核对。', en: 'No posting has this invoice number: check it.',
};
