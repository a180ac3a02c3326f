/** Real Kafka and MongoDB for this lib's own tests; `@youdian/testing` builds on this lib, so it cannot be used here. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { startKafka, startMongo } from '@youdian/launcher';

export interface Servers {
  readonly brokers: string;
  mongoUri(database: string): string;
  stop(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const [kafka, mongo] = await Promise.all([startKafka(), startMongo()]);
  return {
    brokers: kafka.brokers[0]!,
    mongoUri: (database) => mongo.databaseUri(database),
    stop: async () => { await Promise.all([kafka.stop(), mongo.stop()]); },
  };
}

/** A process of this lib that a test starts to see it killed. */
export interface Victim {
  output(): string;
  /** Resolves with the signal that ended it; null when it ended by itself. */
  ended(): Promise<NodeJS.Signals | null>;
  kill(): Promise<void>;
}

const victims = new Set<ChildProcess>();
process.on('exit', () => victims.forEach((child) => child.kill('SIGKILL')));

export function startVictim(mode: 'publish' | 'consume', env: NodeJS.ProcessEnv): Victim {
  const main = new URL('./it-process.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--no-warnings', main, mode], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  victims.add(child);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; });
  const ended = once(child, 'close').then(([, signal]) => {
    victims.delete(child);
    return signal as NodeJS.Signals | null;
  });
  return { output: () => text, ended: () => ended, kill: async () => { child.kill('SIGKILL'); await ended; } };
}
