/**
 * Works on what arrives, at most `limit` at once, and gives each result as soon as it is there, in any order. Results
 * that nobody has taken count too, so who does not listen is not read from. The first failure ends it.
 */
export async function* overlap<T, R>(items: AsyncIterable<T>, limit: number, work: (item: T) => Promise<R>): AsyncIterable<R> {
  const iterator = items[Symbol.asyncIterator]();
  const results: R[] = [];
  let running = 0;
  let failure: { readonly error: unknown } | undefined;
  let ended = false;
  let changed = Promise.withResolvers<void>();
  const tell = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const start = (item: T) => {
    running += 1;
    work(item).then((result) => void results.push(result), (error: unknown) => (failure ??= { error })).finally(() => {
      running -= 1;
      tell();
    });
  };
  const read = async () => {
    for (;;) {
      while (running + results.length >= limit && !ended) await changed.promise;
      const next = ended ? undefined : await iterator.next();
      if (!next || next.done) return;
      start(next.value);
    }
  };
  read().catch((error: unknown) => (failure ??= { error })).finally(() => {
    ended = true;
    tell();
  });
  try {
    for (;;) {
      for (const result of results.splice(0)) yield result;
      if (failure) throw failure.error;
      if (results.length > 0) continue;
      if (ended && running === 0) return;
      tell();
      await changed.promise;
    }
  } finally {
    ended = true;
    tell();
    void iterator.return?.().catch(() => {});
  }
}
