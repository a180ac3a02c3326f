import type { ShardDefinition } from '@youdian/commit-log';
import type { SimulationOptions } from '@youdian/commit-log/simulation';
import type { Posting } from '@youdian/contracts-billing/ledger';
import { KeyTable, readRuns } from '../ledger/key-table.ts';
import type { Ledger } from '../ledger/state.ts';
import { KEY_LIMITS } from './ledger-workload.ts';

type Definition = ShardDefinition<Ledger, Posting>;

export interface Broken {
  readonly alter?: SimulationOptions['alter'];
  readonly definition?: (right: Definition) => Definition;
}

/** Ways to keep old keys that lack one safeguard each. The simulation must find every one out. */
export const BROKEN: Readonly<Record<string, Broken>> = {
  'looking for an old key before it is taken for a new one': { definition: (right) => ({ ...right, outside: { ...right.outside!, missed: () => [] } }) },

  'answering "retry" while an old key cannot be read': {
    definition: (right) => ({
      ...right,
      outside: {
        ...right.outside!,
        recall: ({ keys }, missed, pages) => keys.recall(missed, { write: (some) => pages.write(some), read: (names) => pages.read(names).catch(() => names.map(() => new Uint8Array())) }),
      },
    }),
  },

  'waiting until a run is durable before its keys leave memory': {
    alter: (store) => ({
      ...store,
      pages: {
        ...store.pages,
        add: async (shard, pages) => {
          store.pages.add(shard, pages).catch(() => {});
          return true;
        },
      },
    }),
  },

  'runs named by the snapshot': withKeys(({ recent }) => new KeyTable(KEY_LIMITS, [], Buffer.concat(recent))),

  'filters kept with their runs': withKeys(({ runs, filters, names, recent }) => {
    const knowNothing = readRuns(runs, Buffer.alloc(Buffer.concat(filters).length), Buffer.concat(names));
    return new KeyTable(KEY_LIMITS, knowNothing, Buffer.concat(recent));
  }),
};

/** Whoever reads a snapshot has other keys than are in it. */
function withKeys(other: (kept: ReturnType<KeyTable['parts']>) => KeyTable): Broken {
  return {
    definition: (right) => ({
      ...right,
      snapshot: {
        ...right.snapshot,
        decode: (bytes) => {
          const ledger = right.snapshot.decode(bytes);
          return { ...ledger, keys: other(ledger.keys.parts()) };
        },
      },
    }),
  };
}
