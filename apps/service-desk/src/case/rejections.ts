import type { CaseKind } from '@youdian/contracts-desk/events';
import type { Rejection } from '@youdian/rejection';
import { classificationsOf } from '../classification/dictionary.ts';

/** What the desk refuses, and what would work. */
export function invalid(field: string, code: string, zh: string, en: string): Rejection {
  return { kind: 'invalid', code, field, zh, en };
}

export function refused(field: string, code: string, zh: string, en: string): Rejection {
  return { kind: 'refused', code, field, zh, en };
}

export function caseUnknown(caseId: string): Rejection {
  return { kind: 'unknown', code: 'CASE_UNKNOWN', field: 'caseId', zh: `没有工单 ${caseId};请核对编号。`, en: `There is no case ${caseId}; check the id.` };
}

export function alreadyOpened(caseId: string): Rejection {
  return { kind: 'conflict', code: 'CASE_TAKEN', field: 'caseId', zh: `工单 ${caseId} 已存在。`, en: `Case ${caseId} exists already.` };
}

export function classificationUnknown(kind: CaseKind, classification: string): Rejection {
  const known = classificationsOf(kind);
  return invalid(
    'classification',
    'CLASSIFICATION_UNKNOWN',
    `该类工单没有分类“${classification.slice(0, 32)}”;可用:${known.map(({ code, zh }) => `${code}(${zh})`).join('、')}。`,
    `This kind of case has no classification "${classification.slice(0, 32)}"; it has: ${known.map(({ code }) => code).join(', ')}.`,
  );
}

export const notOpen = refused(
  'caseId',
  'CASE_NOT_OPEN',
  '工单已经办结或关闭,只有处理中的工单可以办结。',
  'The case is resolved or closed already; only an open case can be resolved.',
);
export const notResolved = refused('caseId', 'CASE_NOT_RESOLVED', '工单还在处理中;请先办结,再关闭。', 'The case is still open: resolve it first, then close it.');
export const notClassified = refused('caseId', 'CASE_NOT_CLASSIFIED', '工单还没有分类;请先分类,再关闭。', 'The case has no classification: classify it first, then close it.');
export const alreadyClosed = refused('caseId', 'CASE_CLOSED', '工单已经关闭。', 'The case is closed already.');

export function inTheFuture(field: string): Rejection {
  return refused(field, 'TIME_IN_THE_FUTURE', '时间不能晚于现在。', 'The time cannot be later than now.');
}

export function beforeItsPredecessor(field: string, zh: string, en: string): Rejection {
  return refused(field, 'TIME_OUT_OF_ORDER', `时间不能早于${zh}。`, `The time cannot be before ${en}.`);
}
