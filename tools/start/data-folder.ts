import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Marks a folder as made by us: only such a folder is ever deleted. */
const MARKER = '.youdian-data';
const LOCK = 'lock.json';
const PROCESSES = 'processes.json';
const KEY = 'personal-data.key';
const KEY_BYTES = 32;
const START_TOLERANCE_MS = 2_000;
const GONE_LIMIT_MS = 5_000;
const LOOK_EVERY_MS = 50;

/** What is wrong, said to the person who typed the command. */
export class CannotStart extends Error {}

/** A process told from a later one that got the same pid. */
interface Identity {
  readonly pid: number;
  readonly started: string;
}

/** One folder holds all that the platform keeps between starts, and one platform at a time runs on it. */
export interface DataFolder {
  readonly path: string;
  /** A folder or file in it. */
  at(...names: string[]): string;
  /** 32 bytes in base64, made once, readable by its owner only. */
  personalDataKey(): string;
  /** Remembers a process, so that the next start can end it should this one be killed. */
  remember(pid: number | undefined): void;
  release(): void;
}

export function openDataFolder(folder: string, fresh: boolean): DataFolder {
  const path = resolve(folder);
  const at = (...names: string[]) => join(path, ...names);
  if (existsSync(path) && readdirSync(path).length > 0 && !existsSync(at(MARKER))) {
    throw new CannotStart(`${path} 不是本程序创建的数据目录,不会使用或删除它;请用 --data 指定另一个目录。\n${path} was not made by this program, so it is neither used nor deleted; name another folder with --data.`);
  }
  if (existsSync(at(MARKER))) {
    takeLock(at(LOCK));
    endLeftovers(at(PROCESSES));
    if (fresh) for (const name of readdirSync(path)) if (name !== LOCK && name !== MARKER) rmSync(at(name), { recursive: true });
  } else {
    mkdirSync(path, { recursive: true });
    writeFileSync(at(MARKER), 'Youdian keeps its development data here. Deleting the whole folder is safe while it is stopped.\n');
    takeLock(at(LOCK));
  }
  mkdirSync(at('logs'), { recursive: true });
  const processes: Identity[] = [];
  return {
    path,
    at,
    personalDataKey: () => {
      if (!existsSync(at(KEY))) writeWhole(at(KEY), randomBytes(KEY_BYTES).toString('base64'), 0o600);
      return readFileSync(at(KEY), 'utf8');
    },
    remember: (pid) => {
      if (pid === undefined) return;
      processes.push({ pid, started: startOf(pid) });
      writeWhole(at(PROCESSES), JSON.stringify(processes));
    },
    release: () => {
      rmSync(at(PROCESSES), { force: true });
      rmSync(at(LOCK), { force: true });
    },
  };
}

/** A crash while writing leaves the old file or the new one, never half of one. */
function writeWhole(path: string, text: string, mode = 0o644): void {
  writeFileSync(`${path}.part`, text, { mode });
  renameSync(`${path}.part`, path);
}

function takeLock(path: string): void {
  for (;;) {
    try {
      return writeFileSync(path, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }), { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = readIdentities(path)[0];
    if (owner && runs(owner)) {
      throw new CannotStart(
        `已在此数据目录上运行(进程 ${owner.pid});请先在那里按 Ctrl-C,或用 --data 指定另一个目录。\nIt already runs on this data (process ${owner.pid}); press Ctrl-C there first, or name another folder with --data.`,
      );
    }
    rmSync(path, { force: true }); // its owner is gone
  }
}

/** Whatever a killed start left running on this data is ended before the data is opened again. */
function endLeftovers(path: string): void {
  const leftovers = readIdentities(path).reverse().filter(runs);
  for (const { pid } of leftovers) process.kill(pid, 'SIGKILL');
  // Their ports and files are free only when they are gone.
  for (const end = Date.now() + GONE_LIMIT_MS; Date.now() < end && leftovers.some(runs); ) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
  rmSync(path, { force: true });
}

function readIdentities(path: string): Identity[] {
  try {
    return [JSON.parse(readFileSync(path, 'utf8')) as Identity | Identity[]].flat();
  } catch {
    return [];
  }
}

function runs({ pid, started }: Identity): boolean {
  const now = startOf(pid);
  // The system counts back from the uptime, which moves it by a second now and then.
  return started !== '' && now !== '' && Math.abs(Date.parse(now) - Date.parse(started)) <= START_TOLERANCE_MS;
}

/** When the process began, as the system says it; empty when there is none. */
function startOf(pid: number): string {
  try {
    const told = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, LC_ALL: 'C' } }).trim();
    const [, state = '', started = ''] = /^(\S+)\s+(.+)$/.exec(told) ?? [];
    return state.startsWith('Z') ? '' : started; // a zombie only waits to be counted
  } catch {
    return '';
  }
}
