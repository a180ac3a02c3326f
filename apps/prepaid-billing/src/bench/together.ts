/** The same charges by several processes that share the shards: each takes its part of them, and asks the other for what is the other's. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { SHARDS } from './ledger-here.ts';
import type { Server } from './postings.ts';
import { count, measured, say, type Sizes } from './report.ts';

export const PROCESSES = 2;
const MAIN = new URL('./ledger-process.ts', import.meta.url);

/** The accounts are in the ledger already. */
export async function measureTogether({ uri, pid }: Server, { accounts, postings }: Sizes): Promise<void> {
  const each = Math.ceil(postings / PROCESSES);
  const processes = Array.from({ length: PROCESSES }, (_, n) => fork(MAIN, [uri, `bench-${n}`, String(n * each), String((n + 1) * each), String(accounts)]));
  const all = (send?: string) => Promise.all(processes.map(async (child) => {
    if (send) child.send(send);
    await once(child, 'message');
  }));
  await all();
  const pids = processes.map((child) => child.pid!);
  say(`the same, ${SHARDS} shards over ${PROCESSES} processes, each with its load generator:`);
  for (const what of ['every second claim and posting is the other’s', 'each is given what is its own']) {
    const { rate, cpu } = await measured(pids, 'in both', pid, each * PROCESSES, () => all('begin'));
    say(`  ${what}: ${count(rate)} a second, ${cpu}`);
  }
  await Promise.all(processes.map(async (child) => {
    child.send('end');
    await once(child, 'exit');
  }));
}
