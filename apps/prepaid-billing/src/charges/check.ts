import type { Charge } from '@youdian/contracts-billing/events';
import { startOfDay } from '@youdian/calendar';
import { isAccountNo } from '../accounts/account-no.ts';
import type { Refusal } from '../ledger/decide/claims.ts';
import { CHARGE_MAX_FEN } from '../ledger/limits.ts';

/** Why a charge can never be taken; its sender hands in a corrected one under a new charge id. */
export const CHARGE_REFUSALS = {
  ACCOUNT_NO_INVALID: ['户号必须是 10 位数字。', 'The account number must have exactly 10 digits.'],
  ACCOUNT_UNKNOWN: ['没有这个户号。', 'There is no account with this number.'],
  ACCOUNT_CLOSED: ['该户已销户。', 'The account has been closed.'],
  AMOUNT_NOT_POSITIVE: ['金额必须大于零。', 'The amount must be above zero.'],
  AMOUNT_TOO_LARGE: ['金额超过单笔电费的上限。', 'The amount is above the limit of one charge.'],
  PERIOD_INVALID: ['电费月份必须写作 YYYY-MM。', 'The period must be a month, YYYY-MM.'],
  DUE_ON_INVALID: ['缴费期限必须是日期 YYYY-MM-DD。', 'The due date must be a day, YYYY-MM-DD.'],
  CHARGE_ID_REUSED: ['此电费编号已用于内容不同的电费。', 'This charge id was used for a different charge.'],
  REFUSED_BEFORE: ['此电费编号先前已被拒绝；更正后请用新的编号。', 'This charge id was refused before; send the corrected charge under a new one.'],
  SENDER_ACCOUNT_NOT_ALLOWED: ['该户不在发送方可收费的范围内。', 'The account is not among those that this sender may charge.'],
  SENDER_AMOUNT_TOO_LARGE: ['金额超过该发送方单笔电费的上限。', "The amount is above this sender's limit of one charge."],
  CHARGE_ID_INVALID: ['电费编号须为 1 到 64 个字母、数字或 . _ : / -。', 'A charge id has 1 to 64 letters, digits or . _ : / -.'],
  AMOUNT_INVALID: ['金额必须是整数（单位：分），最多 18 位。', 'The amount must be a whole number of fen, of at most 18 digits.'],
  LINE_INVALID: ['批次号或行号无效：行号从 1 到 10,000,000。', 'The batch id is no id, or its line is not from 1 to 10,000,000.'],
  ROW_UNREADABLE: ['这一行不是完整的 CSV 行（引号未闭合、列数过多或过长）。', 'This line is no complete CSV row (an unclosed quote, too many cells, or too long).'],
} as const;
export type RefusalCode = keyof typeof CHARGE_REFUSALS;

const PERIOD = /^\d{4}-(0[1-9]|1[0-2])$/;
const CHARGE_ID = /^[A-Za-z0-9._:/-]{1,64}$/;

export function checkCharge({ accountNo, amountFen, period, dueOn }: Charge): RefusalCode | undefined {
  if (!isAccountNo(accountNo)) return 'ACCOUNT_NO_INVALID';
  if (amountFen <= 0n) return 'AMOUNT_NOT_POSITIVE';
  if (amountFen > CHARGE_MAX_FEN) return 'AMOUNT_TOO_LARGE';
  if (!isPeriod(period)) return 'PERIOD_INVALID';
  if (!isDay(dueOn)) return 'DUE_ON_INVALID';
  return undefined;
}

/** What a sender may call a charge, an adjustment or a batch. */
export function isChargeId(text: string): boolean {
  return CHARGE_ID.test(text);
}

/** A month of usage, YYYY-MM. */
export function isPeriod(text: string): boolean {
  return PERIOD.test(text);
}

// A night's charges share a handful of due dates.
let lastDay = '';

export function isDay(day: string): boolean {
  if (day === lastDay) return true;
  if (!startOfDay(day)) return false;
  lastDay = day;
  return true;
}

export function refusalOf({ chargeId, accountNo }: Charge, code: RefusalCode): Refusal {
  const [reasonZh, reasonEn] = CHARGE_REFUSALS[code];
  // What is no account number may be anything, even a person's data: it is not repeated.
  return { chargeId, accountNo: isAccountNo(accountNo) ? accountNo : '', code, reasonZh, reasonEn };
}
