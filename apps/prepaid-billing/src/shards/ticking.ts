/** Does a job again and again, never twice at a time. Returns what stops it, after the job that is being done. */
export function ticking(everyMs: number, job: () => Promise<void>): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = job().finally(() => (busy = false));
  }, everyMs);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
