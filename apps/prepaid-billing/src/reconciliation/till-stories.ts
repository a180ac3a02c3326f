import { formatYuan } from '@youdian/money';
import { act, cash, post, suspense } from './corrections.ts';
import type { Difference } from './difference.ts';
import { tell } from './document-stories.ts';
import type { ShiftDay } from './lines.ts';

/** The float came back short (or over: negative) and is still with the collector, or went to the bank with the takings. */
export function floatNotReturned(shortFen: bigint, banked: boolean, { collectorId }: ShiftDay): Difference {
  const much = formatYuan(shortFen < 0n ? -shortFen : shortFen);
  const [zh, en] = shortFen > 0n ? [`备用金少交回 ${much} 元`, `${much} yuan of the float did not come back`] : [`备用金多交回 ${much} 元`, `${much} yuan more came back than the float`];
  if (banked) {
    return tell(
      'FLOAT_NOT_RETURNED', shortFen, { float: -shortFen, slips: shortFen, bank: shortFen }, {}, `${zh}，差额在银行缴存中。`, `${en}; the deposits are off by as much.`,
      post(cash(collectorId), suspense('float'), shortFen, '从银行取回备用金。', 'Draw the float from the bank again.'),
    );
  }
  return tell('FLOAT_NOT_RETURNED', shortFen, { float: -shortFen }, {}, `${zh}。`, `${en}.`, act('与收费员结清备用金。', 'Settle the float with the collector.'));
}

export function cashMiscounted(offFen: bigint): Difference {
  const much = formatYuan(offFen < 0n ? -offFen : offFen);
  return tell(
    'CASH_MISCOUNTED', offFen, { cash: offFen }, {}, `点钞数${offFen > 0n ? '多' : '少'} ${much} 元，但缴存正确。`, `The till was counted ${much} yuan too ${offFen > 0n ? 'high' : 'low'}; what was banked is right.`,
    act('更正点钞记录。', 'Correct the count.'),
  );
}

export function cashShortOrOver(offFen: bigint, { collectorId }: ShiftDay): Difference {
  const short = offFen < 0n;
  const much = formatYuan(short ? -offFen : offFen);
  const reason = suspense(short ? 'cash-short' : 'cash-over');
  return tell(
    short ? 'CASH_SHORT' : 'CASH_OVER', offFen, { cash: offFen, slips: offFen, bank: offFen }, {}, `现金${short ? '短款' : '长款'} ${much} 元。`, `The till is ${much} yuan ${short ? 'short' : 'over'}.`,
    post(cash(collectorId), reason, offFen, `转入待查（${short ? '短款' : '长款'}），查明后处理。`, 'Put it into suspense until its cause is found.'),
  );
}

export function shortDeposit(offFen: bigint): Difference {
  const much = formatYuan(-offFen);
  return tell(
    'SHORT_DEPOSIT', offFen, { slips: offFen, bank: offFen }, {}, `点钞相符，但少缴存 ${much} 元。`, `The till was counted right, but ${much} yuan of it were not deposited.`,
    act(`当日补缴 ${much} 元。`, `Deposit ${much} yuan today.`),
  );
}

export function unexplainedDeposit(offFen: bigint, { collectorId }: ShiftDay): Difference {
  const much = formatYuan(offFen);
  return tell(
    'UNEXPLAINED', offFen, { slips: offFen, bank: offFen }, {}, `缴存比点钞多 ${much} 元，原因不明。`, `${much} yuan more were deposited than the till held; nothing explains it.`,
    post(cash(collectorId), suspense('unexplained'), offFen, '转入待查，请主管调查。', 'Put it into suspense; the supervisor looks into it.'),
  );
}
