interface Asked<T> {
  readonly answer: Promise<T>;
  readonly atMs: number;
}

interface Entry<T> {
  /** Answered. */
  known?: Asked<T>;
  newest?: Asked<T>;
}

/**
 * Asks for each key once for all who come within `keptMs`, so that what has changed since is heard of so much later at most. Who
 * comes in the second half of that has the next answer sought for those after him: who asks often never waits.
 */
export function sharing<T>(ask: (key: string) => Promise<T>, keptMs: number, now: () => number = () => performance.now()): (key: string) => Promise<T> {
  const entries = new Map<string, Entry<T>>();
  const isWithin = (asked: Asked<T> | undefined, ms: number) => asked !== undefined && now() - asked.atMs < ms;
  const begin = (key: string, entry: Entry<T>): Promise<T> => {
    const asked: Asked<T> = { atMs: now(), answer: ask(key) };
    entry.newest = asked;
    const ended = (known: Asked<T> | undefined) => {
      if (entry.newest !== asked) return;
      entry.known = known;
      entry.newest = known;
    };
    asked.answer.then(() => ended(asked), () => ended(entry.known));
    setTimeout(() => void (!(entry.newest && entry.newest.atMs > asked.atMs) && entries.delete(key)), keptMs).unref();
    return asked.answer;
  };
  return (key) => {
    let entry = entries.get(key);
    if (!entry) entries.set(key, (entry = {}));
    const { known, newest } = entry;
    if (!isWithin(known, keptMs)) return isWithin(newest, keptMs) ? newest!.answer : begin(key, entry);
    if (newest === known && !isWithin(known, keptMs / 2)) begin(key, entry).catch(() => {}); // who comes next tries again
    return known!.answer;
  };
}
