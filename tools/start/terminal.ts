/** A second Ctrl-C within this time belongs to the first: npm and the shell pass it on as well. */
const SAME_PRESS_MS = 1_500;

/** Progress lines with the time since the beginning. */
export function teller() {
  const began = Date.now();
  const seconds = () => ((Date.now() - began) / 1_000).toFixed(1);
  return { seconds, say: (text: string) => void process.stdout.write(`[${seconds().padStart(6)} s] ${text}\n`) };
}

/** Stops in order at the first signal, at once at a later one. Returns whether it is stopping. */
export function stopOnSignal(stop: () => Promise<void>): () => boolean {
  let since = 0;
  const onSignal = () => {
    if (since === 0) {
      since = Date.now();
      void stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    } else if (Date.now() - since > SAME_PRESS_MS) {
      process.stderr.write('强制结束 forced\n');
      process.exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return () => since > 0;
}
