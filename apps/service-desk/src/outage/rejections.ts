import type { Rejection } from '@youdian/rejection';
import { invalid, refused } from '../case/rejections.ts';
import { OUTAGE_CAUSES, OUTAGE_EQUIPMENT } from './codes.ts';

const QUOTED_CHARACTERS_MAX = 32;

export function outageUnknown(outageId: string): Rejection {
  return { kind: 'unknown', code: 'OUTAGE_UNKNOWN', field: 'outageId', zh: `没有停电事件 ${outageId}；请核对编号。`, en: `There is no outage ${outageId}; check the id.` };
}

export function outageTaken(outageId: string): Rejection {
  return { kind: 'conflict', code: 'OUTAGE_TAKEN', field: 'outageId', zh: `停电事件 ${outageId} 已存在。`, en: `Outage ${outageId} exists already.` };
}

export const cancelled = refused(
  'outageId', 'OUTAGE_CANCELLED', '该停电事件已作废，不能再更改；如确有停电，请重新登记。', 'The outage was cancelled and changes no more; if there was one, record it anew.',
);
export const ended = refused(
  'outageId', 'OUTAGE_ENDED', '该停电已全部恢复；如有出入，请更正。', 'All who were affected have power again; if that is not so, correct the outage.',
);
export const lineMissing = invalid('lineId', 'LINE_MISSING', '请填写停电的线路。', 'Say which line is out.');
export const reasonMissing = invalid('reason', 'REASON_MISSING', '请写明原因。', 'Say why.');
export const restorationsMissing = refused(
  'restorations',
  'RESTORATIONS_MISSING',
  '该停电分几步恢复；更正影响户数时，请一并填写每一步的时间和户数。',
  'This outage was restored in several steps: a correction of the customers affected has to give the steps too.',
);

export function tooMuch(field: string, limit: number, zh: string, en: string): Rejection {
  return invalid(field, 'TOO_MANY', `${zh}最多 ${limit} 个。`, `At most ${limit} ${en}.`);
}

export function customersOutOfRange(field: string): Rejection {
  return invalid(field, 'CUSTOMERS_OUT_OF_RANGE', '户数为 1 到 1 亿的整数；尚不清楚时先填估计数，以后更正。', 'The customers are a whole number from 1 to 100,000,000; an estimate will do, and be corrected later.');
}

export function moreThanAffected(restored: bigint, affected: bigint): Rejection {
  return refused(
    'customersRestored',
    'MORE_THAN_AFFECTED',
    `恢复户数合计 ${restored}，超过影响户数 ${affected}；请减少，或先更正影响户数。`,
    `${restored} customers restored are more than the ${affected} affected; lower them, or correct the customers affected first.`,
  );
}

export function causeUnknown(planned: boolean, cause: string): Rejection {
  const known = OUTAGE_CAUSES.filter((one) => one.planned === planned);
  return invalid(
    'cause',
    'CAUSE_UNKNOWN',
    `${planned ? '计划' : '故障'}停电没有原因“${cause.slice(0, QUOTED_CHARACTERS_MAX)}”；可用：${known.map(({ code, zh }) => `${code}（${zh}）`).join('、')}。`,
    `${planned ? 'A planned' : 'An unplanned'} outage has no cause "${cause.slice(0, QUOTED_CHARACTERS_MAX)}"; it has: ${known.map(({ code }) => code).join(', ')}.`,
  );
}

export function equipmentUnknown(equipment: string): Rejection {
  return invalid(
    'equipment',
    'EQUIPMENT_UNKNOWN',
    `没有设备“${equipment.slice(0, QUOTED_CHARACTERS_MAX)}”；可用：${OUTAGE_EQUIPMENT.map(({ code, zh }) => `${code}（${zh}）`).join('、')}。`,
    `There is no equipment "${equipment.slice(0, QUOTED_CHARACTERS_MAX)}"; there is: ${OUTAGE_EQUIPMENT.map(({ code }) => code).join(', ')}.`,
  );
}

export function noFault(caseId: string): Rejection {
  return refused('caseIds', 'CASE_NO_FAULT', `${caseId} 不是故障工单；只能关联故障报修。`, `${caseId} is no fault; only fault cases can be linked.`);
}
