import { CaseChannel, CaseKind } from '@youdian/contracts-desk/events';
import { CaseStatus } from '@youdian/contracts-desk/service_desk';
import { isRejection, type Rejection } from '@youdian/rejection';
import { isClassification } from '../classification/dictionary.ts';
import type { Located, Named } from './place.ts';
import * as rejections from './rejections.ts';
import { invalid } from './rejections.ts';
import { evolve, type Case, type CaseEvent, type Told } from './state.ts';

const TEXT_CHARACTERS_MAX = 2_000;
const CALLER_CHARACTERS_MAX = 100;
const PHONE = /^[0-9+-]{5,20}$/;
export const CUSTOMERS_AFFECTED_MAX = 100_000_000n;
export const SATISFACTION_MAX = 5;

export interface OpenCase extends Named {
  readonly caseId: string;
  readonly kind: CaseKind;
  readonly channel: CaseChannel;
  readonly externalId: string;
  /** When the matter began; for a fault, when the power went off. Default: now. */
  readonly occurredAt?: Date | undefined;
  readonly told: Told;
}

export interface ResolveCase {
  readonly caseId: string;
  /** When power was back. Default: now. */
  readonly restoredAt?: Date | undefined;
  readonly customersAffected: bigint;
  readonly told: Pick<Told, 'resolution'>;
}

/** `located` is what `locate` makes of the command. */
export function openCase(state: Case | undefined, command: OpenCase, located: Located | Rejection, at: Date): CaseEvent[] | Rejection {
  const { caseId, kind, channel, accountNo, externalId, occurredAt = at } = command;
  const wrong = checkOpening(command);
  if (wrong) return wrong;
  if (state) return rejections.alreadyOpened(caseId);
  if (isRejection(located)) return located;
  if (kind === CaseKind.CASE_KIND_FAULT && !located.regionId) {
    return invalid('regionId', 'REGION_MISSING', '故障报修须有户号,或片区和线路。', 'A fault needs an account number, or a region and a line.');
  }
  if (kind === CaseKind.CASE_KIND_FAULT && !located.lineId) {
    return invalid('lineId', 'LINE_MISSING', '故障报修须有户号或线路。', 'A fault needs an account number or a line.');
  }
  if (occurredAt > at) return rejections.inTheFuture('occurredAt');
  const { regionId, lineId } = located;
  return [{ type: 'CaseOpened', data: { caseId, kind, channel, accountNo, regionId, lineId, openedAt: occurredAt, externalId }, kept: said(command.told) }];
}

/** Where it is known at once what the matter is about. */
export function openClassified(state: Case | undefined, command: OpenCase, classification: string, located: Located | Rejection, at: Date): CaseEvent[] | Rejection {
  const opened = openCase(state, command, located, at);
  if (isRejection(opened) || classification === '') return opened;
  const classified = classifyCase(opened.reduce<Case | undefined>(evolve, state), { caseId: command.caseId, classification }, at);
  return isRejection(classified) ? classified : [...opened, ...classified];
}

/** At any time, also after the closing: then it is a correction, and the newest holds. */
export function classifyCase(state: Case | undefined, command: { caseId: string; classification: string }, at: Date): CaseEvent[] | Rejection {
  const { caseId, classification } = command;
  if (!state) return rejections.caseUnknown(caseId);
  if (!isClassification(state.kind, classification)) return rejections.classificationUnknown(state.kind, classification);
  if (state.classification === classification) return [];
  return [{ type: 'CaseClassified', data: { caseId, classification, classifiedAt: at } }];
}

export function resolveCase(state: Case | undefined, command: ResolveCase, at: Date): CaseEvent[] | Rejection {
  const { caseId, restoredAt = at, customersAffected, told } = command;
  if (!state) return rejections.caseUnknown(caseId);
  const wrong = checkCustomersAffected(state.kind, customersAffected) ?? checkLength('resolution', told.resolution, TEXT_CHARACTERS_MAX);
  if (wrong) return wrong;
  if (state.status !== CaseStatus.CASE_STATUS_OPEN) return rejections.notOpen;
  if (restoredAt > at) return rejections.inTheFuture('restoredAt');
  if (restoredAt < state.openedAt) return rejections.beforeItsPredecessor('restoredAt', '发生时间', 'the case was opened');
  return [{ type: 'CaseResolved', data: { caseId, resolvedAt: restoredAt, customersAffected }, ...(told.resolution && { kept: told }) }];
}

export function closeCase(state: Case | undefined, command: { caseId: string; satisfaction: number }, at: Date): CaseEvent[] | Rejection {
  const { caseId, satisfaction } = command;
  if (!state) return rejections.caseUnknown(caseId);
  const wrong = checkSatisfaction(satisfaction);
  if (wrong) return wrong;
  if (state.status === CaseStatus.CASE_STATUS_CLOSED) return rejections.alreadyClosed;
  if (state.status === CaseStatus.CASE_STATUS_OPEN) return rejections.notResolved;
  if (!state.classification) return rejections.notClassified;
  return [{ type: 'CaseClosed', data: { caseId, closedAt: at, satisfaction } }];
}

export function checkCustomersAffected(kind: CaseKind, customersAffected: bigint): Rejection | undefined {
  const field = 'customersAffected';
  if (customersAffected < 0n || customersAffected > CUSTOMERS_AFFECTED_MAX) {
    return invalid(field, 'CUSTOMERS_AFFECTED_OUT_OF_RANGE', '影响户数为非负整数。', 'The customers affected are a whole number from 0.');
  }
  if (customersAffected > 0n && kind !== CaseKind.CASE_KIND_FAULT) {
    return invalid(field, 'CUSTOMERS_AFFECTED_ONLY_FAULTS', '只有故障报修才有影响户数。', 'Only a fault affects customers; leave it out.');
  }
  return undefined;
}

export function checkSatisfaction(satisfaction: number): Rejection | undefined {
  if (Number.isInteger(satisfaction) && satisfaction >= 0 && satisfaction <= SATISFACTION_MAX) return undefined;
  return invalid('satisfaction', 'SATISFACTION_OUT_OF_RANGE', '满意度为 1(很不满意)到 5;未询问时留空。', 'The satisfaction is 1 (very dissatisfied) to 5; leave it out when nobody was asked.');
}

function checkOpening({ kind, channel, told }: OpenCase): Rejection | undefined {
  if (kind === CaseKind.CASE_KIND_UNSPECIFIED) {
    return invalid('kind', 'KIND_UNKNOWN', '工单类别应为 CONSULTATION(咨询)、FAULT(故障报修)或 COMPLAINT(投诉)。', 'The kind is CONSULTATION, FAULT or COMPLAINT.');
  }
  if (channel === CaseChannel.CASE_CHANNEL_UNSPECIFIED) {
    return invalid(
      'channel',
      'CHANNEL_UNKNOWN',
      '受理渠道应为 HOTLINE(热线)、HALL(营业厅)、ONLINE(网上)、KIOSK(自助终端)或 MANAGER(客户经理)。',
      'The channel is HOTLINE, HALL, ONLINE, KIOSK or MANAGER.',
    );
  }
  if (told.callerPhone && !PHONE.test(told.callerPhone)) {
    return invalid('callerPhone', 'PHONE_MALFORMED', '电话由 5 到 20 个数字、加号或连字符组成。', 'A phone number has 5 to 20 digits, plus signs or hyphens.');
  }
  return checkLength('callerName', told.callerName, CALLER_CHARACTERS_MAX) ?? checkLength('description', told.description, TEXT_CHARACTERS_MAX);
}

function checkLength(field: string, text: string | undefined, limit: number): Rejection | undefined {
  if ((text?.length ?? 0) <= limit) return undefined;
  return invalid(field, 'TEXT_TOO_LONG', `不超过 ${limit} 个字。`, `At most ${limit} characters.`);
}

/** Without what was left empty. */
function said(told: Told): Told {
  return Object.fromEntries(Object.entries(told).filter(([, text]) => text));
}
