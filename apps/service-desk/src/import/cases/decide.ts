/**
 * What a row about a past case does. It brings the case to where the row says it got: opens it, classifies, resolves and
 * closes it at the past times; a later file may take it further, or correct its classification and its customers
 * affected. Whatever else differs is refused, because somebody must look which is true. An empty cell says nothing.
 */
import type { CaseChannel, CaseKind } from '@youdian/contracts-desk/events';
import { CaseStatus } from '@youdian/contracts-desk/service_desk';
import { isRejection, type Rejection } from '@youdian/rejection';
import { checkCustomersAffected, checkSatisfaction, classifyCase, closeCase, openCase, resolveCase } from '../../case/decide.ts';
import { locatePast, type Named, type Place } from '../../case/place.ts';
import { beforeItsPredecessor, classificationUnknown, inTheFuture, refused } from '../../case/rejections.ts';
import { evolve, type Case, type CaseEvent, type Told } from '../../case/state.ts';
import { isClassification } from '../../classification/dictionary.ts';

export interface PastCase extends Named {
  readonly caseId: string;
  readonly externalId: string;
  readonly kind: CaseKind;
  readonly channel: CaseChannel;
  readonly openedAt: Date;
  readonly resolvedAt?: Date | undefined;
  readonly closedAt?: Date | undefined;
  readonly classification: string;
  readonly customersAffected?: bigint | undefined;
  readonly satisfaction?: number | undefined;
  readonly told: Told;
}

type Decided = CaseEvent[] | Rejection;

/** No events: the row is there already. */
export function importCase(state: Case | undefined, row: PastCase, place: Place, at: Date): Decided {
  const wrong = check(row, state, at);
  if (wrong) return wrong;
  const steps: ((current: Case | undefined) => Decided)[] = [
    (current) => (current ? (differs(current, row) ?? []) : openCase(undefined, { ...row, occurredAt: row.openedAt }, locatePast(row, place), at)),
    // Of a past case it is only known that it was classified by the time it was done; a correction is made now.
    (current) => (row.classification ? classifyCase(current, row, state ? at : (row.resolvedAt ?? row.openedAt)) : []),
    (current) => (row.resolvedAt ? resolve(current!, row, row.resolvedAt, at) : []),
    (current) => (row.closedAt ? close(current!, row, row.closedAt) : []),
  ];
  let current: Case | undefined = state;
  const events: CaseEvent[] = [];
  for (const step of steps) {
    const decided = step(current);
    if (isRejection(decided)) return decided;
    for (const event of decided) current = evolve<unknown>(current, event);
    events.push(...decided);
  }
  return events;
}

function resolve(current: Case, row: PastCase, resolvedAt: Date, at: Date): Decided {
  const { caseId, customersAffected } = row;
  if (current.status === CaseStatus.CASE_STATUS_OPEN) {
    return resolveCase(current, { caseId, restoredAt: resolvedAt, customersAffected: customersAffected ?? 0n, told: {} }, at);
  }
  if (current.resolvedAt?.getTime() !== resolvedAt.getTime()) return different('resolvedAt');
  if (customersAffected === undefined || customersAffected === current.customersAffected) return [];
  return [{ type: 'CaseResolved', data: { caseId, resolvedAt, customersAffected } }];
}

function close(current: Case, { caseId, satisfaction = 0 }: PastCase, closedAt: Date): Decided {
  if (current.status !== CaseStatus.CASE_STATUS_CLOSED) return closeCase(current, { caseId, satisfaction }, closedAt);
  if (current.closedAt?.getTime() !== closedAt.getTime()) return different('closedAt');
  return satisfaction !== 0 && satisfaction !== current.satisfaction ? different('satisfaction') : [];
}

function check(row: PastCase, state: Case | undefined, at: Date): Rejection | undefined {
  const { kind, openedAt, resolvedAt, closedAt, classification, customersAffected, satisfaction } = row;
  if (openedAt > at) return inTheFuture('openedAt');
  if (resolvedAt && resolvedAt > at) return inTheFuture('resolvedAt');
  if (closedAt && closedAt > at) return inTheFuture('closedAt');
  if (resolvedAt && resolvedAt < openedAt) return beforeItsPredecessor('resolvedAt', '发生时间(openedAt)', 'openedAt');
  if (closedAt && resolvedAt && closedAt < resolvedAt) return beforeItsPredecessor('closedAt', '办结时间(resolvedAt)', 'resolvedAt');
  if (classification && !isClassification(kind, classification)) return classificationUnknown(kind, classification);
  if (closedAt && !resolvedAt && !state?.resolvedAt) {
    return refused('resolvedAt', 'CASE_NOT_RESOLVED', '已关闭的工单须有办结时间。', 'A closed case needs the time at which it was resolved.');
  }
  if (closedAt && !classification && !state?.classification) {
    return refused('classification', 'CASE_NOT_CLASSIFIED', '已关闭的工单须有分类;不清楚时填 OTHER(其他)。', 'A closed case needs a classification; OTHER where it is not known.');
  }
  return (
    checkCustomersAffected(kind, customersAffected ?? 0n) ??
    checkSatisfaction(satisfaction ?? 0) ??
    needs('customersAffected', customersAffected, 'resolvedAt', resolvedAt ?? state?.resolvedAt) ??
    needs('satisfaction', satisfaction, 'closedAt', closedAt ?? state?.closedAt)
  );
}

/** A cell that nothing would keep is refused rather than lost. */
function needs(field: string, value: bigint | number | undefined, other: string, otherValue: Date | undefined): Rejection | undefined {
  if (!value || otherValue) return undefined;
  return refused(other, 'TIME_MISSING', `填写了 ${field},还须填写 ${other}。`, `A row with ${field} also needs ${other}.`);
}

function differs(current: Case, row: PastCase): Rejection | undefined {
  if (current.kind !== row.kind) return different('kind');
  if (current.channel !== row.channel) return different('channel');
  if (current.openedAt.getTime() !== row.openedAt.getTime()) return different('openedAt');
  const place = (['accountNo', 'regionId', 'lineId'] as const).find((field) => row[field] && row[field] !== current[field]);
  return place && different(place);
}

function different(field: string): Rejection {
  return {
    kind: 'conflict',
    code: 'CASE_DIFFERS',
    field,
    zh: `该编号的工单已导入,但 ${field} 与文件不同;导入只能更正分类和影响户数,请核对哪一个正确。`,
    en: `This case was imported with another ${field}; an import corrects only the classification and the customers affected: find out which is right.`,
  };
}
