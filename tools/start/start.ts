/** `npm start`: everything on this machine, with the sample town, until Ctrl-C. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dayOf } from '../town/days.ts';
import { TOWN_SEED, TOWN_SIZE } from '../town/town.ts';
import { CannotStart } from './data-folder.ts';
import { startPlatform, type Platform } from './platform.ts';
import { ensureTown } from './sample-town.ts';
import { stopOnSignal, teller } from './terminal.ts';

const HELP = `npm start -- [options]
  --fresh       begins anew: deletes the data of earlier starts      从头开始,删除以前的数据
  --data DIR    keeps the data there (default .data)                 数据目录
  --size N      accounts of the sample town (default ${TOWN_SIZE})          示例城镇的户数
  --seed N      another sample town (default ${TOWN_SEED})                   另一个示例城镇
  --port N      the gateway's port, or the next free one (8080)      网关端口
`;

const { values } = parseArgs({
  options: {
    fresh: { type: 'boolean', default: false },
    data: { type: 'string', default: join(import.meta.dirname, '../../.data') },
    size: { type: 'string', default: String(TOWN_SIZE) },
    seed: { type: 'string', default: String(TOWN_SEED) },
    port: { type: 'string', default: '8080' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const { say, seconds } = teller();
const abort = new AbortController();
const stopping = stopOnSignal(async () => {
  say('正在停止 stopping …');
  abort.abort();
  await starting.then((platform) => platform.stop()).catch(() => {});
  say('已停止 stopped');
});
const starting = startPlatform({ data: values.data, fresh: values.fresh, gatewayPort: Number(values.port), say, abort: abort.signal });

try {
  const platform = await starting;
  await ensureTown(platform, { seed: Number(values.seed), size: Number(values.size), today: dayOf(new Date()) }, say);
  if (!stopping()) process.stdout.write(addresses(platform));
} catch (error) {
  // What fails while everything is being stopped is no news.
  if (!stopping()) {
    process.stderr.write(`${error instanceof CannotStart ? error.message : `没有启动成功 Could not start: ${(error as Error).message}`}\n`);
    await starting.then((platform) => platform.stop()).catch(() => {});
    process.exit(1);
  }
}

function addresses({ gatewayUrl, brokers, mongo, smsc, services, data }: Platform): string {
  return [
    '',
    `优电已就绪(${seconds()} 秒) Youdian is ready (${seconds()} s)`,
    `  网页 page            ${gatewayUrl}/`,
    `  接口 REST API        ${gatewayUrl}/api/v1/…   OpenAPI ${gatewayUrl}/api/openapi.json`,
    `  短信 SMS sent        ${smsc.messagesUrl}`,
    `  Kafka ${brokers}   MongoDB ${mongo.uri}`,
    ...Object.values(services).map(({ name, adminUrl, pid }) => `  ${name.padEnd(18)} ${adminUrl}/readyz  /metrics   (process ${pid})`),
    `  日志 logs            ${data.at('logs')}`,
    '按 Ctrl-C 停止;数据保留,npm start -- --fresh 从头开始。 Ctrl-C stops everything; data stays, npm start -- --fresh begins anew.',
    '',
  ].join('\n');
}
