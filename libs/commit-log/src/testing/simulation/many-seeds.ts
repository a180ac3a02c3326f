import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { FAULTS, type Fault } from './faults.ts';
import type { Report } from './simulate.ts';

const SEEDS_IN_TEST = 200;
const SEEDS_IN_SOAK = 10_000;
const LEAST = { commands: 500, faults: 20 };
/** Whoever is killed never hears its signals: a megabyte a run that only the end of the thread gives back. */
const SEEDS_IN_A_THREAD = 500;
/** In so many runs there is some of every fault. */
const SEEDS_WITH_ALL_FAULTS = 50;

/** The seeds of this run: `YOUDIAN_SEED` is the first, `YOUDIAN_SEEDS` says how many, `SOAK` means many. */
export function seedsOfRun(inTest = SEEDS_IN_TEST, inSoak = SEEDS_IN_SOAK): number[] {
  const { YOUDIAN_SEED: first = '1', YOUDIAN_SEEDS: count, SOAK: soak } = process.env;
  return Array.from({ length: Number(count ?? (soak ? inSoak : inTest)) }, (_, n) => Number(first) + n);
}

/**
 * Runs them one after another, and sees to it that there was enough to survive. Returns in words what there was.
 * `module` exports `run(seed)`. It is run in a thread of its own, since the test runner watches every promise of the
 * thread that it is in, and there are a hundred thousand in each run.
 */
export async function survive(seeds: readonly number[], module: URL): Promise<string> {
  const started = performance.now();
  const faults = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Record<Fault, number>;
  const sums = { commands: 0, faults: 0, commits: 0, virtualMs: 0 };
  for (const report of await reportsOf(seeds, module)) {
    const { seed, commands, faultCount, commits, virtualMs } = report;
    assert.ok(commands >= LEAST.commands, `seed ${seed} had only ${commands} commands`);
    assert.ok(faultCount >= LEAST.faults, `seed ${seed} had only ${faultCount} faults`);
    for (const fault of FAULTS) faults[fault] += report.faults[fault];
    sums.commands += commands;
    sums.faults += faultCount;
    sums.commits += commits;
    sums.virtualMs += virtualMs;
  }
  if (seeds.length >= SEEDS_WITH_ALL_FAULTS) for (const fault of FAULTS) assert.ok(faults[fault] > 0, `there was no ${fault}`);
  const each = (sum: number) => Math.round(sum / seeds.length);
  const kinds = FAULTS.map((fault) => `${fault} ${faults[fault]}`).join(', ');
  return `${seeds.length} seeds from ${seeds[0]} in ${Math.round(performance.now() - started)} ms; each ${each(sums.commands)} commands, `
    + `${each(sums.commits)} commits, ${each(sums.faults)} faults in ${each(sums.virtualMs / 1_000)} s of its own time; ${kinds}`;
}

async function reportsOf(seeds: readonly number[], module: URL): Promise<Report[]> {
  const reports: Report[] = [];
  for (let from = 0; from < seeds.length; from += SEEDS_IN_A_THREAD) {
    const worker = new Worker(new URL('./seeds-worker.ts', import.meta.url), { workerData: { module: module.href, seeds: seeds.slice(from, from + SEEDS_IN_A_THREAD) } });
    worker.on('message', (report: Report) => reports.push(report));
    await once(worker, 'exit'); // rejects with the run's error
  }
  assert.equal(reports.length, seeds.length);
  return reports;
}
