/**
 * Decisions are made on open personal data and committed sealed, with the key of the customer. To unseal takes a moment,
 * so a decision is made on the state as it was read, and counts only if the state is still that one at the commit.
 */
import { createHmac, createSecretKey } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { inputHash, type Decide } from '@youdian/commit-log';
import type { Sealer } from '@youdian/personal-data';
import { isRejection, Rejected, type Rejection } from '@youdian/rejection';

export interface SealedPart {
  readonly sealed: Uint8Array;
}

interface Opened {
  readonly personal: object;
}
interface Told {
  readonly kept: object;
}
export type SealedState<S extends Opened> = Omit<S, 'personal'> & { readonly personal: SealedPart };
export type SealedEvent<E extends Told> = E extends unknown ? Omit<E, 'kept'> & { readonly kept: SealedPart } : never;

/** One decision about one aggregate: what was read, and what was decided on it when it was open. */
export interface Decided<S extends Opened, E extends Told> {
  /** Whose key seals it. */
  readonly person: string;
  readonly read: SealedState<S> | undefined;
  readonly events: readonly E[] | Rejection;
}

/** What a store takes: the sealed events, with the state after them as the result. */
export type SealedDecide<S extends Opened, E extends Told> = Decide<SealedState<S> | undefined, SealedEvent<E>, SealedState<S>>;
type Evolve<S extends Opened, E extends Told> = (state: SealedState<S> | undefined, event: SealedEvent<E>) => SealedState<S>;

export interface Sealing {
  /** The personal parts made readable; empty where the person's key was erased. */
  openMany<S extends Opened>(items: readonly { state: SealedState<S>; person: string }[]): Promise<S[]>;
  open<S extends Opened>(state: SealedState<S>, person: string): Promise<S>;
  sealMany<S extends Opened, E extends Told>(items: readonly Decided<S, E>[], evolve: Evolve<S, E>): Promise<SealedDecide<S, E>[]>;
  seal<S extends Opened, E extends Told>(item: Decided<S, E>, evolve: Evolve<S, E>): Promise<SealedDecide<S, E>>;
  /** Tells one input from another without giving it away: for the commit's input hash. */
  mark(input: object): string;
}

const RACES_MAX = 5;

/** Somebody else changed it since it was read: read it again. */
class ChangedMeanwhile extends Rejected {
  constructor() {
    super({
      kind: 'unavailable',
      code: 'CONTENDED',
      zh: '该记录正被他人修改,请用同一个 Idempotency-Key 重试。',
      en: 'Somebody else is changing this at the moment: retry with the same Idempotency-Key.',
    });
  }
}

const ERASED = { name: '', phone: '', language: 'zh', address: '' };

export function createSealing(sealer: Sealer, masterKey: Uint8Array): Sealing {
  const markKey = createSecretKey(masterKey);
  async function openMany<S extends Opened>(items: readonly { state: SealedState<S>; person: string }[]): Promise<S[]> {
    const opened = await sealer.openMany(items.map(({ state, person }) => ({ person, sealed: state.personal.sealed })));
    return items.map(({ state }, index) => ({ ...state, personal: opened[index] === 'erased' ? ERASED : opened[index] }) as unknown as S);
  }

  async function sealMany<S extends Opened, E extends Told>(items: readonly Decided<S, E>[], evolve: Evolve<S, E>): Promise<SealedDecide<S, E>[]> {
    const parts = items.flatMap(({ person, events }) => (isRejection(events) ? [] : events.map(({ kept }) => ({ person, data: kept }))));
    const sealed = (await sealer.sealMany(parts)).values();
    return items.map(({ events, read }) => {
      if (isRejection(events)) return () => events;
      const committed = events.map((event) => ({ ...event, kept: { sealed: Buffer.from(sealed.next().value!) } }) as unknown as SealedEvent<E>);
      return (state) => {
        if (!isDeepStrictEqual(state, read)) throw new ChangedMeanwhile();
        return { events: committed, result: committed.reduce(evolve, state)! };
      };
    });
  }

  return {
    openMany,
    open: async (state, person) => (await openMany([{ state, person }]))[0]! as never,
    sealMany,
    seal: async (item, evolve) => (await sealMany([item], evolve))[0]!,
    mark: (input) => createHmac('sha256', markKey).update(inputHash(input)).digest('hex'),
  };
}

/** Reads, decides and commits anew when somebody else was faster. */
export async function untilUnchanged<T>(attempt: () => Promise<T>): Promise<T> {
  for (let races = 1; ; races += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ChangedMeanwhile) || races === RACES_MAX) throw error;
    }
  }
}
