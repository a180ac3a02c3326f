import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const RESTART_FIRST_MS = 200;
const RESTART_LIMIT_MS = 10_000;
/** Who ran so long starts again with the first, short delay. */
const SETTLED_MS = 30_000;
/** Who never came up in so many starts will not. */
const FIRST_STARTS_MAX = 6;
const DRAIN_LIMIT_MS = 15_000;
const PROBE_EVERY_MS = 50;
const PROBE_LIMIT_MS = 2_000;
/** EX_CONFIG: trying again with the same configuration helps nobody. */
const WRONG_CONFIG = 78;
const LOG_TAIL_CHARACTERS = 2_000;
/** kafkajs sets one timer too late; Node warns of it, to no effect. */
const NO_FALSE_ALARM = '--disable-warning=TimeoutNegativeWarning';

export interface ServiceOptions {
  /** Folder under apps/. */
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** `host:port` of its admin server. */
  readonly admin: string;
  readonly logFile: string;
  readonly say: (text: string) => void;
  readonly spawned: (pid: number | undefined) => void;
}

/** One service in its own process, which is started again when it dies. */
export interface Service {
  readonly name: string;
  readonly adminUrl: string;
  readonly logFile: string;
  readonly pid: number | undefined;
  /** How often it has been started. */
  readonly starts: number;
  /** What /readyz waits for by name; empty when ready; `service` names what is wrong when it does not answer. */
  waiting(): Promise<Record<string, string>>;
  untilReady(limitMs: number): Promise<void>;
  /** What dies is started again, that once with `env` on top: so a test aims the next crash. */
  kill(signal: NodeJS.Signals, env?: Readonly<Record<string, string>>): void;
  /** Drains it and starts it anew, this once with `env` on top. */
  restart(env?: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
// Whoever is ended by force must not leave its services behind.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export function startService(options: ServiceOptions): Service {
  const { name, admin, logFile, say } = options;
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  let wanted = true;
  let starts = 0;
  let delay = RESTART_FIRST_MS;
  let timer: NodeJS.Timeout | undefined;
  let broken: string | undefined;
  let wasReady = false;
  let nextEnv: Readonly<Record<string, string>> = {};

  const run = () => {
    const extra = nextEnv;
    nextEnv = {};
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a');
    const began = Date.now();
    starts += 1;
    // A process group of its own: Ctrl-C in the terminal reaches the supervisor only, which then stops all in order.
    const spawned = spawn(process.execPath, [NO_FALSE_ALARM, join(ROOT, 'apps', name, 'src', 'main.ts')], { cwd: ROOT, detached: true, stdio: ['ignore', log, log], env: { ...options.env, ...extra } });
    closeSync(log);
    child = spawned;
    running.add(spawned);
    options.spawned(spawned.pid);
    ended = new Promise((resolve) => {
      spawned.once('error', (error) => ((broken = error.message), resolve()));
      spawned.once('exit', (code, signal) => {
        child = undefined;
        running.delete(spawned);
        resolve();
        if (!wanted) return;
        if (code === WRONG_CONFIG) {
          broken = tail(logFile);
          return say(`${name}: 配置有误,未能启动 wrong configuration: ${broken}`);
        }
        if (!wasReady && starts >= FIRST_STARTS_MAX) {
          broken = tail(logFile);
          return say(`${name}: 启动了 ${starts} 次都没有成功,不再尝试 did not come up in ${starts} starts, given up; log: ${logFile}`);
        }
        if (Date.now() - began > SETTLED_MS) delay = RESTART_FIRST_MS;
        say(`${name}: 已退出(${signal ?? code}),${delay} 毫秒后重新启动 ended, starting again in ${delay} ms; log: ${logFile}`);
        timer = setTimeout(run, delay);
        delay = Math.min(delay * 2, RESTART_LIMIT_MS);
      });
    });
  };

  const end = async () => {
    wanted = false;
    clearTimeout(timer);
    child?.kill('SIGTERM');
    const force = setTimeout(() => {
      say(`${name}: ${DRAIN_LIMIT_MS / 1_000} 秒内未停下,强制结束 did not stop in time, killed`);
      child?.kill('SIGKILL');
    }, DRAIN_LIMIT_MS);
    await ended;
    clearTimeout(force);
  };

  const waiting = async (): Promise<Record<string, string>> => {
    if (broken) return { service: broken };
    try {
      const response = await fetch(`http://${admin}/readyz`, { signal: AbortSignal.timeout(PROBE_LIMIT_MS) });
      if (response.ok) return {};
      return ((await response.json()) as { waiting: Record<string, string> }).waiting;
    } catch {
      return { service: 'does not answer yet' };
    }
  };

  run();
  return {
    name,
    adminUrl: `http://${admin}`,
    logFile,
    get pid() {
      return child?.pid;
    },
    get starts() {
      return starts;
    },
    waiting,
    untilReady: async (limitMs) => {
      const began = Date.now();
      for (;;) {
        const reasons = await waiting();
        if (Object.keys(reasons).length === 0) return void (wasReady = true);
        if (broken || Date.now() - began > limitMs) {
          throw new Error(`${name} is not ready after ${Date.now() - began} ms: ${JSON.stringify(reasons)}\n${tail(logFile)}`);
        }
        await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
      }
    },
    kill: (signal, env = {}) => {
      nextEnv = env;
      child?.kill(signal);
    },
    restart: async (env = {}) => {
      await end();
      wanted = true;
      delay = RESTART_FIRST_MS;
      nextEnv = env;
      run();
    },
    stop: end,
  };
}

export function tail(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(-LOG_TAIL_CHARACTERS);
  } catch {
    return '';
  }
}
