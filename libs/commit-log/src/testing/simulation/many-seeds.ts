import assert from 'node:assert/strict';
import { FAULTS, type Fault } from './faults.ts';
import type { Report } from './simulate.ts';

const SEEDS_IN_TEST = 200;
const SEEDS_IN_SOAK = 10_000;
const LEAST = { commands: 500, faults: 20 };
/** In so many runs there is some of every fault. */
const SEEDS_WITH_ALL_FAULTS = 50;

/** The seeds of this run: `YOUDIAN_SEED` is the first, `YOUDIAN_SEEDS` says how many, `SOAK` means many. */
export function seedsOfRun(inTest = SEEDS_IN_TEST, inSoak = SEEDS_IN_SOAK): number[] {
  const { YOUDIAN_SEED: first = '1', YOUDIAN_SEEDS: count, SOAK: soak } = process.env;
  return Array.from({ length: Number(count ?? (soak ? inSoak : inTest)) }, (_, n) => Number(first) + n);
}

/** Runs them one after another, and sees to it that there was enough to survive. Returns in words what there was. */
export async function survive(seeds: readonly number[], run: (seed: number) => Promise<Report>): Promise<string> {
  const started = performance.now();
  const { stackTraceLimit } = Error;
  // Every refusal is an Error, and there are thousands. Whoever replays a single seed sees where they come from.
  if (seeds.length > 1) Error.stackTraceLimit = 0;
  const faults = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Record<Fault, number>;
  const sums = { commands: 0, faults: 0, commits: 0, virtualMs: 0 };
  for (const seed of seeds) {
    const report = await run(seed);
    assert.ok(report.commands >= LEAST.commands, `seed ${seed} had only ${report.commands} commands`);
    assert.ok(report.faultCount >= LEAST.faults, `seed ${seed} had only ${report.faultCount} faults`);
    for (const fault of FAULTS) faults[fault] += report.faults[fault];
    sums.commands += report.commands;
    sums.faults += report.faultCount;
    sums.commits += report.commits;
    sums.virtualMs += report.virtualMs;
    await new Promise((resolve) => setImmediate(resolve)); // the test runner may speak
  }
  Error.stackTraceLimit = stackTraceLimit;
  if (seeds.length >= SEEDS_WITH_ALL_FAULTS) for (const fault of FAULTS) assert.ok(faults[fault] > 0, `there was no ${fault}`);
  const each = (sum: number) => Math.round(sum / seeds.length);
  const kinds = FAULTS.map((fault) => `${fault} ${faults[fault]}`).join(', ');
  return `${seeds.length} seeds from ${seeds[0]} in ${Math.round(performance.now() - started)} ms; each ${each(sums.commands)} commands, `
    + `${each(sums.commits)} commits, ${each(sums.faults)} faults in ${each(sums.virtualMs / 1_000)} s of its own time; ${kinds}`;
}
