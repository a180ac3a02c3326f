/** One event as it travels: CloudEvents 1.0 over Kafka, binary mode. */
export interface Event {
  readonly topic: string;
  /** `${stream}:${seq}:${index}`: unique within `source`. */
  readonly id: string;
  /** `/youdian/<service>` */
  readonly source: string;
  /** `youdian.<domain>.v1.<Message>` */
  readonly type: string;
  /** What it is about; the record's key, so that a subject's events share a partition. Never empty. */
  readonly subject: string;
  /** Gapless per (topic, subject), from 1. */
  readonly sequence: bigint;
  readonly time: Date;
  /** W3C trace context of the commit. */
  readonly traceparent?: string | undefined;
  /** The proto3 JSON of the payload message, UTF-8. */
  readonly data: Uint8Array;
  /** Further headers, by their full name. */
  readonly extensions?: Readonly<Record<string, string>> | undefined;
}

export interface ReceivedEvent extends Event {
  readonly partition: number;
  /** −1 when it came from the owner's history and not from the topic. */
  readonly offset: bigint;
}

/** An owner's events, from its commits (gRPC EventHistoryService behind it). Subjects' events come in sequence order. */
export interface History {
  read(topic: string, subject: string, fromSequence: bigint): AsyncIterable<Event>;
  readAll(topic: string, cursor?: string): AsyncIterable<{ readonly event: Event; readonly cursor: string }>;
}

export type HeaderValue = Buffer | string | (Buffer | string)[] | undefined;

/** A record as it goes to Kafka. Without a partition, the key chooses. */
export interface OutRecord {
  readonly key: string | Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string | Buffer>>;
  readonly partition?: number;
}

/** A record as it comes from Kafka. */
export interface InRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, HeaderValue>>;
  readonly offset: string;
  readonly timestamp: string;
}

/** "Everything committed before `through` stands before this record in this partition." */
export class Progress {
  static readonly TYPE = 'youdian.platform.v1.Progress';
  readonly through: Date;

  constructor(through: Date) {
    this.through = through;
  }
}

/** A record that is no event of ours, and why. */
export class Malformed {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

const KNOWN_HEADERS = new Set([
  'ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_subject', 'ce_time', 'ce_sequence', 'traceparent', 'content-type',
]);

// A commit's events share one Date, and a batch's events mostly one instant, so the newest conversion is kept.
let lastTimeMs = Number.NaN;
let lastTimeText = '';

function timeText(time: Date): string {
  const ms = time.getTime();
  if (ms !== lastTimeMs) {
    lastTimeText = time.toISOString();
    lastTimeMs = ms;
  }
  return lastTimeText;
}

export function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Throws a TypeError for an event that no consumer could accept: better here, at its maker, than as a dead letter. */
export function encodeEvent(event: Event): OutRecord {
  if (event.subject === '' || event.id === '' || event.source === '' || event.type === '') {
    throw new TypeError(`event ${event.id} of ${event.topic}: id, source, type and subject must not be empty`);
  }
  if (event.sequence < 1n) throw new TypeError(`event ${event.id} of ${event.topic}: sequence ${event.sequence} is below 1`);
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_source: event.source,
    ce_type: event.type,
    ce_subject: event.subject,
    ce_time: timeText(event.time),
    ce_sequence: event.sequence.toString(),
    'content-type': 'application/json',
  };
  if (event.traceparent) headers['traceparent'] = event.traceparent;
  if (event.extensions) {
    for (const name in event.extensions) if (!KNOWN_HEADERS.has(name)) headers[name] = event.extensions[name]!;
  }
  return { key: event.subject, value: toBuffer(event.data), headers };
}

export function encodeProgress(source: string, topic: string, partition: number, through: Date, now: Date): OutRecord {
  const iso = through.toISOString();
  return {
    key: null,
    value: Buffer.from(JSON.stringify({ through: iso })),
    headers: {
      ce_specversion: '1.0', ce_id: `progress:${topic}:${partition}:${iso}`, ce_source: source, ce_type: Progress.TYPE,
      ce_time: now.toISOString(), 'content-type': 'application/json',
    },
    partition,
  };
}

let parsedText = '';
let parsedTime = new Date(Number.NaN);

function parseTime(text: string): Date {
  if (text !== parsedText) {
    parsedTime = new Date(text);
    parsedText = text;
  }
  return parsedTime;
}

export function headerText(value: HeaderValue): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? headerText(value[0]) : value.toString();
}

const MAX_SAFE_DIGITS = 15;

function parseSequence(text: string): bigint | undefined {
  if (text.length <= MAX_SAFE_DIGITS) {
    const number = Number(text);
    return Number.isInteger(number) && number > 0 && String(number) === text ? BigInt(number) : undefined;
  }
  return /^[1-9][0-9]{15,18}$/.test(text) ? BigInt(text) : undefined;
}

export function decodeRecord(topic: string, partition: number, record: InRecord): ReceivedEvent | Progress | Malformed {
  const headers = record.headers ?? {};
  const specversion = headerText(headers['ce_specversion']);
  if (specversion !== '1.0') return new Malformed(`ce_specversion is ${specversion ?? 'missing'}, not 1.0`);
  const type = headerText(headers['ce_type']);
  if (!type) return new Malformed('ce_type is missing');
  if (record.value === null) return new Malformed('the value is missing');
  if (type === Progress.TYPE) return decodeProgress(record.value);
  const id = headerText(headers['ce_id']);
  if (!id) return new Malformed('ce_id is missing');
  const source = headerText(headers['ce_source']);
  if (!source) return new Malformed('ce_source is missing');
  const subject = headerText(headers['ce_subject']);
  if (!subject) return new Malformed('ce_subject is missing');
  const sequenceText = headerText(headers['ce_sequence']);
  if (!sequenceText) return new Malformed('ce_sequence is missing');
  const sequence = parseSequence(sequenceText);
  if (sequence === undefined) return new Malformed('ce_sequence is not a whole number from 1');
  const timeHeader = headerText(headers['ce_time']);
  if (!timeHeader) return new Malformed('ce_time is missing');
  const time = parseTime(timeHeader);
  if (Number.isNaN(time.getTime())) return new Malformed('ce_time is not an RFC 3339 time');
  let extensions: Record<string, string> | undefined;
  for (const name in headers) if (!KNOWN_HEADERS.has(name)) (extensions ??= {})[name] = headerText(headers[name]) ?? '';
  return {
    topic, id, source, type, subject, sequence, time,
    traceparent: headerText(headers['traceparent']),
    data: record.value, extensions, partition, offset: BigInt(record.offset),
  };
}

function decodeProgress(value: Buffer): Progress | Malformed {
  try {
    const { through } = JSON.parse(value.toString()) as { through?: unknown };
    const time = new Date(typeof through === 'string' ? through : Number.NaN);
    return Number.isNaN(time.getTime()) ? new Malformed('Progress without a valid "through"') : new Progress(time);
  } catch {
    return new Malformed('Progress is not JSON');
  }
}
