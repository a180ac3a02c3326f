import { simulate, type SimulationOptions } from './simulate.ts';
import type { Workload } from './workload.ts';

/** Of what is broken: what the first seed that fails says of it; undefined where all of them go well. */
export async function firstFault<S, P>(workload: Workload<S, P>, seeds: { readonly first: number; readonly count: number }, options: SimulationOptions = {}): Promise<string | undefined> {
  for (let seed = seeds.first; seed < seeds.first + seeds.count; seed++) {
    try {
      await simulate(workload, seed, options);
    } catch (error) {
      return (error as Error).message.split('\n')[0];
    }
  }
  return undefined;
}
