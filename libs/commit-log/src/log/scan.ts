import type { Collection, Filter } from 'mongodb';

const PAGE = 1_000;

/**
 * Documents with `after < _id < before`, in `_id` order. Page by page, each a query of its own: a slow reader keeps no
 * cursor open, and no timeout can end it midway.
 */
export async function* scan<T extends { readonly _id: string }>(collection: Collection<T>, after: string, before: string, also: Filter<T> = {}, pageSize = PAGE): AsyncGenerator<T> {
  for (let from = after; ; ) {
    const range = { ...also, _id: { $gt: from, $lt: before } } as Filter<T>;
    const page = (await collection.find(range, { readConcern: 'majority' }).sort({ _id: 1 }).limit(pageSize).toArray()) as unknown as T[];
    yield* page;
    if (page.length < pageSize) return;
    from = page.at(-1)!._id;
  }
}
