import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type MongoServer } from '@youdian/launcher';
import { startPlatform, type Platform } from '../start/platform.ts';
import { ensureTown } from '../start/sample-town.ts';
import { addMinutes, dayOf } from '../town/days.ts';
import { makeTown, type Town } from '../town/town.ts';
import { compareDay } from './compare.ts';
import { dayBegins, makeDay, REACH_MINUTES } from './day.ts';
import { killPlan, killServices, type Kill } from './kills.ts';
import { playDay, type Played } from './player.ts';
import { type Script } from './script.ts';

const SOAK = process.env['SOAK'] === '1';
const KILLS_WANTED = SOAK ? 100 : 12;
const AWAY_MS = SOAK ? 30_000 : 7_000;
const ROUNDS_MAX = SOAK ? 40 : 6;
const TOWN_SIZE = 600;
const DAY_SCALE = 1.5;
const seed = Number(process.env['YOUDIAN_SEED'] ?? Date.now() % 1_000_000);

const say = (text: string) => void process.stdout.write(`${text}\n`);
const folder = mkdtempSync(join(tmpdir(), 'youdian-kill-'));
const scripts: Script[] = [];
let platform: Platform;
let town: Town;
let today: string;
let sound = false;

before(async () => {
  say(`seed ${seed}`);
  today = dayOf(addMinutes(new Date(), -REACH_MINUTES));
  platform = await startPlatform({ data: join(folder, 'data'), gatewayPort: 8_200, say, env: { QUIET_HOURS: '00:00-00:00' } });
  town = makeTown(await ensureTown(platform, { seed, size: TOWN_SIZE, today }, say));
});
after(async () => {
  await platform?.stop();
  if (sound) rmSync(folder, { recursive: true, force: true });
  else say(`data and logs are kept in ${folder}`);
});

/** Plays one more day while `disturb` does its work; then every figure of all days so far must be exact. */
async function playUnder<T>(disturb: (over: () => boolean) => Promise<T>): Promise<T> {
  const script = makeDay({ seed: seed + scripts.length + 1, town, now: await dayBegins(say), scale: DAY_SCALE });
  scripts.push(script);
  let over = false;
  const { gatewayUrl, brokers, smsc } = platform;
  const [played, disturbed] = await Promise.all([
    playDay({ gatewayUrl, brokers, script }).finally(() => (over = true)) as Promise<Played>,
    disturb(() => over),
  ]);
  assert.deepEqual(played.surprises, []);
  const compared = await compareDay({ gatewayUrl, brokers, town, scripts: scripts.map((one) => ({ ...one, from: scripts[0]!.from })), finishedAt: new Date(), sms: smsc.messages, say });
  assert.deepEqual(compared.differences, []);
  say(`  ${compared.figures} figures exact, ${played.retries} requests sent again`);
  return disturbed;
}

test('each service is killed at least twice during the load, once where it hurts most, and every figure comes out exact', async () => {
  const hits: Kill[] = [];
  for (let round = 0; round < ROUNDS_MAX && !enough(hits); round += 1) {
    // Whoever was hit less comes first.
    const plan = killPlan(seed, round).sort((one, other) => count(hits, one) - count(hits, other));
    hits.push(...(await playUnder((over) => killServices(platform, plan, seed + round, over, say))));
    say(`  ${hits.length} kills so far`);
  }
  assert.ok(enough(hits), `only ${hits.length} kills hit: ${JSON.stringify(hits)}`);
});

const count = (hits: readonly Kill[], pair: readonly Kill[]) => hits.filter(({ service }) => service === pair[0]!.service).length;

function enough(hits: readonly Kill[]): boolean {
  const pairs = killPlan(seed, 0).every((pair) => {
    const own = hits.filter(({ service }) => service === pair[0]!.service);
    return own.length >= 2 && (pair[1]!.point === undefined || own.some(({ point }) => point !== undefined));
  });
  return pairs && hits.length >= KILLS_WANTED;
}

test('Kafka stands still, and then crashes: services say so, go on, and lose nothing', async () => {
  const [node] = platform.kafka.nodes;
  assert.ok(node, 'a Kafka of our own');
  const said = await playUnder((over) => takeAway(node, over));
  for (const service of ['service-desk', 'prepaid-billing', 'notification', 'analytics']) assert.match(said, new RegExp(`^${service}: `, 'm'));
});

test('MongoDB stands still, and then crashes: services say so, go on, and lose nothing', async () => {
  const said = await playUnder((over) => takeAway(platform.mongo, over));
  for (const service of ['customer-profile', 'service-desk', 'prepaid-billing', 'notification']) assert.match(said, new RegExp(`^${service}: `, 'm'));
  sound = true;
});

/** A pause and a crash. Returns what the services said of the crash. */
async function takeAway(server: Pick<MongoServer, 'kill' | 'start'>, over: () => boolean): Promise<string> {
  await sleep(1_000);
  await server.kill('SIGSTOP');
  await sleep(AWAY_MS);
  await server.kill('SIGCONT');
  await sleep(1_000);
  await server.kill('SIGKILL');
  const said = await whatIsSaid(AWAY_MS);
  assert.ok(!over(), 'the load is still on');
  await server.start();
  return said;
}

/** What the services waited for during that time, by their own words. */
async function whatIsSaid(limitMs: number): Promise<string> {
  const said = new Set<string>();
  for (const end = Date.now() + limitMs; Date.now() < end; await sleep(250)) {
    for (const service of Object.values(platform.services)) for (const [what, why] of Object.entries(await service.waiting())) said.add(`${service.name}: ${what} ${why}`);
  }
  say(`  said: ${[...said].join('; ')}`);
  return [...said].join('\n');
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
