import { setTimeout as pause } from 'node:timers/promises';

interface Asked<T> {
  readonly now: Promise<T>;
  next?: Promise<T>;
}

/**
 * Asks for each key once at a time: who comes while an answer is on its way shares the next question with all who do, which
 * sees whatever was there before they came. After an answer that question gathers for another `gatherMs`.
 */
export function sharing<T>(ask: (key: string) => Promise<T>, gatherMs: number): (key: string) => Promise<T> {
  const asked = new Map<string, Asked<T>>();
  const begin = (key: string): Promise<T> => {
    const mine: Asked<T> = { now: ask(key) };
    asked.set(key, mine);
    const done = () => {
      if (!mine.next) asked.delete(key);
    };
    mine.now.then(done, done);
    return mine.now;
  };
  return (key) => {
    const there = asked.get(key);
    if (!there) return begin(key);
    const next = () => pause(gatherMs).then(() => begin(key));
    return (there.next ??= there.now.then(next, next));
  };
}
