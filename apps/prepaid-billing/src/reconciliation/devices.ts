/** What devices signed, as they show it at the close, against what has come of it. */
import { formatYuan } from '@youdian/money';
import { act } from './corrections.ts';
import type { Difference, Finding } from './difference.ts';
import { tell } from './document-stories.ts';
import type { DeviceClose, ShiftDay, Signed } from './lines.ts';

export const NOTHING_SIGNED: Signed = { receiptCount: 0, receiptFen: 0n, voidCount: 0, voidFen: 0n };

export function deviceFindings({ devices }: ShiftDay): Finding[] {
  const stories = devices.flatMap((device) => [...(device.missingCount > 0 ? [notSynced(device)] : []), ...(isMisdeclared(device) ? [misdeclared(device)] : [])]);
  return stories.map((story) => ({ story }));
}

/** What devices say that they signed and has neither come nor is listed from the paper, line by line. */
export function unseenOf({ devices }: ShiftDay): Signed {
  return devices.reduce((sum, device) => add(sum, unseen(device)), NOTHING_SIGNED);
}

function unseen(device: DeviceClose): Signed {
  const lacking = lackingOf(device);
  if (!lacking) return NOTHING_SIGNED;
  const rest = add(lacking, device.listed, -1);
  return isPossible(rest, device.missingCount) ? rest : NOTHING_SIGNED;
}

/** Declared, and not come; undefined where that is not declared, or cannot be so. */
function lackingOf({ declared, came, beyond, missingCount }: DeviceClose): Signed | undefined {
  if (!declared || beyond > 0) return undefined;
  const lacking = add(declared, came, -1);
  return isPossible(lacking, missingCount) ? lacking : undefined;
}

function isMisdeclared(device: DeviceClose): boolean {
  return device.declared !== undefined && !lackingOf(device);
}

/** Whether so many records can be this: no more than there are, and each over something. */
export function isPossible({ receiptCount, receiptFen, voidCount, voidFen }: Signed, records: number): boolean {
  const isSum = (count: number, fen: bigint) => count >= 0 && (count === 0 ? fen === 0n : fen >= BigInt(count));
  return isSum(receiptCount, receiptFen) && isSum(voidCount, voidFen) && receiptCount + voidCount <= records;
}

function add(one: Signed, other: Signed, sign: 1 | -1 = 1): Signed {
  return {
    receiptCount: one.receiptCount + sign * other.receiptCount, receiptFen: one.receiptFen + BigInt(sign) * other.receiptFen,
    voidCount: one.voidCount + sign * other.voidCount, voidFen: one.voidFen + BigInt(sign) * other.voidFen,
  };
}

function notSynced(device: DeviceClose): Difference {
  const { deviceId, missing, missingCount } = device;
  const runs = missing.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
  const rest = unseen(device);
  const restFen = rest.receiptFen - rest.voidFen;
  const [sumsZh, sumsEn] = inWords(device);
  return tell(
    'OFFLINE_RECEIPT_NOT_SYNCED', restFen, restFen === 0n ? {} : { invoices: -restFen, records: -restFen }, { deviceRecords: runs.map((run) => `${deviceId}.${run}`) },
    `设备 ${deviceId} 签名的第 ${runs.join('、')} 条（共 ${missingCount} 条）尚未同步${sumsZh}。`, `What device ${deviceId} signed under ${runs.join(', ')} (${many(missingCount, 'record')}) was not synced${sumsEn}.`,
    act('同步该设备；设备遗失或损坏的，按纸质存根逐张列明。', 'Sync the device; where it is lost or broken, list its receipts from the paper.'),
  );
}

/** How much is missing by the device's own declaration. */
function inWords(device: DeviceClose): readonly [zh: string, en: string] {
  const { declared, listed, missingCount } = device;
  const lacking = lackingOf(device);
  if (!declared) return ['', ''];
  if (!lacking) return ['；申报与已收到的记录不能相符，缺多少须核对', '; its declaration does not fit what came, so how much that is has to be looked into'];
  const [zh, en] = saidOf(lacking);
  const others = missingCount - lacking.receiptCount - lacking.voidCount;
  const [othersZh, othersEn] = others > 0 ? [`，其余 ${others} 条不是本班的`, `; the other ${others} are not of this shift`] : ['', ''];
  const [listedZh, listedEn] = saidOf(listed);
  const [paperZh, paperEn] = listed.receiptCount + listed.voidCount > 0 ? [`（存根已列明${listedZh}）`, ` (of which the paper lists ${listedEn})`] : ['', ''];
  return [`：按终端申报，本班缺${zh}${paperZh}${othersZh}`, `: by its declaration this shift lacks ${en}${paperEn}${othersEn}`];
}

function misdeclared({ deviceId, highestSequence, missingCount, declared, came, beyond, forked }: DeviceClose): Difference {
  const offFen = declared!.receiptFen - declared!.voidFen - (came.receiptFen - came.voidFen);
  const [[saidZh, saidEn], [cameZh, cameEn]] = [saidOf(declared!), saidOf(came)];
  const [allZh, allEn] = missingCount === 0 ? ['记录均已收到', 'all records have come'] : [`尚缺 ${missingCount} 条，仍不能相符`, `${many(missingCount, 'record')} missing would not make up for it`];
  const [beyondZh, beyondEn] = beyond > 0 ? [`；日结前已收到第 ${beyond} 条`, `; number ${beyond} had come before the close`] : ['', ''];
  const [forkedZh, forkedEn] = forked.length > 0 ? [`；第 ${forked.join('、')} 条另有分叉记录`, `; other records came under ${forked.join(', ')} as well`] : ['', ''];
  return tell(
    'DEVICE_MISDECLARED', offFen, {}, { deviceRecords: [`${deviceId}.${highestSequence}`] },
    `设备 ${deviceId} 申报至第 ${highestSequence} 条、本班${saidZh}；收到的本班记录为${cameZh}，${allZh}${beyondZh}${forkedZh}。`,
    `Device ${deviceId} was declared up to number ${highestSequence} with ${saidEn} in this shift; what came of it is ${cameEn}, and ${allEn}${beyondEn}${forkedEn}.`,
    act('与第二人逐条对照终端明细：抄错的，写明原因，以收到的记录为准；终端确实显示此数的，停用并注销该终端，再查。',
      'Compare the list on the device with a second person, record by record: where it was copied wrong, say so, and what came stands; where the device does show it, stop using and revoke it, and look into it.'),
  );
}

function saidOf({ receiptCount, receiptFen, voidCount, voidFen }: Signed): readonly [zh: string, en: string] {
  const [receipts, voids] = [formatYuan(receiptFen), formatYuan(voidFen)];
  return [`收据 ${receiptCount} 张共 ${receipts} 元、作废 ${voidCount} 张共 ${voids} 元`, `${many(receiptCount, 'receipt')} over ${receipts} yuan and ${many(voidCount, 'void')} over ${voids} yuan`];
}

function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
