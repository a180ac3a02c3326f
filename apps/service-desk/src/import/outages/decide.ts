/**
 * What a row about a past outage does. It brings the outage to what the row says: recorded with its restorations at the past
 * times; a later file may say more, or correct all but which line went off when, because somebody must look which is true.
 * An empty cell says nothing.
 */
import { OutageStatus } from '@youdian/contracts-desk/outages';
import { isRejection, type Rejection } from '@youdian/rejection';
import { locate, type Named, type Place } from '../../case/place.ts';
import { draftOf, isSame } from '../../outage/decide.ts';
import { checkFacts, factsOf, restoredIn, type Draft, type Step } from '../../outage/facts.ts';
import { cancelled } from '../../outage/rejections.ts';
import type { Outage, OutageEvent } from '../../outage/state.ts';
import { missing } from '../cells.ts';

export interface PastOutage extends Named {
  readonly outageId: string;
  readonly externalId: string;
  readonly planned: boolean;
  readonly startedAt: Date;
  readonly customersAffected?: bigint | undefined;
  /** Empty where the row says nothing of steps. */
  readonly restorations: readonly Step[];
  /** When all who were left had power again. */
  readonly endedAt?: Date | undefined;
  readonly cause: string;
  readonly equipment: string;
}

/** No events: the row is there already. */
export function importOutage(state: Outage | undefined, row: PastOutage, place: Place, at: Date): OutageEvent[] | Rejection {
  if (state?.status === OutageStatus.OUTAGE_STATUS_CANCELLED) return cancelled;
  const draft = state ? changed(state, row) : made(row, place);
  if (isRejection(draft)) return draft;
  const wrong = checkFacts(draft, at);
  if (wrong) return wrong;
  const outage = factsOf(draft);
  if (!state) return [{ type: 'OutageRecorded', data: { outage } }];
  return isSame(outage, state) ? [] : [{ type: 'OutageCorrected', data: { outage } }];
}

function made(row: PastOutage, place: Place): Draft | Rejection {
  const { outageId, externalId, planned, startedAt, customersAffected, cause, equipment } = row;
  const located = locate(row, place);
  if (isRejection(located)) return located;
  if (customersAffected === undefined) return missing('customersAffected');
  return { outageId, externalId, ...located, planned, startedAt, customersAffected, cause, equipment, caseIds: [], restorations: stepsOf(row, customersAffected) };
}

function changed(state: Outage, row: PastOutage): Draft | Rejection {
  if (row.startedAt.getTime() !== state.startedAt.getTime()) return different('startedAt');
  if (row.lineId !== state.lineId) return different('lineId');
  if (row.regionId && row.regionId !== state.regionId) return different('regionId');
  const before = draftOf(state);
  const customersAffected = row.customersAffected ?? before.customersAffected;
  const says = row.restorations.length > 0 || row.endedAt !== undefined;
  return {
    ...before,
    planned: row.planned,
    customersAffected,
    cause: row.cause || before.cause,
    equipment: row.equipment || before.equipment,
    restorations: says ? stepsOf(row, customersAffected) : before.restorations,
  };
}

/** The steps as given, and at the end all who are left. */
function stepsOf({ restorations, endedAt }: PastOutage, customersAffected: bigint): readonly Step[] {
  const left = customersAffected - restoredIn(restorations);
  return endedAt && left > 0n ? [...restorations, { restoredAt: endedAt, customersRestored: left }] : restorations;
}

function different(field: string): Rejection {
  return {
    kind: 'conflict',
    code: 'OUTAGE_DIFFERS',
    field,
    zh: `该编号的停电事件已导入，但 ${field} 与文件不同；请核对哪一个正确，线路和停电时间只能由人更正。`,
    en: `This outage was imported with another ${field}; find out which is right: line and start are corrected by hand only.`,
  };
}
