import { readFileSync } from 'node:fs';

const SHORT = 20;
const NAMES = ['postings', 'peers', 'grpc', 'import', 'night', 'restart'] as const;
export type Part = (typeof NAMES)[number];

export interface Sizes {
  readonly parts: ReadonlySet<Part>;
  readonly accounts: number;
  readonly postings: number;
  readonly hotPostings: number;
  readonly peerPostings: number;
  readonly calls: number;
  readonly streamed: number;
  readonly rows: number;
  readonly townAccounts: number;
  readonly townEntries: number;
}

const FULL = {
  accounts: 100_000, postings: 1_000_000, hotPostings: 200_000, peerPostings: 20_000, calls: 20_000, streamed: 60_000, rows: 80_000, townAccounts: 1_000_000, townEntries: 10_000_000,
};

/** `--short` is a twentieth of everything, `--only=night,restart` those parts, `--townAccounts=50000` one size. */
export function readSizes(args: readonly string[]): Sizes {
  const given = new Map(args.map((arg) => [arg.replace(/^--|=.*$/g, ''), arg.replace(/^[^=]*=?/, '')]));
  const by = given.has('short') ? SHORT : 1;
  const sizes = Object.fromEntries(Object.entries(FULL).map(([name, full]) => [name, Number(given.get(name) ?? full / by)])) as unknown as Omit<Sizes, 'parts'>;
  const parts = new Set(given.get('only')?.split(',') as Part[] | undefined ?? NAMES);
  const unknown = [...given.keys()].filter((name) => name !== 'short' && name !== 'only' && !(name in FULL));
  if (unknown.length > 0 || [...parts].some((part) => !NAMES.includes(part))) {
    throw new Error(`options: --short, --only=<${NAMES.join('|')},…>, ${Object.keys(FULL).map((name) => `--${name}=<n>`).join(', ')}`);
  }
  return { ...sizes, parts };
}

const misses: string[] = [];

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A line that says how the figure stands to its bar. */
export function bar(text: string, holds: boolean): void {
  say(`${text} ${holds ? '✓' : '✗'}`);
  if (!holds) misses.push(text);
}

/** The exit code. */
export function conclusion(): number {
  for (const miss of misses) say(`BAR MISSED: ${miss}`);
  return misses.length === 0 ? 0 : 1;
}

export const ms = (value: number) => `${Math.round(value).toLocaleString('en')} ms`;
export const seconds = (valueMs: number) => `${(valueMs / 1_000).toFixed(1)} s`;
export const count = (value: number) => Math.round(value).toLocaleString('en');
export const perSecond = (done: number, tookMs: number) => (done / tookMs) * 1_000;
export const micros = (us: number, done: number) => `${(us / done).toFixed(1)} µs`;

/** CPU of a process so far in µs, user and system. Of Linux. */
export function cpuOf(pid: number): number {
  const [, fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user, system] = fields!.split(' ').slice(11, 13).map(Number);
  return (user! + system!) * 10_000;
}

/** The same of all its children that have ended. */
export function cpuOfChildren(pid: number): number {
  const [, fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user, system] = fields!.split(' ').slice(13, 15).map(Number);
  return (user! + system!) * 10_000;
}

/** How many a second, and what CPU each took in these processes, `where`, and in the database, where that is ours to see. */
export async function measured(pids: readonly number[], where: string, database: number, times: number, work: () => Promise<unknown>): Promise<{ rate: number; cpu: string }> {
  const here = () => pids.reduce((sum, pid) => sum + cpuOf(pid), 0);
  const there = () => (database > 0 ? cpuOf(database) : 0);
  const before = { here: here(), there: there() };
  const began = performance.now();
  await work();
  const rate = perSecond(times, performance.now() - began);
  const inDatabase = database > 0 ? `, ${micros(there() - before.there, times)} in the database` : '';
  return { rate, cpu: `${micros(here() - before.here, times)} CPU each ${where}${inDatabase}` };
}

/** The most memory that it ever had, in MiB. */
export function peakMiB(pid: number): number {
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1_024);
}
