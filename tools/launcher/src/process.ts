import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';

const STOP_LIMIT_MS = 15_000;
const OUTPUT_KEPT = 256 * 1024;

/** A process that we started: what it said, and how to end it. */
export interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  /** What it wrote last, both streams together. */
  output(): string;
  /** Resolves with the first match in its output; fails, quoting the output, when the process ends or time runs out. */
  said(pattern: RegExp, limitMs: number): Promise<RegExpExecArray>;
  /** Resolves when it has ended, whyever. */
  readonly ended: Promise<void>;
  /** SIGTERM, and SIGKILL when it takes too long. */
  stop(): Promise<void>;
  /** As a crash would; or SIGSTOP and SIGCONT, as a pause would. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Everything it says is appended here. */
  readonly logFile?: string | undefined;
  /** Out of reach of a terminal's Ctrl-C, which would end everything at once and out of order. */
  readonly ownGroup?: boolean;
}

const running = new Set<ChildProcess>();
// Whoever starts processes and fails half-way must not leave them behind.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export function start(command: string, args: readonly string[], options: StartOptions = {}): Started {
  const { env = process.env, cwd, logFile, ownGroup = false } = options;
  const [program, ...rest] = [...dieWithParent(), command, ...args];
  const child = spawn(program!, rest, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: ownGroup });
  running.add(child);
  let text = '';
  const log = logFile ? createWriteStream(logFile, { flags: 'a' }) : undefined;
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => ((text += error.message), resolve()));
    child.once('close', () => resolve());
  }).then(() => {
    running.delete(child);
    log?.end();
  });
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      log?.write(chunk);
      text = (text + chunk).slice(-OUTPUT_KEPT);
      for (const listener of listeners) listener();
    });
  }
  return {
    child,
    pid: child.pid ?? -1,
    output: () => text,
    ended,
    said: (pattern, limitMs) =>
      new Promise((resolve, reject) => {
        const finish = (settle: () => void) => (clearTimeout(timer), listeners.delete(look), settle());
        const look = () => {
          const match = pattern.exec(text);
          if (match) finish(() => resolve(match));
        };
        const fail = (why: string) => finish(() => reject(new Error(`${command} ${why} before it said ${pattern}:\n${text.slice(-4_000)}`)));
        const timer = setTimeout(() => fail(`took more than ${limitMs} ms`), limitMs);
        listeners.add(look);
        void ended.then(() => fail('ended'));
        look();
      }),
    stop: async () => {
      child.kill('SIGTERM');
      child.kill('SIGCONT'); // it may have been paused
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await ended;
      clearTimeout(force);
    },
    kill: async (signal = 'SIGKILL') => {
      child.kill(signal);
      if (signal === 'SIGKILL') await ended;
    },
  };
}

let deathSignal: string[] | undefined;
/** On Linux the kernel ends the child when we are gone, even by SIGKILL; elsewhere only an orderly end does. */
function dieWithParent(): string[] {
  const wrapper = ['setpriv', '--pdeathsig', 'KILL'];
  deathSignal ??= process.platform === 'linux' && spawnSync(wrapper[0]!, [...wrapper.slice(1), 'true']).status === 0 ? wrapper : [];
  return deathSignal;
}

/** Ports of 127.0.0.1 that nobody listens on at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Whether nobody listens on this port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
