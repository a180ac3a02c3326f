import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { freePorts, start, type Started } from './process.ts';

const KAFKA = '4.4.0';
const SLF4J = '1.7.36';
const READY_LIMIT_MS = 60_000;
const CLUSTER_ID = 'WW91ZGlhblRlc3RzMDAwMA';

export interface KafkaBroker extends Started {
  /** `host:port` */
  readonly brokers: string;
}

/** One real broker (KRaft, one node) with its data in `folder`; it is up when this resolves. */
export async function startKafkaBroker(folder: string): Promise<KafkaBroker> {
  const classpath = join(kafkaJars(), '*');
  const [port, controller] = await freePorts(2);
  const settings = join(folder, 'server.properties');
  mkdirSync(folder, { recursive: true });
  writeFileSync(settings, properties(join(folder, 'data'), port!, controller!));
  const java = ['-Xmx512m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=info', '-cp', classpath];
  execFileSync('java', [...java, 'kafka.tools.StorageTool', 'format', '--ignore-formatted', '-t', CLUSTER_ID, '-c', settings], { stdio: 'pipe' });
  const broker = start('java', [...java, 'kafka.Kafka', settings]);
  // Said by the very process that was started, so no other broker can be meant.
  await broker.said(/Kafka Server started/, READY_LIMIT_MS);
  return { ...broker, brokers: `127.0.0.1:${port}` };
}

function properties(data: string, port: number, controller: number): string {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'log.dirs': data,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 5,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'auto.create.topics.enable': false,
  })
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

/** The broker's jars, fetched once by Maven and kept by version outside the repository. */
function kafkaJars(): string {
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'youdian', 'kafka', KAFKA, 'libs');
  if (existsSync(folder) && readdirSync(folder).length > 0) return folder;
  const part = `${folder}.${process.pid}`;
  mkdirSync(part, { recursive: true });
  const dependency = (group: string, artifact: string, version: string) =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  writeFileSync(
    join(part, 'pom.xml'),
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>youdian</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging><dependencies>${
      dependency('org.apache.kafka', 'kafka_2.13', KAFKA)}${dependency('org.slf4j', 'slf4j-simple', SLF4J)}</dependencies></project>`,
  );
  execFileSync('mvn', ['-q', '-B', '-f', join(part, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${part}/libs`], { stdio: 'inherit' });
  try {
    renameSync(join(part, 'libs'), folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // else another run was faster
  }
  rmSync(part, { recursive: true, force: true });
  return folder;
}
