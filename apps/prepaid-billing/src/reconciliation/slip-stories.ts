import { formatYuan } from '@youdian/money';
import { act, cash, entriesOf, post, suspense, transit } from './corrections.ts';
import type { Correction, Difference, Explains } from './difference.ts';
import { tell } from './document-stories.ts';
import type { BankLine, BankSlip, ShiftDay } from './lines.ts';
import { dayOfSlip } from './surroundings.ts';
import { isTransposed } from './transposed.ts';

/**
 * A slip takes money from the till into transit; a line of the bank with its number brings it from there to the bank, each
 * line that has it. A line whose slip nobody filed is in suspense.
 */
const takeSlipBack = (slip: BankSlip, collectorId: string): Correction =>
  post(cash(collectorId), transit(collectorId), slip.amountFen, `撤销进账单 ${slip.slipNo} 的登记。`, `Take back what was posted for slip ${slip.slipNo}.`);

export function doubleSlip(slip: BankSlip, explains: Explains, other: ShiftDay | undefined, { collectorId }: ShiftDay): Difference {
  const [zh, en] = other ? [`班次 ${other.shiftId} 已登记`, `filed with shift ${other.shiftId} already`] : ['本班已登记', 'filed with this shift already'];
  const references = { slipNos: [slip.slipNo], ...(other && { shiftId: other.shiftId }) };
  return tell('DOUBLE_SLIP', slip.amountFen, explains, references, `进账单 ${slip.slipNo} ${zh}，重复。`, `Slip ${slip.slipNo} was ${en}.`, takeSlipBack(slip, collectorId));
}

export function foreignSlip(slip: BankSlip, explains: Explains, { collectorId }: ShiftDay): Difference {
  const owner = slip.collectorId;
  const correction: Correction = {
    kind: 'posting',
    entries: [...entriesOf(cash(collectorId), transit(collectorId), slip.amountFen), ...entriesOf(transit(owner), cash(owner), slip.amountFen)],
    zh: `进账单 ${slip.slipNo} 转到收费员 ${owner} 名下。`, en: `Move slip ${slip.slipNo} to collector ${owner}.`,
  };
  return tell('FOREIGN_SLIP', slip.amountFen, explains, { slipNos: [slip.slipNo] }, `进账单 ${slip.slipNo} 的缴款人是 ${owner}，不是本人。`, `Slip ${slip.slipNo} was paid in by ${owner}, not by ${collectorId}.`, correction);
}

/** Our slip, filed with somebody else's shift; that shift proposes the posting, so that it is made once. */
export function strayedSlip(slip: BankSlip, explains: Explains, other: ShiftDay): Difference {
  return tell(
    'FOREIGN_SLIP', slip.amountFen, explains, { slipNos: [slip.slipNo], shiftId: other.shiftId },
    `本人的进账单 ${slip.slipNo} 误交到班次 ${other.shiftId}。`, `Slip ${slip.slipNo} is ours, but was filed with shift ${other.shiftId}.`,
    act(`由班次 ${other.shiftId} 转回。`, `Shift ${other.shiftId} moves it back.`),
  );
}

export function nextDaySlip(slip: BankSlip, explains: Explains, owner: ShiftDay, other: ShiftDay): Difference {
  return tell(
    'NEXT_DAY_SLIP', slip.amountFen, explains, { slipNos: [slip.slipNo], shiftId: other.shiftId },
    `进账单 ${slip.slipNo} 是 ${owner.day} 的收款，却交在后一日的班次。`, `Slip ${slip.slipNo} is of the money of ${owner.day}, but was filed with the shift of a later day.`,
    act(`把进账单 ${slip.slipNo} 归到班次 ${owner.shiftId}。`, `File slip ${slip.slipNo} with shift ${owner.shiftId}.`),
  );
}

export function lateDeposit(slip: BankSlip): Difference {
  const off = -slip.amountFen;
  return tell(
    'LATE_DEPOSIT', slip.amountFen, { slips: off, bank: off }, { slipNos: [slip.slipNo] },
    `进账单 ${slip.slipNo} 到 ${dayOfSlip(slip)} 才存入，未当日缴存。`, `Slip ${slip.slipNo} was deposited on ${dayOfSlip(slip)} only, not on the day itself.`,
    act('说明迟缴原因，由主管签字。', 'Say why it was late; the supervisor signs.'),
  );
}

export function slipNotAtBank(slip: BankSlip, explains: Explains, lines: readonly BankLine[], { collectorId }: ShiftDay): Difference {
  const references = { slipNos: [slip.slipNo], ...(lines.length > 0 && { entryRefs: lines.map(({ entryRef }) => entryRef) }) };
  const correction = post(suspense('slip-not-at-bank'), transit(collectorId), slip.amountFen, '转入待查，并持回单向银行查询。', 'Put it into suspense, and ask the bank with the slip in hand.');
  return tell('SLIP_NOT_AT_BANK', slip.amountFen, explains, references, `银行对账单中没有进账单 ${slip.slipNo}。`, `The bank has not booked slip ${slip.slipNo}.`, correction);
}

export function bankDoubleCredit(slip: BankSlip, explains: Explains, lines: readonly BankLine[], extraFen: bigint, { collectorId }: ShiftDay): Difference {
  return tell(
    'BANK_DOUBLE_CREDIT', extraFen, explains, { slipNos: [slip.slipNo], entryRefs: lines.map(({ entryRef }) => entryRef) },
    `银行把进账单 ${slip.slipNo} 入账 ${lines.length} 次。`, `The bank booked slip ${slip.slipNo} ${lines.length} times.`,
    post(transit(collectorId), suspense('bank-double-credit'), extraFen, '多入部分挂待查，通知银行冲回。', 'Put what is too much into suspense; the bank takes it back.'),
  );
}

/** The slip's amount was entered wrongly: the bank has what was really paid in. */
export function slipMistyped(slip: BankSlip, netFen: bigint, lines: readonly BankLine[], { collectorId }: ShiftDay): Difference {
  const offFen = slip.amountFen - netFen;
  const swapped = isTransposed(slip.amountFen, netFen);
  return tell(
    swapped ? 'TRANSPOSED_DIGITS' : 'WRONG_AMOUNT', offFen, { slips: offFen }, { slipNos: [slip.slipNo], entryRefs: lines.map(({ entryRef }) => entryRef) },
    `进账单 ${slip.slipNo} 登记 ${formatYuan(slip.amountFen)} 元，银行实收 ${formatYuan(netFen)} 元${swapped ? '：相邻两位数字颠倒' : ''}。`,
    `Slip ${slip.slipNo} was entered as ${formatYuan(slip.amountFen)} yuan, the bank took ${formatYuan(netFen)}${swapped ? ': two neighbouring digits changed places' : ''}.`,
    post(cash(collectorId), transit(collectorId), offFen, '按银行金额更正登记。', "Correct the entry to the bank's amount."),
  );
}

/** The slip says what left the till: the bank booked another amount. */
export function bankDiffers(slip: BankSlip, netFen: bigint, explains: Explains, lines: readonly BankLine[], { collectorId }: ShiftDay): Difference {
  const offFen = netFen - slip.amountFen;
  return tell(
    'BANK_AMOUNT_DIFFERS', offFen, explains, { slipNos: [slip.slipNo], entryRefs: lines.map(({ entryRef }) => entryRef) },
    `进账单 ${slip.slipNo} 为 ${formatYuan(slip.amountFen)} 元，银行入账 ${formatYuan(netFen)} 元。`, `Slip ${slip.slipNo} says ${formatYuan(slip.amountFen)} yuan, the bank booked ${formatYuan(netFen)}.`,
    post(transit(collectorId), suspense('bank-amount'), offFen, '差额挂待查，持回单向银行查询。', 'Put the rest into suspense, and ask the bank with the slip in hand.'),
  );
}

export function slipNotFiled(line: BankLine, { collectorId }: ShiftDay): Difference {
  const off = -line.amountFen;
  return tell(
    'SLIP_NOT_FILED', line.amountFen, { slips: off, bank: off }, { slipNos: [line.slipNo!], entryRefs: [line.entryRef] },
    `银行已收进账单 ${line.slipNo}，但没有交单，金额正好是所缺的。`, `The bank has slip ${line.slipNo}, which nobody filed, over exactly what is lacking.`,
    post(suspense('bank'), cash(collectorId), line.amountFen, `找回进账单 ${line.slipNo} 并登记。`, `Find slip ${line.slipNo} and file it.`),
  );
}
