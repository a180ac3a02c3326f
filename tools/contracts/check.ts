/** Fails when libs/contracts is not what the protos generate, docs/asyncapi.yaml not what both say, or a topic or an event is where nobody looks for it. */
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncapi } from './asyncapi.ts';
import { TOPICS } from './topics.ts';

const root = join(import.meta.dirname, '../..');
const NO_SOURCE_OF_TOPICS = /\.(spec|it|bench)\.ts$/;
const TOPIC = /'([a-z-]+\.[a-z-]+\.v1)'/g;
const PROTO_PACKAGE = /^youdian\./;

checkContracts();
checkAsyncapi();
checkTopics();
checkStatistics();

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

function checkContracts(): void {
  const fresh = mkdtempSync(join(tmpdir(), 'youdian-contracts-'));
  try {
    execFileSync(process.execPath, ['tools/contracts/generate.ts', fresh], { cwd: root, stdio: 'inherit' });
    for (const domain of readdirSync(fresh)) {
      cpSync(join(root, 'libs/contracts', domain, 'package.json'), join(fresh, domain, 'package.json'));
      for (const part of ['src', 'descriptor.binpb']) {
        execFileSync('diff', ['-rq', join(fresh, domain, part), join('libs/contracts', domain, part)], { cwd: root, stdio: 'inherit' });
      }
    }
  } catch {
    fail('libs/contracts differs from the protos: run `npm run generate` and commit what it makes.');
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

function checkAsyncapi(): void {
  try {
    if (readFileSync(join(root, 'docs/asyncapi.yaml'), 'utf8') === asyncapi()) return;
    fail('docs/asyncapi.yaml is not what is generated: run `npm run generate` and commit what it makes.');
  } catch (error) {
    fail((error as Error).message);
  }
}

function checkTopics(): void {
  const known = new Set(TOPICS.map(({ topic }) => topic));
  const named = new Map<string, string>();
  for (const file of globSync('apps/*/src/**/*.ts', { cwd: root }).filter((path) => !NO_SOURCE_OF_TOPICS.test(path))) {
    for (const [, topic] of readFileSync(join(root, file), 'utf8').matchAll(TOPIC)) if (!PROTO_PACKAGE.test(topic!)) named.set(topic!, file);
  }
  for (const [topic, file] of named) if (!known.has(topic)) fail(`${file} names the topic ${topic}: add it to tools/contracts/topics.ts and run \`npm run generate\`.`);
  for (const topic of known) if (!named.has(topic)) fail(`tools/contracts/topics.ts has ${topic}, which no app names.`);
}

/** An event that analytics reads and does not know would leave its facts as they were, unnoticed. */
function checkStatistics(): void {
  const read = readFileSync(join(root, 'apps/analytics/src/topics.ts'), 'utf8');
  const facts = globSync('apps/analytics/src/facts/*.ts', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8')).join();
  for (const { topic, proto, messages } of TOPICS) {
    if (!read.includes(`'${topic}'`)) continue;
    for (const message of messages) if (!facts.includes(`'${proto}.${message}'`)) fail(`${topic} has ${message}, which apps/analytics/src/facts does not know: say what it changes, or that it changes nothing.`);
  }
}
