import type { Posting } from '@youdian/contracts-billing/ledger';
import { decideBarriers, isDayOver } from '../ledger/decide/day.ts';
import type { Ledger } from '../ledger/state.ts';
import type { Decide, LedgerShard } from './ledger-shard.ts';

/** As whom the ledger notes what nobody asked for. */
export const CLOCKWORK = 'service:prepaid-billing';

/** What is beneath: a shard that knows nothing of days. */
export interface PlainShard {
  submit<T>(decide: PlainDecide<T>): Promise<T>;
  submitAll<T>(decides: readonly PlainDecide<T>[]): Promise<T[]>;
  postings(sequences: readonly number[]): Promise<Posting[]>;
}

type PlainDecide<T> = (ledger: Ledger, at: Date) => { readonly postings?: readonly Posting[]; readonly result: T };

const DAY_OVER: unique symbol = Symbol('the day is over');
const OVER: { readonly postings: readonly Posting[]; readonly result: typeof DAY_OVER } = { postings: [], result: DAY_OVER };

/** Closes each day before anything is decided on the next: whoever comes first after midnight does it. */
export function rolling(shard: PlainShard): LedgerShard {
  const closeDays = () => shard.submit((ledger, at) => ({ postings: decideBarriers(ledger, { at, actor: CLOCKWORK }), result: undefined }));
  const submit: LedgerShard['submit'] = async (decide) => {
    for (;;) {
      const outcome = await shard.submit(onItsDay(decide));
      if (outcome !== DAY_OVER) return outcome;
      await closeDays();
    }
  };
  const submitAll = async <T>(decides: readonly Decide<T>[]): Promise<T[]> => {
    const results = await shard.submitAll(decides.map(onItsDay));
    for (;;) {
      const over = decides.filter((_, index) => results[index] === DAY_OVER);
      if (over.length === 0) return results as T[];
      await closeDays();
      const later = (await shard.submitAll(over.map(onItsDay))).values();
      for (const [index, result] of results.entries()) if (result === DAY_OVER) results[index] = later.next().value!;
    }
  };
  const ledger: LedgerShard = {
    submit, submitAll,
    ask: (job, input) => job.run(ledger, input),
    read: (look) => submit((state) => ({ postings: [], result: look(state) })),
    postings: (sequences) => shard.postings(sequences),
  };
  return ledger;
}

function onItsDay<T>(decide: Decide<T>): PlainDecide<T | typeof DAY_OVER> {
  return (ledger, at) => (isDayOver(ledger, at) ? OVER : decide(ledger, at));
}
