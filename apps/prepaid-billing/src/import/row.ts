import { shanghaiInstant } from '@youdian/calendar';
import type { TopUpChannel } from '@youdian/contracts-billing/events';
import { parseFen } from '@youdian/money';
import type { Rejection } from '@youdian/rejection';
import { isAccountNo } from '../accounts/account-no.ts';
import { TAKEN_EARLIEST, TOP_UP_MAX_FEN } from '../ledger/limits.ts';
import * as rejections from '../ledger/rejections.ts';

export const REQUIRED = ['receiptNo', 'accountNo', 'amountFen', 'channel', 'takenAt'];
export const OPTIONAL = ['collectorId'];

/** A past top-up, checked as far as it can be without asking anybody. */
export interface TopUpRow {
  readonly receiptNo: string;
  readonly accountNo: string;
  readonly amountFen: bigint;
  readonly channel: TopUpChannel;
  readonly takenAt: Date;
  /** Empty only where no collector holds the money. */
  readonly collectorId: string;
}

const RECEIPT_NO = /^[A-Za-z0-9._:/-]{1,64}$/;
const COLLECTOR_ID = /^[A-Za-z0-9_.@-]{1,64}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const CHANNELS: Readonly<Record<string, TopUpChannel>> = {
  COUNTER: 'TOP_UP_CHANNEL_COUNTER',
  ROVING: 'TOP_UP_CHANNEL_ROVING',
  KIOSK: 'TOP_UP_CHANNEL_KIOSK',
  ONLINE: 'TOP_UP_CHANNEL_ONLINE',
  BANK_TRANSFER: 'TOP_UP_CHANNEL_BANK_TRANSFER',
};
const CASH: readonly TopUpChannel[] = ['TOP_UP_CHANNEL_COUNTER', 'TOP_UP_CHANNEL_ROVING'];

export function readTopUpRow(values: Readonly<Record<string, string>>, now: Date): TopUpRow | Rejection {
  const { receiptNo = '', accountNo = '', channel: channelName = '', collectorId = '' } = values;
  if (!RECEIPT_NO.test(receiptNo)) return receiptNoInvalid;
  if (!isAccountNo(accountNo)) return rejections.accountNoInvalid;
  const amountFen = parseFen(values['amountFen'] ?? '');
  if (amountFen === undefined || amountFen <= 0n) return rejections.amountNotPositive;
  if (amountFen > TOP_UP_MAX_FEN) return rejections.amountTooLarge;
  const channel = CHANNELS[channelName];
  if (!channel) return rejections.channelMissing;
  const takenAt = readInstant(values['takenAt'] ?? '');
  if (!takenAt) return takenAtInvalid;
  if (takenAt > now) return rejections.takenAtInFuture;
  if (takenAt < TAKEN_EARLIEST) return rejections.takenAtTooEarly;
  if (collectorId === '' ? CASH.includes(channel) : !COLLECTOR_ID.test(collectorId)) return collectorIdInvalid;
  return { receiptNo, accountNo, amountFen, channel, takenAt, collectorId };
}

/** RFC 3339, or a Shanghai wall clock without an offset. */
function readInstant(text: string): Date | undefined {
  if (!INSTANT.test(text)) return shanghaiInstant(text);
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

const receiptNoInvalid: Rejection = {
  kind: 'invalid', code: 'RECEIPT_NO_INVALID', field: 'receiptNo',
  zh: '收据号须为 1 到 64 个字母、数字或 . _ : / -。', en: 'A receipt number has 1 to 64 letters, digits or . _ : / -.',
};

const takenAtInvalid: Rejection = {
  kind: 'invalid', code: 'TAKEN_AT_INVALID', field: 'takenAt',
  zh: '收款时间请写作 2026-03-02T12:00:00+08:00 或北京时间 2026-03-02 12:00:00。',
  en: 'Write the time as 2026-03-02T12:00:00+08:00, or as Shanghai time 2026-03-02 12:00:00.',
};

const collectorIdInvalid: Rejection = {
  kind: 'invalid', code: 'COLLECTOR_ID_INVALID', field: 'collectorId',
  zh: '柜台和流动收费必须写明收费员编号（1 到 64 个字母、数字或 _ . @ -）。',
  en: 'Counter and roving top-ups name their collector: 1 to 64 letters, digits or _ . @ -.',
};

export const receiptReused: Rejection = {
  kind: 'conflict', code: 'RECEIPT_REUSED', field: 'receiptNo',
  zh: '此收据号已导入过，但内容不同；请核对原始单据。', en: 'This receipt was imported before with other contents: check it against the paper.',
};
