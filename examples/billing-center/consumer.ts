/**
 * A billing center's end of prepaid-billing: applies every posting once and checks every day against the ledger's DayClosed.
 *
 *   node consumer.ts --brokers host:port,… [--state billing-center.sqlite] [--once]
 *
 * --once reads what is there now, says what it found, and ends with 1 where a day differs or something is missing.
 */
import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { Kafka, logLevel, type Batch, type IHeaders } from 'kafkajs';
import { closingOf, emptyBook, missing, postingOf, takeClosing, takePosting, type Book, type Posting, type Verdict } from './verify.ts';

const POSTINGS = 'prepaid-billing.posting.v1';
const DAYS = 'prepaid-billing.day.v1';
/** Says up to when a partition is complete; no event. */
const PROGRESS = 'youdian.platform.v1.Progress';
const EVENT_TYPE = 'youdian.billing.v1.';

const { values: options } = parseArgs({
  options: { brokers: { type: 'string', default: '127.0.0.1:9092' }, state: { type: 'string', default: 'billing-center.sqlite' }, once: { type: 'boolean', default: false } },
});

/** Books, accounts and the group's name in one database, so that one transaction has them all. */
const db = new DatabaseSync(options.state);
db.exec(`
  CREATE TABLE IF NOT EXISTS reader (group_id TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS book (shard INTEGER PRIMARY KEY, book TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS verdict (day TEXT, shard INTEGER, shards INTEGER, differences TEXT NOT NULL, PRIMARY KEY (day, shard));
  CREATE TABLE IF NOT EXISTS account (account_no TEXT PRIMARY KEY, balance_fen TEXT NOT NULL, receivable_fen TEXT NOT NULL, postings INTEGER NOT NULL);
`);
const findBook = db.prepare('SELECT book FROM book WHERE shard = ?');
const keepBook = db.prepare('INSERT OR REPLACE INTO book VALUES (?, ?)');
const keepVerdict = db.prepare(`INSERT INTO verdict VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET differences = excluded.differences WHERE excluded.differences <> '[]'`);
const countShards = db.prepare(`SELECT count(*) AS here FROM verdict WHERE day = ? AND differences = '[]'`);
const keepAccount = db.prepare(`INSERT INTO account VALUES (?, ?, ?, 1)
  ON CONFLICT DO UPDATE SET balance_fen = excluded.balance_fen, receivable_fen = excluded.receivable_fen, postings = postings + 1`);

/** A new database starts at the beginning: with a name of its own in Kafka, no offset can be ahead of it. */
function groupId(): string {
  const known = db.prepare('SELECT group_id FROM reader').get();
  if (known) return known['group_id'] as string;
  const fresh = `billing-center-${randomUUID()}`;
  db.prepare('INSERT INTO reader VALUES (?)').run(fresh);
  return fresh;
}

/** All of a batch or nothing of it. Offsets follow afterwards, so what a crash leaves comes again and is known by its number. */
function take({ topic, messages }: Batch): void {
  const books = new Map<number, Book>();
  const verdicts: Verdict[] = [];
  let lines: string[] = [];
  const bookOf = (shard: number): Book => books.get(shard) ?? books.set(shard, loadBook(shard)).get(shard)!;
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const { headers, value } of messages) {
      const texts = textsOf(headers);
      if (texts['ce_type'] === PROGRESS) continue;
      if (!texts['ce_type']?.startsWith(EVENT_TYPE)) throw new Error(`${topic} has a record of type ${texts['ce_type']}`);
      if (topic === DAYS) {
        const closing = closingOf(texts, value!.toString());
        verdicts.push(...takeClosing(bookOf(closing.shard), closing));
      } else {
        const posting = postingOf(texts, value!.toString());
        const taken = takePosting(bookOf(posting.shard), posting);
        taken.applied.forEach(apply);
        verdicts.push(...taken.verdicts);
      }
    }
    for (const book of books.values()) keepBook.run(book.shard, JSON.stringify(book, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)));
    lines = verdicts.flatMap(keep);
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
  // Said once it is durable.
  for (const line of lines) console.log(line);
}

/** The effect of a posting: yours goes here. */
function apply({ accountNo, balanceFen, receivableFen }: Posting): void {
  keepAccount.run(accountNo, String(balanceFen), String(receivableFen));
}

function loadBook(shard: number): Book {
  const found = findBook.get(shard);
  if (!found) return emptyBook(shard);
  return JSON.parse(found['book'] as string, (name, part: unknown) => (name.endsWith('Fen') ? BigInt(part as string) : part)) as Book;
}

function textsOf(headers: IHeaders = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** Notes a verdict and returns what there is to say of it. */
function keep({ day, shard, shards, postings, differences }: Verdict): string[] {
  keepVerdict.run(day, shard, shards, JSON.stringify(differences));
  if (differences.length > 0) return [`${day} shard ${shard} DIFFERS: ${differences.join('; ')}`];
  const whole = countShards.get(day)!['here'] === shards ? [`${day} whole: ${shards} of ${shards} shards`] : [];
  return [`${day} shard ${shard} OK: ${postings} postings`, ...whole];
}

const kafka = new Kafka({ clientId: 'billing-center', brokers: options.brokers.split(','), logLevel: logLevel.ERROR });
const group = groupId();
const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 500 });
const open = options.once ? await partitionsToRead() : undefined;

/** Partitions with records that this group has not read, and where they end now. */
async function partitionsToRead(): Promise<Map<string, bigint>> {
  const admin = kafka.admin();
  await admin.connect();
  const ends = new Map<string, bigint>();
  for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group, topics: [POSTINGS, DAYS] })) {
    const read = new Map(partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      const from = read.get(partition) ?? -1n;
      if (BigInt(high) > (from > BigInt(low) ? from : BigInt(low))) ends.set(`${topic}/${partition}`, BigInt(high));
    }
  }
  await admin.disconnect();
  return ends;
}

/** Resolves when everything that --once wants has been read; never without it. */
async function read(): Promise<void> {
  if (open?.size === 0) return;
  await consumer.connect();
  await consumer.subscribe({ topics: [POSTINGS, DAYS], fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer.on('consumer.crash', ({ payload }) => (payload.restart ? undefined : reject(payload.error)));
    const eachBatch = async ({ batch }: { batch: Batch }) => {
      try {
        take(batch);
      } catch (error) {
        // What cannot be taken now cannot be taken at a second try either: a person has to look.
        reject(error as Error);
        throw error;
      }
      const name = `${batch.topic}/${batch.partition}`;
      if (open && BigInt(batch.lastOffset()) + 1n >= (open.get(name) ?? 0n)) open.delete(name);
      // Later, so that this batch's offsets are committed too.
      if (open?.size === 0) setImmediate(resolve);
    };
    consumer.run({ eachBatch }).catch(reject);
  });
  await consumer.disconnect();
}

await read();
const gaps = db.prepare('SELECT shard FROM book ORDER BY shard').all().flatMap(({ shard }) => missing(loadBook(shard as number)));
for (const gap of gaps) console.log(gap);
const differing = db.prepare(`SELECT count(*) AS days FROM verdict WHERE differences <> '[]'`).get()!['days'] as number;
if (differing > 0) console.log(`${differing} days of shards differ`);
process.exit(gaps.length + differing > 0 ? 1 : 0);
