import { readFileSync } from 'node:fs';
import { startHelper } from '../helper/helper.ts';
import type { AnalystCopy } from '../store/fact-store.ts';
import { SANDBOX_LIMITS } from './limits.ts';
import { busy, refusal, sqlTooLong, tookTooMuch } from './rejections.ts';
import type { NotSelected, Selected } from './run-select.ts';

const WATCH_EVERY_MS = 20;

/**
 * Runs analysts' SQL, one at a time, each in a process of its own over a copy of the facts: DuckDB promises no boundary
 * against the SQL that it runs, so the boundary is the system's. The process has no environment, cannot write a file,
 * gets no more memory or processor time than its limits, and is killed at them.
 */
export class Sandbox {
  readonly #copy: () => Promise<AnalystCopy>;
  readonly #nowMs: () => number;
  #newest: { copy: AnalystCopy; atMs: number } | undefined;
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(copy: () => Promise<AnalystCopy>, nowMs: () => number = () => performance.now()) {
    this.#copy = copy;
    this.#nowMs = nowMs;
  }

  /** Throws `Rejected` for whatever is not an answer. */
  async run(sql: string): Promise<Selected & { readonly revision: string }> {
    if (sql.trim() === '' || sql.length > SANDBOX_LIMITS.sqlCharacters) throw sqlTooLong();
    if (this.#waiting >= SANDBOX_LIMITS.waiting) throw busy();
    this.#waiting += 1;
    const mine = this.#turn.then(() => this.#run(sql)).finally(() => (this.#waiting -= 1));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #run(sql: string): Promise<Selected & { readonly revision: string }> {
    if (!this.#newest || this.#nowMs() - this.#newest.atMs > SANDBOX_LIMITS.copyAgeMs) this.#newest = { copy: await this.#copy(), atMs: this.#nowMs() };
    const { file, revision } = this.#newest.copy;
    const outcome = await runApart({ file, sql });
    if ('refused' in outcome) throw refusal(outcome);
    return { ...outcome, revision };
  }
}

async function runApart(input: { file: string; sql: string }): Promise<Selected | NotSelected> {
  let outcome: Selected | NotSelected | undefined;
  let reason: 'time' | 'memory' | undefined;
  const helper = startHelper<never, Selected | NotSelected>(import.meta.resolve('./process.ts'), input, (message) => {
    outcome = message;
    helper.kill();
  }, { confined: { seconds: Math.ceil(SANDBOX_LIMITS.timeMs / 1_000) + 1, dataMb: SANDBOX_LIMITS.dataMb } });
  const late = setTimeout(() => {
    reason = 'time';
    helper.kill();
  }, SANDBOX_LIMITS.timeMs);
  const watch = setInterval(() => {
    if (residentMb(helper.pid) <= SANDBOX_LIMITS.residentMb) return;
    reason = 'memory';
    helper.kill();
  }, WATCH_EVERY_MS);
  await helper.ended;
  clearTimeout(late);
  clearInterval(watch);
  if (!outcome) throw tookTooMuch(reason ?? 'memory');
  return outcome;
}

const PAGE_BYTES = 4_096;

function residentMb(pid: number): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * PAGE_BYTES) / 2 ** 20;
  } catch {
    return 0; // gone, or a system that does not tell: its own limit of data holds
  }
}
