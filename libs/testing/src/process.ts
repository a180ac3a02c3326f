import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

const STOP_LIMIT_MS = 15_000;

/** A process that a test started: what it said, and how to end it. */
export interface Started {
  readonly child: ChildProcess;
  /** What it wrote so far, both streams together. */
  output(): string;
  /** Resolves with the first match in its output; fails, quoting the output, when the process ends or time runs out. */
  said(pattern: RegExp, limitMs: number): Promise<RegExpExecArray>;
  /** SIGTERM, and SIGKILL when it takes too long. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash would. */
  kill(): Promise<void>;
}

const running = new Set<ChildProcess>();
// A test file that fails half-way must not leave its processes behind.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Started {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let text = '';
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => ((text += error.message), resolve()));
    child.once('close', () => resolve());
  }).then(() => void running.delete(child));
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (const listener of listeners) listener();
    });
  }
  return {
    child,
    output: () => text,
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
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await ended;
      clearTimeout(force);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
