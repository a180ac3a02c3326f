/**
 * What `npm start`, `npm run demo`, `npm test` … run first. It needs nothing but Node 20: it installs what package-lock.json
 * names where that is missing or older, and then runs the command on the pinned Node of node_modules.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const NODE_MAJOR_MIN = 20;
const LOOK_FOR_PARENT_EVERY_MS = 1_000;
/** kafkajs sets one timer too late; Node 24 warns of it, to no effect. */
const NO_FALSE_ALARM = '--disable-warning=TimeoutNegativeWarning';
const COMMANDS = {
  start: { main: 'tools/start/start.ts', needsServers: true },
  demo: { main: 'tools/demo/demo.ts', needsServers: true },
  test: { main: 'tools/checks/test.ts', needsServers: true },
  soak: { main: 'tools/checks/test.ts', needsServers: true, env: { SOAK: '1' } },
  bench: { main: 'tools/bench/bench.ts', needsServers: true },
  dlq: { main: 'tools/dlq/src/dlq.ts', needsServers: false },
  'ledger:dump': { main: 'apps/prepaid-billing/src/ledger/dump.ts', needsServers: false },
  'ledger:verify': { main: 'apps/prepaid-billing/src/ledger/verify/main.ts', needsServers: false },
};

const [name, ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) stop(`没有命令“${name}”。 There is no command "${name}"; there are: ${Object.keys(COMMANDS).join(', ')}.`, 2);
if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) {
  stop(
    `本机的 Node.js 是 ${process.version},至少需要 ${NODE_MAJOR_MIN}。请从 https://nodejs.org 安装 24 LTS 后重试。\n` +
      `This machine's Node.js is ${process.version}; at least ${NODE_MAJOR_MIN} is needed. Install 24 LTS from https://nodejs.org and try again.`,
  );
}
if (command.needsServers) checkServers();
install();
run(command);

/** Kafka needs a JVM unless there is Docker or a broker was given. Said before anything is downloaded. */
function checkServers() {
  if (process.env.KAFKA_BROKERS || works('docker', ['info'])) return;
  if (!works('java', ['-version'])) {
    stop(
      '没有找到 Docker,也没有找到 Java;Kafka 需要其中之一。请安装 Docker,或安装 Java 17 以上和 Maven(Debian/Ubuntu:sudo apt install openjdk-17-jre-headless maven;macOS:brew install openjdk maven),或用 KAFKA_BROKERS=主机:端口 指明已有的 Kafka。\n' +
        'Neither Docker nor Java was found; Kafka needs one of them. Install Docker, or Java 17 or newer with Maven (Debian/Ubuntu: sudo apt install openjdk-17-jre-headless maven; macOS: brew install openjdk maven), or name a Kafka that you have with KAFKA_BROKERS=host:port.',
    );
  }
  const jars = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'youdian', 'kafka');
  if (existsSync(jars) && readdirSync(jars).length > 0) return;
  if (!works('mvn', ['-version'])) {
    stop(
      '没有找到 Maven;第一次启动用它下载 Kafka。请安装(Debian/Ubuntu:sudo apt install maven;macOS:brew install maven),或用 KAFKA_BROKERS=主机:端口 指明已有的 Kafka。\n' +
        'Maven was not found; the first start fetches Kafka with it. Install it (Debian/Ubuntu: sudo apt install maven; macOS: brew install maven), or name a Kafka that you have with KAFKA_BROKERS=host:port.',
    );
  }
}

/** `npm install` when node_modules is not what package-lock.json says. */
function install() {
  const stamp = join(root, 'node_modules', '.youdian-installed');
  const wanted = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  if (existsSync(pinnedNode()) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stdout.write('安装依赖(npm install),第一次约一分钟… Installing packages, about a minute the first time …\n');
  const began = Date.now();
  // `npm ci` refuses the lockfile where a registry lacks other platforms' optional packages.
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', '--progress=true'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0 || !existsSync(pinnedNode())) {
    stop('依赖没有装好,原因见上。请检查网络或 npm 的源后重试。\nThe packages could not be installed, see above. Check the network or the npm registry setting and try again.');
  }
  // An install may itself write the lockfile anew.
  writeFileSync(stamp, createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex'));
  process.stdout.write(`依赖已就绪。 Packages are there (${Math.round((Date.now() - began) / 1000)} s).\n`);
}

function run({ main, env }) {
  const bin = join(root, 'node_modules', '.bin');
  const separator = process.platform === 'win32' ? ';' : ':';
  const child = spawn(pinnedNode(), [NO_FALSE_ALARM, join(root, main), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env, PATH: `${bin}${separator}${process.env.PATH ?? ''}` },
  });
  // The child stops what it started, in its order; this process only waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npm passes a signal to its shell only, which ends without a word: then this process has another parent.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event) setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), LOOK_FOR_PARENT_EVERY_MS).unref();
  child.on('error', (error) => stop(error.message));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

function pinnedNode() {
  return join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

function works(program, probe) {
  return spawnSync(program, probe, { stdio: 'ignore', timeout: 10_000 }).status === 0;
}

function stop(message, code = 1) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
