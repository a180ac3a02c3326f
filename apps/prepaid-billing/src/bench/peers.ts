/** The same work by others: double entry, a key that works once, an event to be published. Each with a load generator of its own. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Book } from 'medici';
import mongoose from 'mongoose';
import { freePorts } from '@youdian/testing';
import { accountNo } from './ledger-here.ts';
import type { Server } from './postings.ts';
import { bar, count, cpuOfChildren, micros, perSecond, say, type Sizes } from './report.ts';

const TIMES_POSTGRES = 20;
const CLIENTS = 16;
const BIN = '/usr/lib/postgresql/15/bin';
const HOW_TO_INSTALL = 'sudo apt install postgresql-15';
const SECONDS = 15;

export async function measurePeers(server: Server, sizes: Sizes, ours: number | undefined): Promise<void> {
  const postgres = await measurePostgres(sizes);
  if (postgres && ours) bar(`  ours is ${(ours / postgres).toFixed(1)} × it (bar ${TIMES_POSTGRES} ×)`, ours >= TIMES_POSTGRES * postgres);
  await mongoose.connect(server.uri, { autoIndex: true });
  await measureMongoose(sizes);
  await measureMedici(sizes);
  await mongoose.disconnect();
}

const SCHEMA = `
create table accounts (id bigint primary key, balance_fen bigint not null default 0, owed_fen bigint not null default 0 check (owed_fen >= 0), check (balance_fen >= 0));
create table postings (id bigserial primary key, key text not null unique, input_hash text not null, account_id bigint not null, amount_fen bigint not null, balance_fen bigint not null, posted_at timestamptz not null default now());
create table entries (posting_id bigint not null, account text not null, amount_fen bigint not null, primary key (posting_id, account));
create table outbox (id bigserial primary key, subject bigint not null, payload jsonb not null);
create function charge(k text, h text, acc bigint, amt bigint) returns bigint language plpgsql as $$
declare p bigint; b bigint; o bigint; known text;
begin
  select balance_fen, owed_fen into b, o from accounts where id = acc for update;
  insert into postings (key, input_hash, account_id, amount_fen, balance_fen) values (k, h, acc, amt, greatest(b - amt, 0)) on conflict (key) do nothing returning id into p;
  if p is null then
    select input_hash, id into known, p from postings where key = k;
    if known <> h then raise exception 'key reused'; end if;
    return p;
  end if;
  update accounts set balance_fen = greatest(b - amt, 0), owed_fen = o + greatest(amt - b, 0) where id = acc;
  insert into entries values (p, 'charges', -amt), (p, 'prepaid:' || acc, least(amt, b));
  insert into outbox (subject, payload) values (acc, jsonb_build_object('postingId', p, 'amountFen', amt, 'balanceFen', greatest(b - amt, 0)));
  return p;
end $$;
`;
/** One round trip a posting; one in twenty comes again. */
const SCRIPT = `\\set acc random(1, :accounts)
\\set n random(1, 1000000000000)
\\set again random(1, 20)
select charge(:client_id || '-' || :n, 'h' || :acc, :acc, 100);
\\if :again = 1
select charge(:client_id || '-' || :n, 'h' || :acc, :acc, 100);
\\endif
`;

/** Durable as it comes; the load generator is pgbench, in C. Undefined where PostgreSQL is not installed. */
async function measurePostgres({ accounts }: Sizes): Promise<number | undefined> {
  if (!existsSync(join(BIN, 'postgres'))) {
    say(`PostgreSQL 15: not measured, since it is not installed. 没有安装 PostgreSQL 15,这一行略去: ${HOW_TO_INSTALL}`);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'youdian-pg-'));
  const [port] = await freePorts(1);
  // It refuses to be run by root.
  const user = process.getuid?.() === 0 ? 'postgres' : undefined;
  const run = (program: string, args: readonly string[], input?: string) => {
    const command = user ? ['runuser', '-u', user, '--', join(BIN, program), ...args] : [join(BIN, program), ...args];
    const { status, stdout, stderr } = spawnSync(command[0]!, command.slice(1), { encoding: 'utf8', input: input ?? '', cwd: folder });
    if (status !== 0) throw new Error(`${program}: ${stderr}`);
    return stdout;
  };
  if (user) spawnSync('chown', [user, folder]);
  const data = join(folder, 'data');
  run('initdb', ['-D', data, '-A', 'trust', '-U', 'bench']);
  const args = ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=', '-c', 'shared_buffers=512MB', '-c', 'max_wal_size=4GB'];
  const server = user ? spawn('runuser', ['-u', user, '--', join(BIN, 'postgres'), ...args], { stdio: 'ignore' }) : spawn(join(BIN, 'postgres'), args, { stdio: 'ignore' });
  const client = ['-h', folder, '-p', String(port), '-U', 'bench', 'postgres'];
  try {
    for (let tries = 0; tries < 100 && spawnSync(join(BIN, 'pg_isready'), client.slice(0, 4)).status !== 0; tries++) await new Promise((resolve) => setTimeout(resolve, 100));
    run('psql', ['-q', '-v', 'ON_ERROR_STOP=1', ...client], `${SCHEMA} insert into accounts select id, 1000000 from generate_series(1, ${accounts}) id; vacuum analyze;`);
    const script = join(folder, 'charge.sql');
    writeFileSync(script, SCRIPT);
    const postmaster = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    const cpu = cpuOfChildren(postmaster);
    const said = run('pgbench', ['-n', '-M', 'prepared', '-c', String(CLIENTS), '-j', '2', '-T', String(SECONDS), '-D', `accounts=${accounts}`, '-f', script, ...client]);
    const rate = Number(/tps = ([\d.]+)/.exec(said)![1]) * (1 + 1 / 20);
    say(`PostgreSQL 15 (double entry, key, outbox in one function; ${CLIENTS} clients, pgbench): ${count(rate)} a second, ${micros(cpuOfChildren(postmaster) - cpu, rate * SECONDS)} CPU each in it`);
    return rate;
  } finally {
    run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
    server.unref();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A document an account, changed where its version is still the one read; a posting with the key, and an outbox, in one transaction. */
async function measureMongoose({ peerPostings, accounts }: Sizes): Promise<void> {
  const Account = mongoose.model('PeerAccount', new mongoose.Schema({ _id: String, balanceFen: BigInt }, { optimisticConcurrency: true, versionKey: 'version' }));
  const Posting = mongoose.model('PeerPosting', new mongoose.Schema({ key: { type: String, unique: true }, accountNo: String, entries: [{ account: String, amountFen: BigInt, _id: false }] }));
  const Outbox = mongoose.model('PeerOutbox', new mongoose.Schema({ subject: String, payload: Object }));
  await Promise.all([Account.init(), Posting.init(), Outbox.init()]);
  await Account.insertMany(Array.from({ length: accounts }, (_, i) => ({ _id: accountNo(i), balanceFen: 1_000_000n, version: 0 })), { ordered: false });
  await times(peerPostings, 'mongoose, a document an account', async (i) => {
    const no = accountNo((i * 7) % accounts);
    for (;;) {
      const session = await mongoose.startSession();
      try {
        await session.withTransaction(async () => {
          await Posting.create([{ key: `P${i}`, accountNo: no, entries: [{ account: 'charges', amountFen: -100n }, { account: `prepaid:${no}`, amountFen: 100n }] }], { session });
          const account = await Account.findById(no).session(session).orFail();
          account.balanceFen! -= 100n;
          await account.save({ session });
          await Outbox.create([{ subject: no, payload: { amountFen: '100', balanceFen: String(account.balanceFen) } }], { session });
        });
        return;
      } catch (error) {
        if ((error as Error).name !== 'VersionError') throw error;
      } finally {
        await session.endSession();
      }
    }
  });
}

/** A journal with two entries, and the key and the event beside it. */
async function measureMedici({ peerPostings, accounts }: Sizes): Promise<void> {
  const book = new Book('bench');
  const Key = mongoose.model('MediciKey', new mongoose.Schema({ _id: String, payload: Object }));
  await Key.init();
  await times(peerPostings, 'medici', async (i) => {
    const no = accountNo((i * 7) % accounts);
    const session = await mongoose.startSession();
    try {
      await session.withTransaction(async () => {
        await Key.create([{ _id: `M${i}`, payload: { amountFen: '100' } }], { session });
        await book.entry('charge').debit(`Prepaid:${no}`, 100).credit('Charges', 100).commit({ session });
      });
    } finally {
      await session.endSession();
    }
  });
}

/** Nobody's failure may end the measurement of the others. */
async function times(postings: number, name: string, post: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const cpu = process.cpuUsage();
  const began = performance.now();
  try {
    await Promise.all(Array.from({ length: CLIENTS }, async () => {
      for (let i = next++; i < postings; i = next++) await post(i);
    }));
  } catch (error) {
    say(`${name}: failed after ${next} postings: ${(error as Error).message}`);
    return;
  }
  const { user, system } = process.cpuUsage(cpu);
  say(`${name} (${CLIENTS} at a time): ${count(perSecond(postings, performance.now() - began))} a second, ${((user + system) / postings).toFixed(0)} µs CPU each here`);
}
