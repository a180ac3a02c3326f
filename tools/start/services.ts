import { nodeCompileCache, type MongoServer } from '@youdian/launcher';

/** Those with data of their own; the gateway stands in front of them. */
export const DOMAIN_SERVICES = ['customer-profile', 'service-desk', 'prepaid-billing', 'notification', 'analytics'] as const;
export type ServiceName = (typeof DOMAIN_SERVICES)[number] | 'gateway';

export interface Addresses {
  readonly brokers: string;
  readonly mongo: MongoServer;
  readonly smsc: string;
  /** Of the statistics. */
  readonly dataDir: string;
  readonly personalDataKey: string;
  /** By service. */
  readonly grpc: Readonly<Record<string, string>>;
  readonly http: string;
}

/** Those that keep names, phones or free text, sealed. */
const KEEPS_PERSONAL_DATA: readonly ServiceName[] = ['customer-profile', 'service-desk', 'notification'];

/** A service's whole environment: what it needs of the machine, and what the platform tells it. */
export function serviceEnv(name: ServiceName, { brokers, mongo, smsc, dataDir, personalDataKey, grpc, http }: Addresses): Record<string, string> {
  const peers = Object.fromEntries(DOMAIN_SERVICES.map((peer) => [`${peer.toUpperCase().replace('-', '_')}_GRPC`, grpc[peer]!]));
  const own: Record<string, string> =
    name === 'gateway'
      ? { HTTP_LISTEN: http }
      : { GRPC_LISTEN: grpc[name]!, MONGODB_URI: mongo.databaseUri(`youdian_${name.replace('-', '_')}`), KAFKA_BROKERS: brokers };
  if (name === 'notification') Object.assign(own, { SMSC_ADDRESS: smsc, SMSC_SYSTEM_ID: 'youdian', SMSC_PASSWORD: 'youdian' });
  if (name === 'analytics') own['DATA_DIR'] = dataDir;
  if (KEEPS_PERSONAL_DATA.includes(name)) own['PERSONAL_DATA_KEY'] = personalDataKey;
  return { ...inherited(), NODE_COMPILE_CACHE: nodeCompileCache(), ...peers, ...own };
}

/** Of this process's environment: the machine's settings, where logs and traces go, and nothing else. */
function inherited(): Record<string, string> {
  const wanted = /^(PATH|HOME|USER|LANG|LC_\w+|TZ|TMPDIR|XDG_\w+|LOG_LEVEL|OTEL_\w+|NODE_EXTRA_CA_CERTS)$/;
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => wanted.test(entry[0]) && entry[1] !== undefined));
}
