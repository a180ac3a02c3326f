/** Groups what arrives, in order: a group is full, or its first item has waited long enough for more. */
export async function* gather<T>(items: AsyncIterable<T>, max: number, lingerMs: number): AsyncIterable<T[]> {
  const iterator = items[Symbol.asyncIterator]();
  let timer: NodeJS.Timeout | undefined;
  try {
    let group: T[] = [];
    let waited: Promise<'waited'> | undefined;
    for (let next = read(iterator); ; ) {
      const arrived = await (waited ? Promise.race([next, waited]) : next);
      if (arrived !== 'waited') {
        if (arrived.done) {
          if (group.length > 0) yield group;
          return;
        }
        group.push(arrived.value);
        next = read(iterator);
        waited ??= new Promise((resolve) => (timer = setTimeout(resolve, lingerMs, 'waited')));
        if (group.length < max) continue;
      }
      clearTimeout(timer);
      waited = undefined;
      yield group;
      group = [];
    }
  } finally {
    clearTimeout(timer);
    // Not awaited: who has nothing more to say would hold up who has stopped listening.
    void iterator.return?.().catch(() => {});
  }
}

function read<T>(iterator: AsyncIterator<T>): Promise<IteratorResult<T>> {
  const next = iterator.next();
  next.catch(() => {}); // awaited later
  return next;
}
