/** For the failover tests: brokers of one cluster, each a process that can be killed, and a proxy that loses answers. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, start, type Started } from '@youdian/testing';

const READY_LIMIT_MS = 60_000;
const CLUSTER_ID = 'WW91ZGlhblRocmVlMDAwMA';

export interface Cluster {
  /** `host:port` that clients are told of. */
  readonly brokers: string[];
  readonly nodes: Started[];
  restart(node: number): Promise<void>;
  stop(): Promise<void>;
}

interface Node {
  readonly id: number;
  readonly port: number;
  readonly advertised: number;
  readonly controller: number;
}

/** With a proxy's port, one node that sends its clients there. */
export async function startCluster(size: number, proxied?: { port: number; proxyPort: number }): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'youdian-cluster-'));
  const ports = await freePorts(size * 2);
  const specs: Node[] = Array.from({ length: size }, (_, i) =>
    ({ id: i + 1, port: proxied?.port ?? ports[i]!, advertised: proxied?.proxyPort ?? ports[i]!, controller: ports[size + i]! }));
  const launch = async ({ id }: Node): Promise<Started> => {
    const broker = start('java', [...java(), 'kafka.Kafka', join(folder, `${id}.properties`)]);
    await broker.said(/Kafka Server started/, READY_LIMIT_MS);
    return broker;
  };
  for (const spec of specs) {
    mkdirSync(join(folder, String(spec.id)));
    const settings = join(folder, `${spec.id}.properties`);
    writeFileSync(settings, properties(spec, specs, join(folder, String(spec.id))));
    execFileSync('java', [...java(), 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', settings], { stdio: 'pipe' });
  }
  const nodes = await Promise.all(specs.map(launch));
  return {
    brokers: specs.map(({ advertised }) => `127.0.0.1:${advertised}`),
    nodes,
    restart: async (node) => { nodes[node] = await launch(specs[node]!); },
    stop: async () => {
      await Promise.all(nodes.map((node) => node.kill()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function java(): string[] {
  const root = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'youdian', 'kafka');
  const version = readdirSync(root).find((name) => /^\d/.test(name));
  return ['-Xmx320m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=info', '-cp', join(root, version!, 'libs', '*')];
}

function properties(node: Node, all: readonly Node[], data: string): string {
  const copies = all.length;
  return Object.entries({
    'process.roles': 'broker,controller', 'node.id': node.id, 'controller.listener.names': 'CONTROLLER',
    'controller.quorum.voters': all.map(({ id, controller }) => `${id}@127.0.0.1:${controller}`).join(','),
    listeners: `PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controller}`, 'advertised.listeners': `PLAINTEXT://127.0.0.1:${node.advertised}`,
    'log.dirs': data, 'group.initial.rebalance.delay.ms': 0, 'offsets.topic.replication.factor': copies, 'offsets.topic.num.partitions': 3,
    'default.replication.factor': copies, 'min.insync.replicas': Math.min(2, copies), 'auto.create.topics.enable': false, 'unclean.leader.election.enable': false,
    'broker.session.timeout.ms': 3_000, 'broker.heartbeat.interval.ms': 500, 'replica.lag.time.max.ms': 3_000, 'controlled.shutdown.enable': false,
  }).map(([name, value]) => `${name}=${value}`).join('\n');
}

export interface Proxy {
  readonly port: number;
  /** From now on, lets `count` answers to produce requests be lost: the broker has the records, the client hears nothing. */
  dropProduceReplies(count: number): void;
  readonly dropped: number;
  close(): void;
}

const PRODUCE = 0;

/** In front of one broker, which must advertise the proxy's port. */
export async function startProxy(targetPort: number, port: number): Promise<Proxy> {
  let toDrop = 0;
  let dropped = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const broker = connectSocket(targetPort, '127.0.0.1');
    const produces = new Set<number>();
    const cut = (): void => { client.destroy(); broker.destroy(); };
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', cut).on('close', cut);
    }
    const requests = frames((frame) => {
      // size int32, api key int16, version int16, correlation id int32
      if (frame.readInt16BE(4) === PRODUCE) produces.add(frame.readInt32BE(8));
      broker.write(frame);
    });
    const answers = frames((frame) => {
      const isProduce = produces.delete(frame.readInt32BE(4));
      if (!isProduce || toDrop === 0) return void client.write(frame);
      toDrop -= 1;
      dropped += 1;
      cut(); // the answer is lost together with its connection
    });
    client.on('data', requests);
    broker.on('data', answers);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    dropProduceReplies: (count) => { toDrop += count; },
    get dropped() { return dropped; },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function frames(each: (frame: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const size = 4 + rest.readInt32BE(0);
      each(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
  };
}
