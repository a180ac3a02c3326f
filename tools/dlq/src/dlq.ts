/** `npm run dlq -- list | replay | skip`: what to do about events that a service could not handle. */
import { parseArgs } from 'node:util';
import { listDeadLetters, replay, skip, type DeadLetterRow } from '@youdian/messaging';

const USAGE = `死信:服务无法处理的事件。Dead letters: events that a service could not handle.

  npm run dlq -- list [--group GROUP] [--all]                          列出待处理的(--all:全部)  list the open ones (--all: every one)
  npm run dlq -- replay --group GROUP ID… | --all                      修复之后重新处理            handle again, after the cause is mended
  npm run dlq -- skip   --group GROUP --reason "为什么/why" ID… | --all  放弃,并把主体标为不完整      leave out; the subject is marked incomplete

  --brokers HOST:PORT[,HOST:PORT…]   默认取 KAFKA_BROKERS  default: KAFKA_BROKERS`;

function parse() {
  return parseArgs({
    allowPositionals: true,
    options: { group: { type: 'string' }, reason: { type: 'string' }, brokers: { type: 'string' }, all: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
}

function fail(message: string): never {
  process.stderr.write(`${message}\n\n${USAGE}\n`);
  process.exit(2);
}

function line({ id, group, reason, attempts, state, at, headers }: DeadLetterRow): string {
  return [state.padEnd(8), at.toISOString(), group, id, headers['ce_type'] ?? '?', `${headers['ce_subject'] ?? '?'}#${headers['ce_sequence'] ?? '?'}`, `${attempts}×`, reason].join('  ');
}

async function main(): Promise<void> {
  const { values, positionals } = parse();
  const [command, ...ids] = positionals;
  if (values.help || !command) return void process.stdout.write(`${USAGE}\n`);
  const brokers = (values.brokers ?? process.env['KAFKA_BROKERS'] ?? '').split(',').filter(Boolean);
  if (brokers.length === 0) fail('缺少 Kafka 地址:请给 --brokers 或 KAFKA_BROKERS。 No Kafka address: give --brokers or KAFKA_BROKERS.');
  if (command === 'list') {
    const rows = (await listDeadLetters({ brokers, group: values.group })).filter(({ state }) => values.all || state === 'open');
    return void process.stdout.write(rows.length === 0 ? '没有死信。 No dead letters.\n' : `${rows.map(line).join('\n')}\n`);
  }
  if (command !== 'replay' && command !== 'skip') fail(`没有命令“${command}”。 There is no command "${command}".`);
  const group = values.group ?? fail('缺少 --group。 --group is missing.');
  if (values.all === (ids.length > 0)) fail('请给出编号,或 --all,二者选一。 Give ids, or --all, not both.');
  const selection = { brokers, group, ids: values.all ? ('all' as const) : ids };
  if (command === 'skip' && !values.reason?.trim()) fail('放弃需要理由:--reason。 A skip needs a --reason.');
  const decided = command === 'replay' ? await replay(selection) : await skip({ ...selection, reason: values.reason! });
  process.stdout.write(`${decided.length} × ${command}\n${decided.map((id) => `  ${id}\n`).join('')}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
