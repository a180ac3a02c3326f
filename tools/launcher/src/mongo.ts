import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MongoClient } from 'mongodb';
import { hasDocker } from './docker.ts';
import { cachedOnce, cacheFolder, onPath } from './machine.ts';
import { freePorts, isFree, start, type Started } from './process.ts';

const READY_LIMIT_MS = 30_000;
const SECANTUS_VERSION = '0.7.0b3';

export interface MongoServer {
  /** `mongodb://host:port`; `databaseUri` names a database of it. */
  readonly uri: string;
  databaseUri(database: string): string;
  /** −1 when the server is not ours to kill. */
  readonly pid: number;
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Again, on the same port and data. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface MongoStart {
  /** Data and port are kept here between starts; a temporary folder, removed at the end, without it. */
  readonly dataDir?: string;
  readonly log?: (line: string) => void;
  readonly logFile?: string;
}

/** How a server of some kind is run, and what it says when it is up. */
export interface Recipe {
  readonly command: string;
  readonly args: (port: number, folder: string) => string[];
  readonly ready: RegExp;
  readonly afterStart?: (uri: string) => Promise<void>;
}

/**
 * `MONGODB_URI` where it is given; `mongod` on the PATH; `secantusd-rs` on the PATH; Docker; a downloaded `mongod`; or
 * `secantusd-py` from the package registry. SecantusDB speaks MongoDB's protocol and is for development only.
 */
export async function startMongo(options: MongoStart = {}): Promise<MongoServer> {
  const given = process.env['MONGODB_URI'];
  if (given) return foreign(given, async () => {});
  const recipe = await chooseRecipe(options.log ?? (() => {}));
  if (recipe) return startOwn(recipe, options);
  if (hasDocker()) {
    const { GenericContainer, Wait } = await import('testcontainers');
    const container = await new GenericContainer('mongo:8').withCommand(['--replSet', 'rs0']).withExposedPorts(27017).withWaitStrategy(Wait.forLogMessage(/Waiting for connections/)).start();
    const uri = `mongodb://127.0.0.1:${container.getMappedPort(27017)}/?directConnection=true`;
    await initiateReplicaSet(uri, 'localhost:27017');
    return foreign(uri, async () => void (await container.stop()));
  }
  throw new Error(
    'No MongoDB can be started here. Install mongod or Docker or Python 3.11 with venv, or give MONGODB_URI. ' +
      '无法启动 MongoDB:请安装 mongod、Docker 或 Python 3.11(含 venv),或用 MONGODB_URI 指明已有的服务器。',
  );
}

async function chooseRecipe(log: (line: string) => void): Promise<Recipe | undefined> {
  const mongod = onPath('mongod');
  if (mongod) return mongodRecipe(mongod);
  const rust = onPath('secantusd-rs');
  if (rust) return secantusRecipe(rust, ['--cache-size', '1G']);
  if (hasDocker()) return undefined;
  const downloaded = await downloadMongod(log).catch(() => undefined);
  if (downloaded) return mongodRecipe(downloaded);
  const python = await installSecantus(log).catch(() => undefined);
  return python ? secantusRecipe(python, []) : undefined;
}

function mongodRecipe(command: string): Recipe {
  return {
    command,
    args: (port, folder) => ['--port', String(port), '--bind_ip', '127.0.0.1', '--dbpath', folder, '--replSet', 'rs0'],
    ready: /Waiting for connections/,
    afterStart: (uri) => initiateReplicaSet(`${uri}/?directConnection=true`, uri.replace('mongodb://', '')),
  };
}

/** Without `--sync-on-commit` acknowledged writes are lost on a kill. */
function secantusRecipe(command: string, more: string[]): Recipe {
  return {
    command,
    args: (port, folder) => ['--sync-on-commit', '--port', String(port), '--storage-path', folder, '--log-level', 'INFO', ...more],
    ready: /listening on/i,
  };
}

/** A replica set of one; it keeps its member's address, which changes when the port was taken meanwhile. */
async function initiateReplicaSet(uri: string, member: string): Promise<void> {
  const client = await new MongoClient(uri).connect();
  const admin = client.db('admin');
  try {
    await admin.command({ replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host: member }] } });
  } catch (error) {
    if ((error as { codeName?: string }).codeName !== 'AlreadyInitialized') throw error;
    const { config } = await admin.command({ replSetGetConfig: 1 });
    if (config.members[0].host === member) return;
    config.members[0].host = member;
    config.version += 1;
    await admin.command({ replSetReconfig: config, force: true });
  } finally {
    await client.close();
  }
}

/** Where the network lets it. */
async function downloadMongod(log: (line: string) => void): Promise<string> {
  const { MongoBinary } = await import('mongodb-memory-server-core');
  log('looking for a mongod to download');
  return MongoBinary.getPath({ downloadDir: cacheFolder('mongod') });
}

async function installSecantus(log: (line: string) => void): Promise<string> {
  const folder = cacheFolder('secantusdb', SECANTUS_VERSION);
  const program = join(folder, 'venv', 'bin', 'secantusd-py');
  await cachedOnce(join(folder, 'installed'), async (mark) => {
    log(`installing SecantusDB ${SECANTUS_VERSION} (a MongoDB-compatible server for development, once)`);
    // A virtual environment cannot be moved, so it is made in place and then marked as whole.
    await promisify(execFile)('python3', ['-m', 'venv', '--clear', join(folder, 'venv')]);
    await promisify(execFile)(join(folder, 'venv', 'bin', 'pip'), ['install', '-q', '--pre', `secantusdb==${SECANTUS_VERSION}`]);
    mkdirSync(mark, { recursive: true });
  });
  return program;
}

function foreign(uri: string, stop: () => Promise<void>): MongoServer {
  const notOurs = async () => {
    throw new Error('this MongoDB was not started here');
  };
  return { uri, databaseUri: (name) => withDatabase(uri, name), pid: -1, kill: notOurs, start: notOurs, stop };
}

async function startOwn(recipe: Recipe, { dataDir, logFile }: MongoStart): Promise<MongoServer> {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'youdian-mongo-'));
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const port = await readPort(join(folder, 'port'));
  const uri = `mongodb://127.0.0.1:${port}`;
  let server: Started;
  const boot = async () => {
    server = start(recipe.command, recipe.args(port, data), { cwd: folder, logFile, ownGroup: true });
    // Said by the very process that was started, so no other server can be meant.
    await server.said(recipe.ready, READY_LIMIT_MS);
    await recipe.afterStart?.(uri);
  };
  await boot();
  return {
    uri,
    databaseUri: (name) => withDatabase(uri, name),
    get pid() {
      return server.pid;
    },
    kill: (signal) => server.kill(signal),
    start: boot,
    stop: async () => {
      await server.stop();
      if (!dataDir) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function readPort(file: string): Promise<number> {
  const kept = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (kept > 0 && (await isFree(kept))) return kept;
  const [port] = await freePorts(1);
  writeFileSync(file, String(port));
  return port!;
}

/** By hand: a URI with several hosts is none to the URL parser. */
function withDatabase(uri: string, database: string): string {
  const [, server, options = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?[^?]*(\?.*)?$/.exec(uri)!;
  return `${server}/${database}${options}`;
}
