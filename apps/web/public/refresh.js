/** Asks again at intervals: only while somebody looks, never twice at once, and more rarely while it fails. */

export const EVERY_SECONDS = 30;
const FAILING_SECONDS_MAX = 300;

/**
 * @param {() => Promise<boolean>} work true when all went well
 */
export function startRefreshing(work) {
  let failures = 0;
  let running = false;
  let again = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let dueAt = 0;

  const plan = () => {
    clearTimeout(timer);
    if (document.hidden) return;
    timer = setTimeout(run, Math.max(0, dueAt - Date.now()));
  };
  const run = async () => {
    clearTimeout(timer);
    if (running) {
      again = true;
      return;
    }
    running = true;
    do {
      again = false;
      failures = (await work()) ? 0 : failures + 1;
    } while (again);
    running = false;
    dueAt = Date.now() + Math.min(EVERY_SECONDS * 2 ** failures, FAILING_SECONDS_MAX) * 1_000;
    plan();
  };
  document.addEventListener('visibilitychange', plan);
  void run();
  return { now: run };
}
