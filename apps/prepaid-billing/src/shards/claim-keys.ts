import { decideClaims } from '../ledger/decide/claims.ts';
import type { Context } from '../ledger/decide/command.ts';
import { job } from './job.ts';

interface Claims {
  readonly claims: readonly { readonly key: string; readonly inputHash: Buffer }[];
  readonly context: Omit<Context, 'at'>;
}

/** Claims keys that must be unique over all shards, each in the one shard that its caller always asks; in the order of the claims. */
export const CLAIM_KEYS = job('claim-keys', (shard, { claims, context }: Claims) =>
  shard.submit((ledger, at) => {
    const { postings, verdicts } = decideClaims(ledger, claims, { ...context, at });
    return { postings, result: verdicts };
  }));
