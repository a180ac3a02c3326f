import { formatYuan } from '@youdian/money';
import type { Rejection } from '@youdian/rejection';
import { THRESHOLD_MAX_FEN, TOP_UP_MAX_FEN } from './limits.ts';

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
