import { realTimers, type Timers } from './timers.ts';

/** Resolves after `ms`, or at once when aborted. */
export function pause(ms: number, signal: AbortSignal, timers: Timers = realTimers): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = timers.after(ms, done);
    signal.addEventListener('abort', done);
  });
}

const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 2_000;

/** Resolves like `work`, or with undefined as soon as it is aborted, whatever becomes of the work. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  let giveUp = () => {};
  const aborted = new Promise<undefined>((resolve) => (giveUp = () => resolve(undefined)));
  signal.addEventListener('abort', giveUp);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** Tries until it works or is aborted; true when it worked. `failed` hears of each failure, and of undefined at the end. */
export async function untilDone(
  work: () => Promise<unknown>, signal: AbortSignal, failed: (error: Error | undefined) => void, timers: Timers = realTimers,
): Promise<boolean> {
  for (let delay = RETRY_FIRST_MS; !signal.aborted; delay = Math.min(delay * 2, RETRY_MAX_MS)) {
    try {
      await unlessAborted(work(), signal);
      if (signal.aborted) return false;
      failed(undefined);
      return true;
    } catch (error) {
      failed(error as Error);
      await pause(delay, signal, timers);
    }
  }
  return false;
}
