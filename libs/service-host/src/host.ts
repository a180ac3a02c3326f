import { createLogger, startTelemetry, systemClock, type Clock, type Logger } from '@youdian/telemetry';
import { serveAdmin } from './admin.ts';

const DRAIN_LIMIT_MS = 10_000;
const RETRY_FIRST_MS = 100;
const RETRY_LIMIT_MS = 2_000;

/** What a service is given to live in: its log, its clock, and the order in which it starts and stops. */
export interface Host {
  readonly name: string;
  readonly log: Logger;
  readonly clock: Clock;
  /** Stopped in the reverse order of registration. */
  onStop(what: string, stop: () => Promise<unknown> | unknown): void;
  /** A line in /readyz: undefined when fine, else what it waits for. Asked anew at each probe. */
  onReady(what: string, check: () => string | undefined): void;
  /** Tries until it works, and says so in /readyz meanwhile. */
  waitFor<T>(what: string, attempt: () => Promise<T>): Promise<T>;
}

/** Runs one service from start to drain: `start` composes it, SIGTERM or SIGINT drains it. */
export async function runService(
  name: string,
  config: { ADMIN_LISTEN: string; LOG_LEVEL: string },
  start: (host: Host) => Promise<void>,
): Promise<void> {
  const log = createLogger(name, config.LOG_LEVEL);
  const stopTelemetry = await startTelemetry(name);
  const stops: { what: string; stop: () => Promise<unknown> | unknown }[] = [];
  const checks = new Map<string, () => string | undefined>([['service', () => 'starting']]);
  let draining = false;

  const host: Host = {
    name,
    log,
    clock: systemClock,
    onStop: (what, stop) => stops.push({ what, stop }),
    onReady: (what, check) => checks.set(what, check),
    waitFor: async (what, attempt) => {
      let problem = 'waiting';
      checks.set(what, () => problem);
      for (let delay = RETRY_FIRST_MS; ; delay = Math.min(delay * 2, RETRY_LIMIT_MS)) {
        try {
          const result = await attempt();
          checks.delete(what);
          return result;
        } catch (error) {
          problem = `waiting: ${(error as Error).message}`;
          log.warn({ what, problem }, 'not available yet, trying again');
          await new Promise((resolve) => setTimeout(resolve, delay));
        }
      }
    },
  };

  const drain = async (signal: string) => {
    if (draining) return;
    draining = true;
    log.info({ signal }, 'draining');
    const limit = setTimeout(() => {
      log.error('drain took too long; what is left will be mended at the next start');
      process.exit(1);
    }, DRAIN_LIMIT_MS);
    for (const { what, stop } of stops.reverse()) {
      await Promise.resolve()
        .then(stop)
        .catch((error: unknown) => log.error({ what, err: error }, 'did not stop cleanly'));
    }
    await stopTelemetry();
    clearTimeout(limit);
    process.exit(0);
  };
  process.on('SIGTERM', () => void drain('SIGTERM'));
  process.on('SIGINT', () => void drain('SIGINT'));
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'unhandled rejection');
    process.exit(1);
  });

  const admin = await serveAdmin(config.ADMIN_LISTEN, () => {
    const waiting: Record<string, string> = draining ? { service: 'draining' } : {};
    for (const [what, check] of checks) {
      const problem = check();
      if (problem) waiting[what] = problem;
    }
    return waiting;
  });
  stops.push({ what: 'admin', stop: admin.close });
  log.info({ admin: admin.address }, 'admin listening');

  try {
    await start(host);
  } catch (error) {
    log.fatal({ err: error }, 'could not start');
    process.exit(1);
  }
  checks.delete('service');
  log.info('ready');
}
