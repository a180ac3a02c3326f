import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasDocker } from './docker.ts';
import { KAFKA_VERSION, kafkaClasspath } from './kafka-jars.ts';
import { cacheFolder, onPath } from './machine.ts';
import { freePorts, isFree, start, type Started } from './process.ts';

const READY_LIMIT_MS = 60_000;
const HEAP_MIB = 512;

export interface KafkaNode {
  readonly id: number;
  readonly pid: number;
  /** SIGKILL as a crash would; SIGSTOP and SIGCONT as a pause would. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Again, on the same port and data. */
  start(): Promise<void>;
}

export interface KafkaCluster {
  /** `host:port` of each node. */
  readonly brokers: readonly string[];
  /** Empty when the cluster is not ours to kill. */
  readonly nodes: readonly KafkaNode[];
  stop(): Promise<void>;
}

export interface KafkaStart {
  /** Data and ports are kept here between starts; a temporary folder, removed at the end, without it. */
  readonly dataDir?: string;
  readonly nodes?: 1 | 3;
  readonly log?: (line: string) => void;
  readonly logFile?: string;
}

/** `KAFKA_BROKERS` where it is given; else a real broker on this machine's Java; else one in Docker. */
export async function startKafka(options: KafkaStart = {}): Promise<KafkaCluster> {
  const given = process.env['KAFKA_BROKERS'];
  if (given && (options.nodes ?? 1) === 1) return { brokers: given.split(','), nodes: [], stop: async () => {} };
  if (onPath('java') && (onPath('mvn') || existsSync(cacheFolder('kafka', KAFKA_VERSION, 'jars')))) return startOwn(options);
  if (hasDocker() && (options.nodes ?? 1) === 1) return (await import('./kafka-docker.ts')).startKafkaInDocker();
  throw new Error(
    'No Kafka can be started here. Install Java 17 and Maven, or Docker, or give KAFKA_BROKERS=host:port. ' +
      '无法启动 Kafka:请安装 Java 17 和 Maven,或安装 Docker,或用 KAFKA_BROKERS 指明已有的 Kafka。',
  );
}

/** What a data folder keeps, so that a restart comes up as the same cluster. */
interface Layout {
  readonly clusterId: string;
  readonly nodes: readonly { readonly id: number; readonly port: number; readonly controllerPort: number }[];
}

async function startOwn({ dataDir, nodes: count = 1, log = () => {}, logFile }: KafkaStart): Promise<KafkaCluster> {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'youdian-kafka-'));
  mkdirSync(folder, { recursive: true });
  const classpath = await kafkaClasspath(log);
  const layout = await readLayout(folder, count);
  const started = await Promise.allSettled(layout.nodes.map((_, index) => startNode(folder, layout, index, classpath, logFile)));
  const nodes = started.flatMap((node) => (node.status === 'fulfilled' ? [node.value] : []));
  const failed = started.find((node) => node.status === 'rejected');
  if (failed) {
    await Promise.all(nodes.map((node) => node.stop()));
    if (!dataDir) rmSync(folder, { recursive: true, force: true });
    throw failed.reason;
  }
  return {
    brokers: layout.nodes.map(({ port }) => `127.0.0.1:${port}`),
    nodes,
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
      if (!dataDir) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function readLayout(folder: string, count: number): Promise<Layout> {
  const file = join(folder, 'layout.json');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Layout) : undefined;
  if (kept) {
    const ports = kept.nodes.flatMap(({ port, controllerPort }) => [port, controllerPort]);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return kept;
  }
  const ports = await freePorts(count * 2);
  const layout: Layout = {
    // An id that begins with a dash would pass for an option.
    clusterId: kept?.clusterId ?? `Y${randomBytes(16).toString('base64url').slice(1)}`,
    nodes: Array.from({ length: count }, (_, index) => ({ id: index + 1, port: ports[index * 2]!, controllerPort: ports[index * 2 + 1]! })),
  };
  writeFileSync(file, JSON.stringify(layout));
  return layout;
}

async function startNode(folder: string, layout: Layout, index: number, classpath: string, logFile: string | undefined) {
  const { id } = layout.nodes[index]!;
  const home = join(folder, `node-${id}`);
  const settings = join(home, 'server.properties');
  mkdirSync(home, { recursive: true });
  writeFileSync(settings, properties(layout, index, join(home, 'data')));
  const archive = await classArchive();
  const java = [`-Xmx${HEAP_MIB}m`, '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=info', ...archive.flags];
  const env = { ...process.env, CLASSPATH: classpath };
  if (!existsSync(join(home, 'data', 'meta.properties'))) {
    await promisify(execFile)('java', [...java.filter((flag) => !flag.startsWith('-XX:ArchiveClasses')), 'kafka.tools.StorageTool', 'format', '-t', layout.clusterId, '-c', settings], { env });
  }
  let broker: Started;
  const boot = async () => {
    broker = start('java', [...java, 'kafka.Kafka', settings], { env, cwd: home, logFile, ownGroup: true });
    // Said by the very process that was started, so no other broker can be meant.
    await broker.said(/Kafka Server started/, READY_LIMIT_MS);
  };
  await boot();
  return {
    id,
    get pid() {
      return broker.pid;
    },
    kill: (signal?: NodeJS.Signals) => broker.kill(signal),
    start: boot,
    stop: async () => {
      await broker.stop();
      archive.keep();
    },
  };
}

/** The first broker to end in peace leaves an archive of its loaded classes; later ones start in half the time. */
async function classArchive(): Promise<{ flags: string[]; keep(): void }> {
  const archive = cacheFolder('kafka', KAFKA_VERSION, `classes-${await javaVersion()}.jsa`);
  if (existsSync(archive)) return { flags: [`-XX:SharedArchiveFile=${archive}`, '-Xshare:auto'], keep: () => {} };
  const making = `${archive}.making-${process.pid}-${randomBytes(4).toString('hex')}`;
  return { flags: [`-XX:ArchiveClassesAtExit=${making}`], keep: () => existsSync(making) && renameSync(making, archive) };
}

/** An archive fits one Java only. */
async function javaVersion(): Promise<string> {
  const { stdout } = await promisify(execFile)('java', ['--version']);
  return stdout.split('\n')[0]!.replaceAll(/[^\w.]+/g, '-');
}

function properties({ nodes }: Layout, index: number, data: string): string {
  const { id, port, controllerPort } = nodes[index]!;
  const copies = nodes.length;
  const needed = copies === 1 ? 1 : 2;
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': nodes.map((node) => `${node.id}@127.0.0.1:${node.controllerPort}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'default.replication.factor': copies,
    'min.insync.replicas': needed,
    // A killed broker may come back only when its session has run out; 9 s is long for a test that waits.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    'offsets.topic.replication.factor': copies,
    'offsets.topic.num.partitions': 5,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': needed,
    'transaction.state.log.num.partitions': 5,
  })
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}
