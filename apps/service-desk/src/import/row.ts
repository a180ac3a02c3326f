/** One line of a file of past cases, as text, made into what it means. Words may be codes or the Chinese names. */
import { shanghaiInstant } from '@youdian/calendar';
import { idFromKey } from '@youdian/commit-log';
import { CaseChannel, CaseKind } from '@youdian/contracts-desk/events';
import { isRejection, type Rejection } from '@youdian/rejection';
import { classificationsOf } from '../classification/dictionary.ts';
import { invalid } from '../case/rejections.ts';
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
const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})$/;
const WHOLE_NUMBER = /^\d{1,12}$/;
const EXTERNAL_ID_CHARACTERS_MAX = 64;

/** `source` names the file's origin: the same number in another source is another case. */
export function readPastCase(values: Readonly<Partial<Record<string, string>>>, source: string): PastCase | Rejection {
  const cell = (column: Column) => values[column] ?? '';
  const externalId = cell('externalId');
  if (externalId.length > EXTERNAL_ID_CHARACTERS_MAX) {
    return invalid('externalId', 'EXTERNAL_ID_TOO_LONG', `编号不超过 ${EXTERNAL_ID_CHARACTERS_MAX} 个字符。`, `At most ${EXTERNAL_ID_CHARACTERS_MAX} characters.`);
  }
  const kind = word(KINDS, cell('kind')) ?? CaseKind.CASE_KIND_UNSPECIFIED;
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
    caseId: caseIdOf(values, externalId, source),
    externalId,
    kind,
    channel: word(CHANNELS, cell('channel') || 'HOTLINE') ?? CaseChannel.CASE_CHANNEL_UNSPECIFIED,
    regionId: cell('regionId'),
    lineId: cell('lineId'),
    accountNo: cell('accountNo'),
    classification: classificationCode(kind, cell('classification')),
    told: { description: cell('description') },
    ...times,
    satisfaction: satisfaction === undefined ? undefined : Number(satisfaction),
  };
}

/** Without a number of its own, a row is known by its content. */
function caseIdOf(values: Readonly<Partial<Record<string, string>>>, externalId: string, source: string): string {
  const identity = externalId ? ['externalId', externalId] : ['content', ...[...REQUIRED_COLUMNS, ...OPTIONAL_COLUMNS].map((column) => values[column] ?? '')];
  return idFromKey('case', 'import', source, JSON.stringify(identity));
}

function classificationCode(kind: CaseKind, text: string): string {
  return classificationsOf(kind).find(({ code, zh, en }) => text === zh || text === en || text.toUpperCase() === code)?.code ?? text;
}

function word<T>(words: Readonly<Record<string, T>>, text: string): T | undefined {
  const plain = text.toUpperCase().replace(/^CASE_(KIND|CHANNEL)_/, '');
  return Object.hasOwn(words, plain) ? words[plain] : undefined;
}

function time(field: string, text: string): Date | Rejection | undefined {
  if (text === '') return undefined;
  // `Date` would take 30 February for 2 March, so the day is asked of the calendar.
  const instant = RFC_3339.test(text) && shanghaiInstant(text.slice(0, 10)) ? new Date(text) : shanghaiInstant(text);
  if (instant && !Number.isNaN(instant.getTime())) return instant;
  return invalid(
    field,
    'TIME_MALFORMED',
    `时间“${text.slice(0, 32)}”无法识别;请写作 2026-07-01 08:30(北京时间)或带时区的 2026-07-01T08:30:00+08:00。`,
    `The time "${text.slice(0, 32)}" cannot be read; write 2026-07-01 08:30 (Shanghai) or, with a zone, 2026-07-01T08:30:00+08:00.`,
  );
}

function wholeNumber(field: string, text: string): bigint | Rejection | undefined {
  if (text === '') return undefined;
  if (WHOLE_NUMBER.test(text)) return BigInt(text);
  return invalid(field, 'NUMBER_MALFORMED', `“${text.slice(0, 32)}”不是非负整数。`, `"${text.slice(0, 32)}" is no whole number.`);
}

function missing(field: string): Rejection {
  return invalid(field, 'VALUE_MISSING', '请填写此列。', 'This column must be filled in.');
}
