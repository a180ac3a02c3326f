import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { DamagedPage, Pages } from './pages.ts';
import type { Page, PageFiles } from './store.ts';

const COUNT = 150;

class MemoryFiles implements PageFiles {
  readonly pages = new Map<string, Page>();
  readonly calls: string[] = [];

  async add(_shard: string, pages: readonly Page[]): Promise<boolean> {
    this.calls.push(`add ${pages.length}`);
    const fresh = pages.filter(({ name }) => !this.pages.has(name));
    for (const page of fresh) this.pages.set(page.name, page);
    return fresh.length === pages.length;
  }

  async read(_shard: string, names: readonly string[]): Promise<Page[]> {
    this.calls.push(`read ${names.length}`);
    return names.flatMap((name) => this.pages.get(name) ?? []).reverse();
  }
}

const page = (n: number) => Buffer.from(`page ${n}`);

test('pages are called by their hash, written and read a few at a time, and come in the order that they were asked for', async () => {
  const files = new MemoryFiles();
  const pages = new Pages(files, 's');
  const all = Array.from({ length: COUNT }, (_, n) => page(n));
  const names = await pages.write(all);
  assert.deepEqual(names, all.map((bytes) => hash('sha256', bytes)));
  assert.deepEqual((await pages.read([...names, names[3]!])).map(String), [...all, all[3]!].map(String));
  assert.deepEqual(files.calls, ['add 64', 'add 64', 'add 22', 'read 64', 'read 64', 'read 22']);
});

test('what stands already is written once, and must be what it is called by', async () => {
  const files = new MemoryFiles();
  const pages = new Pages(files, 's');
  const [name] = await pages.write([page(1)]);
  await pages.write([page(1), page(2)]);
  assert.equal(files.pages.size, 2);
  files.pages.set(name!, { name: name!, bytes: page(9) });
  await assert.rejects(pages.write([page(1)]), DamagedPage);
});

test('who reads what is missing or altered is told which', async () => {
  const files = new MemoryFiles();
  const pages = new Pages(files, 's');
  const [one, two] = await pages.write([page(1), page(2)]);
  files.pages.set(two!, { name: two!, bytes: page(9) });
  await assert.rejects(pages.read([one!, two!]), { name: 'DamagedPage', message: new RegExp(`s:${two} is altered`) });
  files.pages.delete(two!);
  await assert.rejects(pages.read([one!, two!]), { name: 'DamagedPage', message: new RegExp(`s:${two} is missing`) });
});
