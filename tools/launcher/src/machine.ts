import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** Whatever is downloaded is kept here, by version, outside the repository and for all checkouts. */
export function cacheFolder(...path: string[]): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'youdian', ...path);
}

/** For NODE_COMPILE_CACHE: a service that has run before starts in half the time. */
export function nodeCompileCache(): string {
  return cacheFolder('node-compile');
}

/** The full path of a program that the machine has. */
export function onPath(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find((file) => existsSync(file));
}

/** Makes a folder of the cache once: whoever comes second, or half-way through, finds it whole or not at all. */
export async function cachedOnce(folder: string, make: (into: string) => Promise<void> | void): Promise<string> {
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const making = mkdtempSync(`${folder}.making-`);
  try {
    await make(making);
    renameSync(making, folder);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
