/**
 * Makes libs/contracts/<domain> from proto/youdian/<domain>: one self-contained package a domain, so that a change
 * touches only who uses it. The descriptor beside it feeds gRPC reflection.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const template = readFileSync(join(root, 'buf.gen.yaml'), 'utf8');
const into = process.argv[2] ?? 'libs/contracts';

for (const domain of readdirSync(join(root, 'proto/youdian'))) {
  const out = `${into}/${domain}/src`;
  const buf = (...args: string[]) => execFileSync('buf', args, { cwd: root, stdio: 'inherit' });
  buf('generate', 'proto', '--path', `proto/youdian/${domain}`, '--template', template.replace('out: src', `out: ${out}`));
  buf('build', 'proto', '--path', `proto/youdian/${domain}`, '-o', `${into}/${domain}/descriptor.binpb`);
}
