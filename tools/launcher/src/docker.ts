import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { onPath, run } from './programs.ts';

const ANSWER_LIMIT_MS = 3_000;

/** Whether a Docker engine answers (the command alone is not enough). */
export async function dockerAnswers(): Promise<boolean> {
  if (!onPath('docker')) return false;
  return run('docker', ['info', '--format', '{{.ServerVersion}}'], ANSWER_LIMIT_MS).then(() => true, () => false);
}

/** The volume that keeps what belongs to a data folder: a bind mount would have the container's owner and rights. */
export function volumeOf(dataDir: string, name: string): string {
  return `youdian-${name}-${createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 12)}`;
}

/** A container that can be killed and started again at the same host port. */
export interface Container {
  kill(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
}

/** By testcontainers' own client, which has no such calls on its started containers. */
export async function container(id: string, ready: () => Promise<void>): Promise<Container> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  const client = await getContainerRuntimeClient();
  const handle = client.container.getById(id);
  return {
    kill: async (signal = 'SIGKILL') => void (await handle.kill({ signal })),
    start: async () => {
      await handle.start();
      await ready();
    },
  };
}

/** Asks until it holds. */
export async function eventually(holds: () => Promise<boolean>, limitMs: number, what: string): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what} was not ready within ${limitMs} ms`);
    await new Promise((again) => setTimeout(again, 100));
  }
}
