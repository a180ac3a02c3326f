import { startHelper, type Helper } from '../helper/helper.ts';
import type { FromRebuild, RebuildInput } from './rebuild.ts';

/**
 * Each has a core to itself, and what a step makes lives until its end. To copy that every 16 MB, by four threads, took a
 * sixth of all that a rebuild takes.
 */
const NODE_OPTIONS = ['--single-threaded-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];

/** Starts what makes a new store, or a part of one. */
export function startRebuild(input: RebuildInput, heard: (message: FromRebuild) => void): Helper<never> {
  return startHelper<never, FromRebuild>(import.meta.resolve('./process.ts'), input, heard, { node: NODE_OPTIONS });
}
