import { startHelper, type Helper } from '../helper/helper.ts';
import type { Standing } from '../store/fact-store.ts';
import type { Part } from './replay.ts';

/** Offsets as text: what goes to the process is JSON. */
export interface RebuildInput {
  readonly folder: string;
  readonly archiveFolder: string;
  readonly memoryLimitMb: number;
  readonly name: string;
  readonly after: string;
  readonly standing: Omit<Standing, 'positions'> & { readonly positions: readonly { readonly topic: string; readonly partition: number; readonly offset: string }[] };
  /** The owners' addresses, by their names. */
  readonly owners: Readonly<Record<string, string>>;
  readonly logLevel: string;
  /** For the process of one part; absent: for the one that makes all. */
  readonly part?: Part | undefined;
}

export type FromRebuild = { readonly done: number; readonly total: number } | { readonly failed: string };

/**
 * Each has a core to itself, and what a step makes lives until its end, no longer. So several steps are made before the
 * young generation is full, and of most nothing has to be copied. V8 would take what lives so long for what stays, and make
 * it among the old, where it keeps alive all that it names until the old are looked through.
 */
const NODE_OPTIONS = ['--single-threaded-gc', '--min-semi-space-size=96', '--max-semi-space-size=96', '--no-allocation-site-pretenuring'];

/** Starts what makes a new store, or a part of one. */
export function startRebuild(input: RebuildInput, heard: (message: FromRebuild) => void): Helper<never> {
  return startHelper<never, FromRebuild>(import.meta.resolve('./process.ts'), input, heard, { node: NODE_OPTIONS });
}
