/** Aggregates without a store, for unit tests of what is built on them. */
import { inputHash, type AggregateStore, type DomainEvent } from '@youdian/commit-log';
import { isRejection, Rejected, type Rejection } from '@youdian/rejection';
import { keyReused } from '../ledger/rejections.ts';

interface Answer {
  readonly result: unknown;
  readonly version: number;
  readonly replayed: boolean;
}

type Store<S, E extends DomainEvent> = AggregateStore<S, E>;

export function memoryAggregates<S, E extends DomainEvent>(evolve: (state: S, event: E) => S, now: Date, initial: S): Store<S, E> {
  const aggregates = new Map<string, { readonly state: S; readonly version: number }>();
  const answers = new Map<string, { readonly hash: string; readonly answer: Answer }>();

  const executeOne = (id: string, { actor, operation, key, input }: Parameters<Store<S, E>['execute']>[1], decide: Parameters<Store<S, E>['execute']>[2]): Answer | Rejection => {
    const used = `${actor}|${operation}|${id}|${key}`;
    const hash = inputHash(input);
    const earlier = answers.get(used);
    if (earlier) return earlier.hash === hash ? { ...earlier.answer, replayed: true } : keyReused;
    const { state, version } = aggregates.get(id) ?? { state: initial, version: 0 };
    const decision = decide(state, now);
    if (isRejection(decision)) return decision;
    aggregates.set(id, { state: decision.events.reduce(evolve, state), version: version + 1 });
    const answer = { result: decision.result, version: version + 1, replayed: false };
    answers.set(used, { hash, answer });
    return answer;
  };

  const store = {
    execute: async (...asked: Parameters<typeof executeOne>) => {
      const answer = executeOne(...asked);
      if (isRejection(answer)) throw new Rejected(answer);
      return answer;
    },
    executeMany: async (items: Parameters<Store<S, E>['executeMany']>[0]) => items.map(({ id, command, decide }) => {
      const answer = executeOne(id, command, decide);
      return isRejection(answer) ? { rejection: answer } : answer;
    }),
    read: async (id: string) => aggregates.get(id),
    unsettled: async () => [],
    find: async (filter: object, { limit = 100, sort, after = '' }: { limit?: number; sort?: { field: string }; after?: string } = {}) => {
      const items = [...aggregates].sort(([a], [b]) => (a < b ? -1 : 1)).filter(([id]) => id > after).flatMap(([id, { state, version }]) => (matches({ state }, filter) ? [{ id, state, version }] : []));
      if (sort) items.sort((a, b) => (valuesAt({ ...a, _id: a.id }, sort.field)[0]! < valuesAt({ ...b, _id: b.id }, sort.field)[0]! ? -1 : 1));
      // Pages by id alone.
      return { items: items.slice(0, limit), ...(items.length > limit && !sort && { next: items[limit - 1]!.id }) };
    },
  };
  return store as unknown as Store<S, E>;
}

function matches(document: object, filter: object): boolean {
  return Object.entries(filter).every(([path, wanted]) => {
    return valuesAt(document, path).some((value) => (isOperators(wanted) ? Object.entries(wanted).every(([operator, bound]) => holds(operator, value, bound)) : value === wanted));
  });
}

function valuesAt(document: object, path: string): any[] {
  return path.split('.').reduce<any[]>((from, name) => from.flatMap((value) => value?.[name]), [document]);
}

function isOperators(wanted: unknown): wanted is object {
  return typeof wanted === 'object' && wanted !== null && !(wanted instanceof Date);
}

function holds(operator: string, value: any, bound: any): boolean {
  switch (operator) {
    case '$gt': return value > bound;
    case '$gte': return value >= bound;
    case '$lt': return value < bound;
    case '$lte': return value <= bound;
    case '$in': return (bound as unknown[]).includes(value);
    default: throw new Error(`${operator} is not played here`);
  }
}
