import { headerText, type HeaderValue, type InRecord, type OutRecord, type ReceivedEvent } from './event.ts';
import { encodeEvent } from './event.ts';

/** A record that a group could not handle, with all that is needed to hand it to that group again. */
export interface DeadLetter {
  /** `<topic>/<partition>/<offset>`, for an event out of the history `<topic>/<subject>/<sequence>`. */
  readonly id: string;
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** −1 for an event out of the owner's history. */
  readonly offset: bigint;
  /** In words, without personal data. */
  readonly reason: string;
  /** How often the handler was tried; 0 when the record could not even be decoded. */
  readonly attempts: number;
  /** The record as it came. */
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

export const deadLetterTopic = (group: string): string => `${group}.dead-letters.v1`;
export const replayTopic = (group: string): string => `${group}.replays.v1`;

/** Partitions of both; their volume is small and their order matters more. */
export const DEAD_LETTER_PARTITIONS = 1;

/** Replayed or skipped: what an operator decided on a dead letter. */
export interface Decision {
  readonly action: 'replay' | 'skip';
  readonly letter: DeadLetter;
  /** Why it may be left out; only with `skip`. */
  readonly skipReason?: string | undefined;
}

const PREFIX = 'dlq_';

export function letterOfRecord(group: string, topic: string, partition: number, record: InRecord, reason: string, attempts: number): DeadLetter {
  return {
    id: `${topic}/${partition}/${record.offset}`, group, topic, partition, offset: BigInt(record.offset), reason, attempts,
    key: record.key, value: record.value, headers: textHeaders(record.headers ?? {}),
  };
}

export function letterOfEvent(group: string, event: ReceivedEvent, reason: string, attempts: number): DeadLetter {
  const { value, headers } = encodeEvent(event);
  const { topic, partition, offset } = event;
  return {
    id: offset >= 0n ? `${topic}/${partition}/${offset}` : `${topic}/${event.subject}/${event.sequence}`,
    group, topic, partition, offset, reason, attempts, key: Buffer.from(event.subject), value, headers: textHeaders(headers),
  };
}

export function encodeLetter(letter: DeadLetter): OutRecord {
  return { key: letter.key, value: letter.value, headers: { ...letter.headers, ...letterHeaders(letter) } };
}

export function encodeDecision({ action, letter, skipReason }: Decision): OutRecord {
  const headers: Record<string, string> = { ...letter.headers, ...letterHeaders(letter), [`${PREFIX}action`]: action };
  if (skipReason) headers[`${PREFIX}skip_reason`] = skipReason;
  return { key: letter.key, value: letter.value, headers };
}

/** Undefined when the record is none. */
export function decodeLetter(record: InRecord): DeadLetter | undefined {
  const all = textHeaders(record.headers ?? {});
  const headers: Record<string, string> = {};
  for (const name in all) if (!name.startsWith(PREFIX)) headers[name] = all[name]!;
  const of = (name: string): string | undefined => all[PREFIX + name];
  const id = of('id');
  const topic = of('topic');
  const group = of('group');
  if (!id || !topic || !group) return undefined;
  return {
    id, group, topic, partition: Number(of('partition') ?? 0), offset: BigInt(of('offset') ?? '-1'),
    reason: of('reason') ?? '', attempts: Number(of('attempts') ?? 0), key: record.key, value: record.value, headers,
  };
}

export function decodeDecision(record: InRecord): Decision | undefined {
  const letter = decodeLetter(record);
  const action = headerText(record.headers?.[`${PREFIX}action`]);
  if (!letter || (action !== 'replay' && action !== 'skip')) return undefined;
  return { action, letter, skipReason: headerText(record.headers?.[`${PREFIX}skip_reason`]) };
}

function letterHeaders(letter: DeadLetter): Record<string, string> {
  return {
    [`${PREFIX}id`]: letter.id, [`${PREFIX}group`]: letter.group, [`${PREFIX}topic`]: letter.topic,
    [`${PREFIX}partition`]: String(letter.partition), [`${PREFIX}offset`]: letter.offset.toString(),
    [`${PREFIX}reason`]: letter.reason, [`${PREFIX}attempts`]: String(letter.attempts),
  };
}

function textHeaders(headers: Readonly<Record<string, HeaderValue>>): Record<string, string> {
  const text: Record<string, string> = {};
  for (const name in headers) text[name] = headerText(headers[name]) ?? '';
  return text;
}
