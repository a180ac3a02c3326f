import type { Document } from 'mongodb';

/** One accepted command: state change, events, idempotency record and audit entry in a single insert. Never changed, but for `open`. */
export interface Commit {
  /** `<stream>:<seq>`, seq zero-padded so that `_id` order is stream order. Its uniqueness is the fence. */
  readonly _id: string;
  /** `<aggregate>:<id>` */
  readonly stream: string;
  /** Gapless from 1. */
  readonly seq: number;
  /** `<actor>|<operation>|<stream>|<caller's key>`, unique for ever. */
  readonly key: string;
  /** SHA-256 of the command's input: tells a retry from another command under the same key. */
  readonly inputHash: string;
  /** The first answer, which every retry gets. */
  readonly result?: unknown;
  readonly events: readonly StoredEvent[];
  readonly operation: string;
  readonly actor: string;
  readonly at: Date;
  readonly traceparent?: string;
  /** Present until the commit is in the read document and published. */
  readonly open?: 1;
}

export interface StoredEvent {
  readonly type: string;
  /** Running count of the stream's events, from 1: becomes `ce_sequence`. */
  readonly sequence: number;
  /** The payload message in proto3 JSON. */
  readonly data: unknown;
  /** Never published. */
  readonly kept?: Document;
}

const SEQ_DIGITS = 12;
export const MAX_SEQ = 10 ** SEQ_DIGITS - 1;

export function commitId(stream: string, seq: number): string {
  return `${stream}:${seq.toString().padStart(SEQ_DIGITS, '0')}`;
}

/** The name before the first colon: the aggregate's kind. */
export function streamName(stream: string): string {
  return stream.slice(0, stream.indexOf(':'));
}

export function streamSubject(stream: string): string {
  return stream.slice(stream.indexOf(':') + 1);
}

/** Above every `_id` of the stream. */
export function streamEnd(stream: string): string {
  return `${stream}:~`;
}

/** `_id`s of all streams of that name lie between. */
export function nameRange(name: string): { readonly after: string; readonly before: string } {
  return { after: `${name}:`, before: `${name};` };
}
