import type { Posting } from '@youdian/contracts-billing/ledger';
import type { Rejection } from '@youdian/rejection';
import { keyReused } from '../rejections.ts';
import type { Ledger } from '../state.ts';

/** Who asks for it, and when the ledger takes it up. */
export interface Context {
  readonly at: Date;
  /** `role:id` */
  readonly actor: string;
  readonly traceparent?: string | undefined;
}

export interface Command {
  /** Unique for ever within the shard: `caller|operation|account|key`. */
  readonly key: string;
  readonly inputHash: Buffer;
  readonly accountNo: string;
  /** The threshold the account gets when it is not in the ledger yet but is known to exist; undefined: not known. */
  readonly openWithFen?: bigint | undefined;
}

/** Postings to append, in order, and which of them answers; or the posting that answered the key at first; or a refusal. */
export type Decision =
  | { readonly kind: 'post'; readonly postings: readonly Posting[]; readonly answer: Posting }
  | { readonly kind: 'repeat'; readonly sequence: number; readonly refused: boolean }
  | { readonly kind: 'reject'; readonly rejection: Rejection };

export function reject(rejection: Rejection): Decision {
  return { kind: 'reject', rejection };
}

/** The first answer, where the key has been used before. */
export function recall(ledger: Ledger, { key, inputHash }: Pick<Command, 'key' | 'inputHash'>): Decision | undefined {
  const earlier = ledger.keys.find(key, inputHash);
  if (!earlier) return undefined;
  return earlier.sameInput ? { kind: 'repeat', sequence: earlier.sequence, refused: earlier.refused } : reject(keyReused);
}
