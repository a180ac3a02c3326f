/** Reading many aggregates of one store. */
import type { AggregateStore, FindOptions } from '@youdian/commit-log';

type Store<S> = Pick<AggregateStore<S | undefined, any>, 'read' | 'find'>;
type Filter<S> = Parameters<Store<S>['find']>[0];

/** Those whose ids are numbered from 1 without gaps, oldest first. */
export async function readNumbered<S>(store: Pick<Store<S>, 'read'>, idOf: (number: number) => string, max: number): Promise<S[]> {
  const found: S[] = [];
  for (let number = 1; number <= max; number++) {
    const one = await store.read(idOf(number));
    if (!one?.state) break;
    found.push(one.state);
  }
  return found;
}

/** Page by page, in the order of `sort`. Over read documents, which follow the commits within moments. */
export async function* pagesOf<S>(store: Pick<Store<S>, 'find'>, filter: Filter<S>, options: Omit<FindOptions, 'after'>): AsyncGenerator<readonly S[]> {
  for (let after: string | undefined; ; ) {
    const page = await store.find(filter, { ...options, after });
    yield page.items.map(({ state }) => state!);
    if (!page.next) return;
    after = page.next;
  }
}

/** All pages together; once there are `most` or more, no further page is read. */
export async function findAll<S>(store: Pick<Store<S>, 'find'>, filter: Filter<S>, limit: number, most = Infinity): Promise<S[]> {
  const found: S[] = [];
  for await (const page of pagesOf(store, filter, { limit })) {
    found.push(...page);
    if (found.length >= most) break;
  }
  return found;
}
