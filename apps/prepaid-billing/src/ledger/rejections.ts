import { formatYuan } from '@youdian/money';
import type { Rejection } from '@youdian/rejection';
import { REASON_CHARACTERS_MAX, THRESHOLD_MAX_FEN, TOP_UP_MAX_FEN } from './limits.ts';

export const accountNoInvalid: Rejection = {
  kind: 'invalid', code: 'ACCOUNT_NO_INVALID', field: 'accountNo',
  zh: '户号必须是 10 位数字。', en: 'An account number has exactly 10 digits.',
};

export const accountUnknown: Rejection = {
  kind: 'unknown', code: 'ACCOUNT_UNKNOWN', field: 'accountNo',
  zh: '没有这个户号，请核对；新户请先建档。', en: 'There is no such account: check the number, or register the account first.',
};

export const amountNotPositive: Rejection = {
  kind: 'invalid', code: 'AMOUNT_NOT_POSITIVE', field: 'amountFen',
  zh: '金额必须大于零（单位：分）。', en: 'The amount must be above zero (in fen).',
};

export const amountTooLarge: Rejection = {
  kind: 'refused', code: 'AMOUNT_TOO_LARGE', field: 'amountFen',
  zh: `单笔充值不得超过 ${formatYuan(TOP_UP_MAX_FEN)} 元，请分笔办理。`,
  en: `One top-up may be at most ${formatYuan(TOP_UP_MAX_FEN)} yuan: split it.`,
};

export const channelMissing: Rejection = {
  kind: 'invalid', code: 'CHANNEL_MISSING', field: 'channel',
  zh: '请说明充值渠道：COUNTER、ROVING、KIOSK、ONLINE 或 BANK_TRANSFER。',
  en: 'Say how the money came in: COUNTER, ROVING, KIOSK, ONLINE or BANK_TRANSFER.',
};

export function channelNotAllowed(role: string, allowed: readonly string[]): Rejection {
  return {
    kind: 'forbidden', code: 'CHANNEL_NOT_ALLOWED', field: 'channel',
    zh: `角色 ${role} 不能以此渠道充值；可用：${allowed.join('、')}。`,
    en: `The role ${role} may not top up by this channel; these it may: ${allowed.join(', ')}.`,
  };
}

export const takenAtInFuture: Rejection = {
  kind: 'invalid', code: 'TAKEN_AT_IN_FUTURE', field: 'takenAt',
  zh: '收款时间不能晚于现在，请核对设备时钟。', en: 'Money cannot have been taken in the future: check the clock of the device.',
};

export const takenAtTooEarly: Rejection = {
  kind: 'invalid', code: 'TAKEN_AT_TOO_EARLY', field: 'takenAt',
  zh: '收款时间早于 1980 年，请核对。', en: 'Money taken before 1980 is a slip of the pen: check the time.',
};

export const thresholdInvalid: Rejection = {
  kind: 'invalid', code: 'THRESHOLD_INVALID', field: 'thresholdFen',
  zh: `低余额提醒线须在 0 到 ${formatYuan(THRESHOLD_MAX_FEN)} 元之间。`,
  en: `The low-balance threshold must lie between 0 and ${formatYuan(THRESHOLD_MAX_FEN)} yuan.`,
};

export const keyReused: Rejection = {
  kind: 'conflict', code: 'IDEMPOTENCY_KEY_REUSED', field: 'Idempotency-Key',
  zh: '此幂等键已用于内容不同的请求，请换一个新的键。', en: 'This key was used for a different request: send a new key.',
};

export const accountClosed: Rejection = {
  kind: 'refused', code: 'ACCOUNT_CLOSED', field: 'accountNo',
  zh: '该户已销户，不能再办理；如需恢复请先重新建档。', en: 'This account has been closed and takes nothing more: register a new one.',
};

export const shiftClosed: Rejection = {
  kind: 'refused', code: 'SHIFT_CLOSED',
  zh: '本班已结账，不能再记入；请开新的一班。', en: 'This shift has been closed and takes nothing more: open a new one.',
};

export const amountZero: Rejection = {
  kind: 'invalid', code: 'AMOUNT_ZERO', field: 'amountFen',
  zh: '调整金额不能为零（单位：分；正数为调增，负数为调减）。', en: 'An adjustment cannot be zero (in fen; positive raises the charge, negative lowers it).',
};

export const chargeTooLarge: Rejection = {
  kind: 'refused', code: 'AMOUNT_TOO_LARGE', field: 'amountFen',
  zh: '金额超过单笔电费的上限，请核对。', en: 'The amount is above the limit of one charge: check it.',
};

export const notATopUp: Rejection = {
  kind: 'unknown', code: 'TOP_UP_UNKNOWN', field: 'postingId',
  zh: '没有这笔预存，请核对记账编号。', en: 'There is no such top-up: check the posting id.',
};

export const alreadyReversed: Rejection = {
  kind: 'refused', code: 'ALREADY_REVERSED', field: 'postingId',
  zh: '这笔预存已经冲正，不能再次冲正。', en: 'This top-up has been reversed already.',
};

export function reversalTooLate(postedOn: string): Rejection {
  return {
    kind: 'refused', code: 'REVERSAL_TOO_LATE', field: 'postingId',
    zh: `这笔预存是 ${postedOn} 记账的，只能当日冲正；请改办退费。`,
    en: `This top-up was posted on ${postedOn} and can be reversed on that day only: ask for a refund instead.`,
  };
}

export function notCovered(balanceFen: bigint): Rejection {
  return {
    kind: 'refused', code: 'BALANCE_TOO_LOW', field: 'amountFen',
    zh: `预存余额只有 ${formatYuan(balanceFen)} 元，不足以办理。`, en: `Only ${formatYuan(balanceFen)} yuan are prepaid, which is not enough.`,
  };
}

export const refundUnknown: Rejection = {
  kind: 'unknown', code: 'REFUND_UNKNOWN', field: 'refundId',
  zh: '该户没有这笔待审批的退费，可能已经处理。', en: 'This account has no such refund to decide; it may have been decided already.',
};

export const samePerson: Rejection = {
  kind: 'forbidden', code: 'SECOND_PERSON_NEEDED',
  zh: '申请人不能审批自己的申请，请由另一人审批。', en: 'Who asked for it may not approve it: another person has to.',
};

export const transferToItself: Rejection = {
  kind: 'invalid', code: 'SAME_ACCOUNT', field: 'toAccountNo',
  zh: '转入户与转出户相同，请核对。', en: 'Both accounts are the same: check the number.',
};

export function notEmpty(balanceFen: bigint, receivableFen: bigint): Rejection {
  return {
    kind: 'refused', code: 'ACCOUNT_NOT_EMPTY', field: 'accountNo',
    zh: `该户尚有预存 ${formatYuan(balanceFen)} 元、欠费 ${formatYuan(receivableFen)} 元；请先退费或结清再销户。`,
    en: `The account still has ${formatYuan(balanceFen)} yuan and owes ${formatYuan(receivableFen)} yuan: refund or settle it first.`,
  };
}

export const somethingPending: Rejection = {
  kind: 'refused', code: 'SOMETHING_PENDING', field: 'accountNo',
  zh: '该户还有未办结的退费或转账，请办结后再销户。', en: 'A refund or a transfer of this account is not finished yet: close the account after that.',
};

export const reasonMissing: Rejection = {
  kind: 'invalid', code: 'REASON_MISSING', field: 'reason',
  zh: `请写明原因（1 到 ${REASON_CHARACTERS_MAX} 个字）。`, en: `Say why, in 1 to ${REASON_CHARACTERS_MAX} characters.`,
};

export const notYourTopUp: Rejection = {
  kind: 'forbidden', code: 'NOT_YOUR_TOP_UP', field: 'postingId',
  zh: '这笔预存是别人收的，请由收款人或主管冲正。', en: 'Somebody else took this money: the collector or a manager has to reverse it.',
};

export const periodInvalid: Rejection = {
  kind: 'invalid', code: 'PERIOD_INVALID', field: 'from',
  zh: '起止日期须写作 YYYY-MM-DD，且起不晚于止。', en: 'Write days as YYYY-MM-DD, the first not after the last.',
};

export function dayNotClosed(day: string): Rejection {
  return {
    kind: 'unknown', code: 'DAY_NOT_CLOSED', field: 'day',
    zh: `${day} 尚未日终，或早于账本启用之日；日终（次日零点）之后再取。`, en: `${day} is not closed, or before the ledger began: ask for a day that has ended.`,
  };
}

export function shardUnknown(shards: number): Rejection {
  return {
    kind: 'invalid', code: 'SHARD_UNKNOWN', field: 'shard',
    zh: `分片编号为 0 到 ${shards - 1}。`, en: `Shards are numbered 0 to ${shards - 1}.`,
  };
}

export const voidNotPrinted: Rejection = {
  kind: 'refused', code: 'INVOICE_VOID', field: 'postingId',
  zh: '这张发票已作废，不能补打。', en: 'This invoice is void and cannot be printed again.',
};
