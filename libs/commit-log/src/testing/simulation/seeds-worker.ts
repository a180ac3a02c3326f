/** Runs seeds one after another in a thread of its own, and tells of each. See `survive`. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Report } from './simulate.ts';

const { module, seeds } = workerData as { module: string; seeds: readonly number[] };
const { run } = (await import(module)) as { run: (seed: number) => Promise<Report> };
// Every refusal is an Error, and there are thousands. Whoever replays a single seed sees where they come from.
if (seeds.length > 1) Error.stackTraceLimit = 0;
for (const seed of seeds) parentPort!.postMessage(await run(seed));
