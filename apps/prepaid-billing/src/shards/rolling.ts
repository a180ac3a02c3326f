import type { Posting } from '@youdian/contracts-billing/ledger';
import { decideBarriers, isDayOver } from '../ledger/decide/day.ts';
import type { Ledger } from '../ledger/state.ts';
import type { LedgerShard } from './ledger-shard.ts';

/** As whom the ledger notes what nobody asked for. */
export const CLOCKWORK = 'service:prepaid-billing';

/** What is beneath: a shard that knows nothing of days. */
export interface PlainShard {
  submit<T>(decide: (ledger: Ledger, at: Date) => { readonly postings?: readonly Posting[]; readonly result: T }): Promise<T>;
  postings(sequences: readonly number[]): Promise<Posting[]>;
}

const DAY_OVER = Symbol('the day is over');

/** Closes each day before anything is decided on the next: whoever comes first after midnight does it. */
export function rolling(shard: PlainShard): LedgerShard {
  const submit: LedgerShard['submit'] = async (decide) => {
    for (;;) {
      const outcome = await shard.submit((ledger, at) => (isDayOver(ledger, at) ? { result: DAY_OVER } : decide(ledger, at)) as ReturnType<typeof decide>);
      if ((outcome as unknown) !== DAY_OVER) return outcome;
      await shard.submit((ledger, at) => ({ postings: decideBarriers(ledger, { at, actor: CLOCKWORK }), result: undefined }));
    }
  };
  return { submit, read: (look) => submit((ledger) => ({ postings: [], result: look(ledger) })), postings: (sequences) => shard.postings(sequences) };
}
