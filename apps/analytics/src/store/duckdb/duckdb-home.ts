import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnalystCopy, Comparison, FactStore, StoreHome } from '../fact-store.ts';
import { removeOthers, setCurrent } from './current.ts';
import { DuckDbFactStore } from './duckdb-fact-store.ts';
import { join as joinStores } from './join.ts';
import type { DuckDbOptions } from './open.ts';

const ANALYSTS_FILE = 'for-analysts.duckdb';

/** A folder with the file that answers, and for the time of a rebuild another. */
export class DuckDbHome implements StoreHome {
  readonly #options: Omit<DuckDbOptions, 'file' | 'after'>;

  constructor(options: Omit<DuckDbOptions, 'file' | 'after'>) {
    this.#options = options;
  }

  openCurrent(): Promise<FactStore> {
    return DuckDbFactStore.open(this.#options);
  }

  openNew(name: string, after: string): Promise<FactStore> {
    return DuckDbFactStore.open({ ...this.#options, file: fileOf(name), after });
  }

  async join([name, ...others]: readonly string[]): Promise<void> {
    for (const other of others) {
      const file = join(this.#options.folder, fileOf(other));
      await joinStores({ ...this.#options, file: fileOf(name!) }, file);
      await rm(file);
    }
  }

  compare(current: FactStore, revision: string, name: string): Promise<Comparison> {
    return (current as DuckDbFactStore).compareWith(join(this.#options.folder, fileOf(name)), BigInt(revision.slice(revision.indexOf('.') + 1)));
  }

  async copyForAnalysts(current: FactStore): Promise<AnalystCopy> {
    const file = join(this.#options.folder, ANALYSTS_FILE);
    return { file, revision: await (current as DuckDbFactStore).copyForAnalysts(file) };
  }

  makeCurrent(name: string): Promise<void> {
    return setCurrent(this.#options.folder, fileOf(name));
  }

  removeOthers(): Promise<void> {
    return removeOthers(this.#options.folder);
  }
}

function fileOf(name: string): string {
  if (!/^[0-9]{1,20}$/.test(name)) throw new TypeError(`a new store's name is digits, not ${name}`);
  return `analytics-${name}.duckdb`;
}
