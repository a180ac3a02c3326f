import { bell } from './bell.ts';

/**
 * Works on what arrives, at most `limit` at once, and gives each result as soon as it is there, in any order. Results
 * that nobody has taken count too, so who does not listen is not read from. The first failure ends it.
 */
export async function* overlap<T, R>(items: AsyncIterable<T>, limit: number, work: (item: T) => Promise<R>): AsyncIterable<R> {
  const iterator = items[Symbol.asyncIterator]();
  const room = bell();
  const news = bell();
  let results: R[] = [];
  let running = 0;
  let failure: { readonly error: unknown } | undefined;
  let ended = false;
  const fail = (error: unknown) => {
    failure ??= { error };
    news.ring();
  };
  const done = (result: R) => {
    running -= 1;
    results.push(result);
    news.ring();
  };
  const read = async () => {
    for (;;) {
      while (running + results.length >= limit && !ended) await room.heard();
      const next = ended ? undefined : await iterator.next();
      if (!next || next.done) break;
      running += 1;
      work(next.value).then(done, fail);
    }
    ended = true;
    news.ring();
  };
  read().catch(fail);
  try {
    for (;;) {
      const some = results;
      results = [];
      yield* some;
      if (failure) throw failure.error;
      if (results.length > 0) continue;
      if (ended && running === 0) return;
      room.ring();
      await news.heard();
    }
  } finally {
    ended = true;
    room.ring();
    void iterator.return?.().catch(() => {});
  }
}
