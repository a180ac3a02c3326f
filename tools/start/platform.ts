import { startKafka, startMongo, startSmsc, type KafkaCluster, type MongoServer, type Smsc } from '@youdian/launcher';
import { openDataFolder, type DataFolder } from './data-folder.ts';
import { freePort, portFrom } from './ports.ts';
import { startService, type Service } from './service.ts';
import { DOMAIN_SERVICES, serviceEnv, type Addresses, type ServiceName } from './services.ts';

const GATEWAY_PORT = 8_080;
const READY_LIMIT_MS = 120_000;
const TELL_EVERY_MS = 2_000;

export interface PlatformOptions {
  /** Folder that keeps everything between starts; made when absent. */
  readonly data: string;
  /** Begins anew: empties the folder first, if it is one of ours. */
  readonly fresh?: boolean;
  readonly say: (text: string) => void;
  /** On top of each service's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The gateway takes this port or the next free one. */
  readonly gatewayPort?: number;
  /** Gives up starting, and stops what was started. */
  readonly abort?: AbortSignal;
}

export interface Platform {
  /** http://host:port */
  readonly gatewayUrl: string;
  /** `host:port,…` */
  readonly brokers: string;
  readonly kafka: KafkaCluster;
  readonly mongo: MongoServer;
  readonly smsc: Smsc;
  readonly services: Readonly<Record<ServiceName, Service>>;
  readonly data: DataFolder;
  /** Services drain first, the gateway before the others; then what they stand on. */
  stop(): Promise<void>;
}

/** Starts Kafka, MongoDB, the SMSC and every service, each in its own process; all are ready when this resolves. */
export async function startPlatform({ data: folder, fresh = false, say, env = {}, gatewayPort = GATEWAY_PORT, abort }: PlatformOptions): Promise<Platform> {
  const data = openDataFolder(folder, fresh);
  const stops: (() => Promise<unknown>)[] = [async () => data.release()];
  const stop = async () => {
    for (let next = stops.pop(); next; next = stops.pop()) await next().catch((error: Error) => say(`停止时出错 while stopping: ${error.message}`));
  };
  try {
    const { kafka, mongo, smsc } = await startServers(data, stops, say);
    abort?.throwIfAborted();
    const addresses: Addresses = {
      brokers: kafka.brokers.join(','),
      mongo,
      smsc: smsc.address,
      dataDir: data.at('analytics'),
      personalDataKey: data.personalDataKey(),
      grpc: Object.fromEntries(await Promise.all(DOMAIN_SERVICES.map(async (name) => [name, `127.0.0.1:${await freePort()}`]))),
      http: `127.0.0.1:${await portFrom(gatewayPort)}`,
    };
    const admins = Object.fromEntries(await Promise.all([...DOMAIN_SERVICES, 'gateway'].map(async (name) => [name, `127.0.0.1:${await freePort()}`])));
    const launch = (name: ServiceName) =>
      startService({ name, admin: admins[name]!, logFile: data.at('logs', `${name}.log`), say, spawned: (pid) => data.remember(pid), env: { ...serviceEnv(name, addresses), ADMIN_LISTEN: admins[name]!, ...env } });
    const domain = DOMAIN_SERVICES.map((name) => launch(name));
    stops.push(() => Promise.all(domain.map((service) => service.stop())));
    const gateway = launch('gateway');
    stops.push(() => gateway.stop());
    const services = Object.fromEntries([...domain, gateway].map((service) => [service.name, service])) as Record<ServiceName, Service>;
    await Promise.race([untilAllReady(Object.values(services), say), aborted(abort)]);
    return { gatewayUrl: `http://${addresses.http}`, brokers: addresses.brokers, kafka, mongo, smsc, services, data, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startServers(data: DataFolder, stops: (() => Promise<unknown>)[], say: (text: string) => void) {
  const timed = async <T extends { stop(): Promise<void> }>(what: string, starting: Promise<T>): Promise<T> => {
    const began = Date.now();
    const server = await starting;
    stops.push(() => server.stop());
    say(`${what}: 已启动 up (${((Date.now() - began) / 1_000).toFixed(1)} s)`);
    return server;
  };
  // All three have come up or failed before anything else is done, so that none is left behind.
  const started = await Promise.allSettled([
    timed('Kafka', startKafka({ dataDir: data.at('kafka'), logFile: data.at('logs', 'kafka.log'), log: say })),
    timed('MongoDB', startMongo({ dataDir: data.at('mongo'), logFile: data.at('logs', 'mongo.log'), log: say })),
    timed('SMSC', startSmsc({ dataFile: data.at('smsc.jsonl'), logFile: data.at('logs', 'smsc.log') })),
  ] as const);
  const failed = started.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
  if (failed) throw failed.reason;
  const [kafka, mongo, smsc] = started.map((one) => (one as PromiseFulfilledResult<unknown>).value) as [KafkaCluster, MongoServer, Smsc];
  for (const node of kafka.nodes) data.remember(node.pid);
  if (mongo.pid > 0) data.remember(mongo.pid);
  data.remember(smsc.pid);
  return { kafka, mongo, smsc };
}

const aborted = (abort: AbortSignal | undefined) => new Promise<never>((_, reject) => abort?.addEventListener('abort', () => reject(new Error('stopped while starting'))));

/** Says every now and then what is still waited for. */
async function untilAllReady(services: readonly Service[], say: (text: string) => void): Promise<void> {
  const began = Date.now();
  const left = new Set(services);
  const telling = setInterval(() => {
    for (const service of left) void service.waiting().then((reasons) => left.has(service) && say(`等待 waiting for ${service.name}: ${Object.entries(reasons).map(([what, why]) => `${what} (${why})`).join(', ')}`));
  }, TELL_EVERY_MS);
  try {
    await Promise.all(
      services.map(async (service) => {
        await service.untilReady(READY_LIMIT_MS);
        left.delete(service);
        say(`${service.name}: 就绪 ready (${((Date.now() - began) / 1_000).toFixed(1)} s)`);
      }),
    );
  } finally {
    clearInterval(telling);
  }
}
