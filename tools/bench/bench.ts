/** `npm run bench` runs every benchmark, `npm run bench messaging` those whose path contains the word, with the options that follow; one at a time. */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const [word = '', ...options] = process.argv.slice(2);
const benches = globSync('{apps,libs,tools}/**/*.bench.ts', { cwd: root, exclude: (path) => path.includes('node_modules') })
  .filter((file) => file.includes(word))
  .sort();

if (benches.length === 0) {
  console.error(`No benchmark's path contains "${word}".`);
  process.exit(2);
}
console.log(`${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`);
let failed = 0;
for (const bench of benches) {
  console.log(`\n══ ${bench}`);
  const { status } = spawnSync(process.execPath, ['--expose-gc', bench, ...options], { cwd: root, stdio: 'inherit' });
  if (status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
