/** One line of a file of past cases, as text, made into what it means. */
import { idFromKey } from '@youdian/commit-log';
import { CaseChannel, CaseKind } from '@youdian/contracts-desk/events';
import { isRejection, type Rejection } from '@youdian/rejection';
import { classificationsOf } from '../../classification/dictionary.ts';
import { externalIdOf, identityOf, missing, time, wholeNumber, word, type Cells } from '../cells.ts';
import type { PastCase } from './decide.ts';

export const REQUIRED_COLUMNS = ['kind', 'openedAt'] as const;
export const OPTIONAL_COLUMNS = [
  'externalId', 'channel', 'resolvedAt', 'closedAt', 'regionId', 'lineId', 'accountNo', 'classification', 'customersAffected',
  'satisfaction', 'description',
] as const;
type Column = (typeof REQUIRED_COLUMNS)[number] | (typeof OPTIONAL_COLUMNS)[number];

const KINDS: Readonly<Record<string, CaseKind>> = {
  CONSULTATION: CaseKind.CASE_KIND_CONSULTATION, 咨询: CaseKind.CASE_KIND_CONSULTATION,
  FAULT: CaseKind.CASE_KIND_FAULT, 故障: CaseKind.CASE_KIND_FAULT, 故障报修: CaseKind.CASE_KIND_FAULT,
  COMPLAINT: CaseKind.CASE_KIND_COMPLAINT, 投诉: CaseKind.CASE_KIND_COMPLAINT,
};
const CHANNELS: Readonly<Record<string, CaseChannel>> = {
  HOTLINE: CaseChannel.CASE_CHANNEL_HOTLINE, 热线: CaseChannel.CASE_CHANNEL_HOTLINE,
  HALL: CaseChannel.CASE_CHANNEL_HALL, 营业厅: CaseChannel.CASE_CHANNEL_HALL,
  ONLINE: CaseChannel.CASE_CHANNEL_ONLINE, 网上: CaseChannel.CASE_CHANNEL_ONLINE,
  KIOSK: CaseChannel.CASE_CHANNEL_KIOSK, 自助终端: CaseChannel.CASE_CHANNEL_KIOSK,
  MANAGER: CaseChannel.CASE_CHANNEL_MANAGER, 客户经理: CaseChannel.CASE_CHANNEL_MANAGER,
};

/** `source` names the file's origin: the same number in another source is another case. */
export function readPastCase(values: Cells, source: string): PastCase | Rejection {
  const cell = (column: Column) => values[column] ?? '';
  const externalId = externalIdOf(values);
  if (isRejection(externalId)) return externalId;
  const kind = word(KINDS, plain(cell('kind'))) ?? CaseKind.CASE_KIND_UNSPECIFIED;
  const parsed = {
    openedAt: cell('openedAt') ? time('openedAt', cell('openedAt')) : missing('openedAt'),
    resolvedAt: time('resolvedAt', cell('resolvedAt')),
    closedAt: time('closedAt', cell('closedAt')),
    customersAffected: wholeNumber('customersAffected', cell('customersAffected')),
    satisfaction: wholeNumber('satisfaction', cell('satisfaction')),
  };
  const wrong = Object.values(parsed).find(isRejection);
  if (wrong) return wrong;
  const { satisfaction, ...times } = parsed as { openedAt: Date; resolvedAt?: Date; closedAt?: Date; customersAffected?: bigint; satisfaction?: bigint };
  return {
    caseId: idFromKey('case', 'import', source, identityOf(values, externalId, [...REQUIRED_COLUMNS, ...OPTIONAL_COLUMNS])),
    externalId,
    kind,
    channel: word(CHANNELS, plain(cell('channel') || 'HOTLINE')) ?? CaseChannel.CASE_CHANNEL_UNSPECIFIED,
    regionId: cell('regionId'),
    lineId: cell('lineId'),
    accountNo: cell('accountNo'),
    classification: classificationCode(kind, cell('classification')),
    told: { description: cell('description') },
    ...times,
    satisfaction: satisfaction === undefined ? undefined : Number(satisfaction),
  };
}

function classificationCode(kind: CaseKind, text: string): string {
  return classificationsOf(kind).find(({ code, zh, en }) => text === zh || text === en || text.toUpperCase() === code)?.code ?? text;
}

/** A contract's own code is understood too. */
function plain(text: string): string {
  return text.replace(/^CASE_(KIND|CHANNEL)_/i, '');
}
