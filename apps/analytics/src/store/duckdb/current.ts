import { existsSync, readFileSync } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Its text is the name of the file that answers; the folder of a service that never rebuilt has none. */
const POINTER = 'current';
const FIRST_FILE = 'analytics.duckdb';
const OURS = /^analytics(-[0-9]+)?\.duckdb/;

export function currentFile(folder: string): string {
  const pointer = join(folder, POINTER);
  return existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : FIRST_FILE;
}

/** Durable, and at once: a crash leaves the old one or the new one. */
export async function setCurrent(folder: string, file: string): Promise<void> {
  const pointer = join(folder, POINTER);
  const part = await open(`${pointer}.part`, 'w');
  await part.writeFile(`${file}\n`);
  await part.sync();
  await part.close();
  await rename(`${pointer}.part`, pointer);
  const directory = await open(folder, 'r');
  await directory.sync();
  await directory.close();
}

/** Databases that nobody asks any more, with what belongs to them. */
export async function removeOthers(folder: string): Promise<void> {
  const current = currentFile(folder);
  for (const name of await readdir(folder)) {
    const [ours] = OURS.exec(name) ?? [];
    if (ours && ours !== current) await rm(join(folder, name), { recursive: true, force: true });
  }
}
