import { hash } from 'node:crypto';
import type { PageFiles } from './store.ts';

/** What goes to the server, or comes from it, at a time: a few hundred KiB to some MiB. */
const PAGES_AT_ONCE = 64;

/** Waiting does not help, and nobody may decide without it: what stood there must be restored, or reckoned again from the commits. */
export class DamagedPage extends Error {
  override readonly name = 'DamagedPage';
}

/**
 * A shard's pages: what has left its memory for good. A page is called by the SHA-256 of its bytes, so that who writes the
 * same again writes nothing, a writer whose time is over can do no harm, and whoever reads knows that it is as it was.
 */
export class Pages {
  readonly #files: PageFiles;
  readonly #shard: string;

  constructor(files: PageFiles, shard: string) {
    this.#files = files;
    this.#shard = shard;
  }

  /** Their names, in order, when all of them stand. */
  async write(pages: readonly Uint8Array[]): Promise<string[]> {
    const named = pages.map((bytes) => ({ name: nameOf(bytes), bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) }));
    for (let from = 0; from < named.length; from += PAGES_AT_ONCE) {
      const some = named.slice(from, from + PAGES_AT_ONCE);
      if (!(await this.#files.add(this.#shard, some))) await this.read(some.map(({ name }) => name));
    }
    return named.map(({ name }) => name);
  }

  /** In the order of the names. @throws DamagedPage where one is missing or altered. */
  async read(names: readonly string[]): Promise<Buffer[]> {
    const found = new Map<string, Buffer>();
    const wanted = [...new Set(names)];
    for (let from = 0; from < wanted.length; from += PAGES_AT_ONCE) {
      for (const { name, bytes } of await this.#files.read(this.#shard, wanted.slice(from, from + PAGES_AT_ONCE))) found.set(name, bytes);
    }
    for (const name of wanted) {
      const bytes = found.get(name);
      if (!bytes || nameOf(bytes) !== name) throw new DamagedPage(`page ${this.#shard}:${name} is ${bytes ? 'altered' : 'missing'}: it must be restored`);
    }
    return names.map((name) => found.get(name)!);
  }
}

function nameOf(bytes: Uint8Array): string {
  return hash('sha256', bytes);
}
