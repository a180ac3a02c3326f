/** `npm run demo`: the platform in a fresh folder of its own, a small town, one day, and every figure of it compared. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPlatform } from '../start/platform.ts';
import { ensureTown } from '../start/sample-town.ts';
import { stopOnSignal, teller } from '../start/terminal.ts';
import { dayOf, addMinutes } from '../town/days.ts';
import { makeTown } from '../town/town.ts';
import { ask, compareDay } from './compare.ts';
import { dayBegins, makeDay, REACH_MINUTES } from './day.ts';
import { playDay } from './player.ts';
import { printTable } from './print.ts';

const DEMO_TOWN_SIZE = 2_000;
const DEMO_PORT = 8_090;
/** A day is played at any hour, and all of its messages are compared. */
const ENV = { QUIET_HOURS: '00:00-00:00' };
const DIFFERENCES_SHOWN = 40;
const PROGRESS_EVERY = 100;

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: String(DEMO_TOWN_SIZE) },
    seed: { type: 'string', default: process.env['YOUDIAN_SEED'] ?? String(Date.now() % 1_000_000) },
    /** How much happens on the day. */
    scale: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});

const { say, seconds } = teller();
const seed = Number(values.seed);
const folder = mkdtempSync(join(tmpdir(), 'youdian-demo-'));
const abort = new AbortController();
const stopping = stopOnSignal(async () => {
  abort.abort();
  await starting.then((platform) => platform.stop()).catch(() => {});
  if (!values.keep) rmSync(folder, { recursive: true, force: true });
});
say(`种子 seed ${seed}(--seed ${seed} 可重演 repeats this day),数据 data ${folder}`);
const starting = startPlatform({ data: join(folder, 'data'), gatewayPort: DEMO_PORT, say, env: ENV, abort: abort.signal });

let failure: string | undefined;
try {
  failure = await run();
} catch (error) {
  failure = (error as Error).message;
}
if (!stopping()) {
  await starting.then((platform) => platform.stop()).catch(() => {});
  if (failure === undefined && !values.keep) rmSync(folder, { recursive: true, force: true });
  if (failure === undefined) process.stdout.write(`\n全部一致 OK: every figure is as predicted (${seconds()} s)\n`);
  else process.stderr.write(`\n不一致 NOT OK (seed ${seed}): ${failure}\n数据和日志保留在 data and logs are kept in ${folder}\n`);
  process.exit(failure === undefined ? 0 : 1);
}

/** What was wrong; undefined when all is as predicted. */
async function run(): Promise<string | undefined> {
  const platform = await starting;
  const { gatewayUrl, brokers, smsc } = platform;
  const now = await dayBegins(say);
  const today = dayOf(addMinutes(now, -REACH_MINUTES));
  const town = makeTown(await ensureTown(platform, { seed, size: Number(values.size), today }, say));
  const script = makeDay({ seed, town, now, scale: Number(values.scale) });

  say(`样本日 the sample day: ${script.subjects.length} subjects`);
  const played = await playDay({ gatewayUrl, brokers, script, onProgress: (done, of) => done % PROGRESS_EVERY === 0 && say(`  ${done}/${of}`) });
  say(`样本日结束 the day is over, ${played.retries} requests were sent again`);

  const compared = await compareDay({ gatewayUrl, brokers, town, scripts: [script], finishedAt: played.finishedAt, sms: smsc.messages, say });
  for (const groupBy of [['region'], ['region', 'line']]) {
    const question = { statistic: 'faults' as const, groupBy, from: script.from };
    printTable(`故障 faults of the day by ${groupBy.join(', ')}`, [...groupBy, '起数 count', '影响户数 customers', '平均复电(分) minutes'], await ask(gatewayUrl, question), ['count', 'customersAffected', 'restoreMinutesMean'], town);
  }
  printTable('充值 top-ups of the day by region', ['region', '笔数 count', '金额(分) fen'], await ask(gatewayUrl, { statistic: 'top-ups', groupBy: ['region'], from: script.from }), ['count', 'amountFen'], town);

  const wrong = [...played.surprises, ...compared.differences];
  say(`${compared.figures} figures compared, ${wrong.length} differences`);
  if (wrong.length === 0) return undefined;
  for (const one of wrong.slice(0, DIFFERENCES_SHOWN)) process.stderr.write(`  ${one}\n`);
  return `${wrong.length} differences`;
}
