/** One line of a file of past outages, as text, made into what it means. */
import { idFromKey } from '@youdian/commit-log';
import { isRejection, type Rejection } from '@youdian/rejection';
import { invalid } from '../../case/rejections.ts';
import { OUTAGE_CAUSES, OUTAGE_EQUIPMENT } from '../../outage/codes.ts';
import type { Step } from '../../outage/facts.ts';
import { externalIdOf, identityOf, missing, time, wholeNumber, word, type Cells } from '../cells.ts';
import type { PastOutage } from './decide.ts';

export const REQUIRED_COLUMNS = ['lineId', 'startedAt', 'planned'] as const;
export const OPTIONAL_COLUMNS = ['externalId', 'regionId', 'customersAffected', 'restorations', 'endedAt', 'cause', 'equipment'] as const;
type Column = (typeof REQUIRED_COLUMNS)[number] | (typeof OPTIONAL_COLUMNS)[number];

const PLANNED: Readonly<Record<string, boolean>> = {
  PLANNED: true, 计划: true, 计划停电: true, TRUE: true, 是: true,
  UNPLANNED: false, 故障: false, 故障停电: false, 非计划: false, 非计划停电: false, FALSE: false, 否: false,
};
/** `2025-08-03 15:00 = 120`, and more of them after a `;`. */
const STEP = /^(.+?)\s*[=＝]\s*(\d{1,9})$/;

/** `source` names the file's origin: the same number in another source is another outage. */
export function readPastOutage(values: Cells, source: string): PastOutage | Rejection {
  const cell = (column: Column) => values[column] ?? '';
  const externalId = externalIdOf(values);
  if (isRejection(externalId)) return externalId;
  const parsed = {
    lineId: cell('lineId') || missing('lineId'),
    planned: word(PLANNED, cell('planned')) ?? plannedMalformed(cell('planned')),
    startedAt: cell('startedAt') ? time('startedAt', cell('startedAt')) : missing('startedAt'),
    endedAt: time('endedAt', cell('endedAt')),
    customersAffected: wholeNumber('customersAffected', cell('customersAffected')),
    restorations: steps(cell('restorations')),
  };
  const wrong = Object.values(parsed).find(isRejection);
  if (wrong) return wrong;
  const read = parsed as { lineId: string; planned: boolean; startedAt: Date; endedAt?: Date; customersAffected?: bigint; restorations: Step[] };
  return {
    outageId: idFromKey('outage', 'import', source, identityOf(values, externalId, [...REQUIRED_COLUMNS, ...OPTIONAL_COLUMNS])),
    externalId,
    accountNo: '',
    regionId: cell('regionId'),
    cause: codeOf(OUTAGE_CAUSES.filter(({ planned }) => planned === read.planned), cell('cause')),
    equipment: codeOf(OUTAGE_EQUIPMENT, cell('equipment')),
    ...read,
  };
}

function steps(text: string): Step[] | Rejection {
  const read: Step[] = [];
  for (const part of text.split(/[;；]/).map((one) => one.trim()).filter((one) => one !== '')) {
    const [, at, customers] = STEP.exec(part) ?? [];
    const restoredAt = at ? time('restorations', at) : undefined;
    if (!(restoredAt instanceof Date)) return stepMalformed(part);
    read.push({ restoredAt, customersRestored: BigInt(customers!) });
  }
  return read;
}

function codeOf(known: readonly { readonly code: string; readonly zh: string; readonly en: string }[], text: string): string {
  return known.find(({ code, zh, en }) => text === zh || text === en || text.toUpperCase() === code)?.code ?? text;
}

function plannedMalformed(text: string): Rejection {
  if (text === '') return missing('planned');
  return invalid('planned', 'PLANNED_MALFORMED', `“${text.slice(0, 32)}”无法识别；请写计划或故障。`, `"${text.slice(0, 32)}" cannot be read; write PLANNED or UNPLANNED.`);
}

function stepMalformed(text: string): Rejection {
  return invalid(
    'restorations',
    'RESTORATION_MALFORMED',
    `“${text.slice(0, 64)}”无法识别；请写作 2026-07-01 08:30=120，多步用分号隔开。`,
    `"${text.slice(0, 64)}" cannot be read; write 2026-07-01 08:30=120, with semicolons between the steps.`,
  );
}
