import { BIGINT, BOOLEAN, LIST, listValue, TIMESTAMP, VARCHAR, type DuckDBConnection, type DuckDBInstance, type DuckDBPreparedStatement, type DuckDBTimestampValue, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import { faultPoint } from '@youdian/fault-points';
import { partitionOf, type InboxPosition, type InboxStep, type ReceivedEvent, type Remembered, type SubjectState } from '@youdian/messaging';
import type { FactChange } from '../../facts/change.ts';
import { FACT_TABLES } from '../../facts/tables.ts';
import { factRows } from '../../metrics.ts';
import { PARTITIONS, TOPICS } from '../../topics.ts';
import type { Comparison, FactStore, Snapshot } from '../fact-store.ts';
import { copyForAnalysts } from './analyst-copy.ts';
import { append } from './chunk.ts';
import { compareWith } from './compare.ts';
import { openDatabase, type DuckDbOptions, type Opened } from './open.ts';
import { fromParked, PARKED_KINDS, toParked } from './parked.ts';
import { Readers } from './readers.ts';
import { RollUps } from './roll-ups.ts';
import { Subjects } from './subjects.ts';
import { timestamp, toDate } from './values.ts';

type Step = InboxStep<FactChange>;

/** Progress alone is made durable so much later, or with the next events: each durable step costs the disk a write. */
const PROGRESS_FLUSH_MS = 200;

/** The facts in one DuckDB file. Each step is one transaction; questions have connections of their own. */
export class DuckDbFactStore implements FactStore {
  readonly #database: DuckDBInstance;
  readonly #writer: DuckDBConnection;
  readonly #statements = new Map<string, DuckDBPreparedStatement>();
  readonly #readers: Readers;
  readonly #rollUps: RollUps;
  /** Undefined: to be read from the tables. */
  #subjects: Subjects | undefined;
  readonly #epoch: string;
  #counter: bigint;
  #clusterId: string | undefined;
  /** Progress that is not yet durable; losing it loses nothing, for it comes again. */
  #pending = new Map<string, { position: InboxPosition; through: Date | undefined }>();
  #flush: NodeJS.Timeout | undefined;
  /** False only where the table of blocked subjects is surely empty. */
  #mayHaveBlocked = true;
  #turn: Promise<unknown> = Promise.resolve();

  static async open(options: DuckDbOptions): Promise<DuckDbFactStore> {
    const opened = await openDatabase(options);
    return new DuckDbFactStore(opened, await Readers.open(opened.database, options.queryLimitMs), await RollUps.open(opened.database, options.rollUps ?? []));
  }

  constructor({ database, writer, epoch, counter, clusterId }: Opened, readers: Readers, rollUps: RollUps) {
    this.#rollUps = rollUps;
    this.#database = database;
    this.#writer = writer;
    this.#readers = readers;
    this.#epoch = epoch;
    this.#counter = counter;
    this.#clusterId = clusterId;
  }

  open(): Promise<Remembered> {
    return this.#alone(async () => {
      await this.#transaction(() => this.#writePending());
      const positions = await this.#rows('SELECT topic, partition, next_offset, catch_up, cursor FROM partitions');
      const parked = await this.#rows('SELECT topic, subject, count(*) FROM parked GROUP BY ALL');
      this.#mayHaveBlocked = (await this.#rows('FROM blocked LIMIT 1')).length > 0;
      return {
        clusterId: this.#clusterId,
        positions: positions.map(([topic, partition, offset, catchUp, cursor]) => ({
          topic: topic as string, partition: Number(partition), offset: offset as bigint,
          catchUp: catchUp ? { cursor: (cursor as string | null) ?? undefined } : undefined,
        })),
        parked: parked.map(([topic, subject, count]) => ({ topic: topic as string, subject: subject as string, count: Number(count) })),
      };
    });
  }

  subjects(topic: string, subjects: readonly string[]): Promise<Map<string, SubjectState>> {
    return this.#alone(async () => (await this.#known()).find(topic, subjects));
  }

  parked(topic: string, subject: string, above: bigint, limit: number): Promise<ReceivedEvent[]> {
    return this.#alone(async () => (await this.#rows(
      'SELECT * EXCLUDE (complete_to) FROM parked WHERE topic = $1 AND subject = $2 AND sequence > $3 ORDER BY sequence LIMIT $4', [topic, subject, above, BigInt(limit)],
    )).map(fromParked));
  }

  commit(step: Step): Promise<void> {
    return this.#alone(async () => {
      if (this.#isProgressOnly(step)) return this.#postpone(step);
      const known = await this.#known();
      await this.#transaction(async () => {
        await this.#writePending();
        const revision = this.#counter + 1n;
        const rows = await known.fold(step.effects);
        await known.append(rows, untoldBy(step), revision);
        await this.#writeBlocked(step);
        await this.#writeParked(step);
        await this.#writePositions(step);
        await this.#run('UPDATE store_state SET counter = $1, cluster_id = $2', [revision, step.clusterId]);
        for (const [table, own] of rows) {
          factRows.inc({ table }, own.length);
          this.#rollUps.appended(own.length);
        }
        faultPoint('facts.written-not-committed');
      });
      faultPoint('facts.committed');
      this.#counter += 1n;
      this.#clusterId = step.clusterId;
      known.committed();
    });
  }

  snapshot<T>(read: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    this.#rollUps.renewIfFarBehind();
    return this.#readers.snapshot(this.#epoch, read);
  }

  /** Questions of now have nothing left to add up themselves. */
  rollUp(): Promise<void> {
    return this.#rollUps.renew();
  }

  compareWith(file: string, revision: bigint): Promise<Comparison> {
    return this.#beside((connection) => compareWith(connection, file, revision));
  }

  copyForAnalysts(file: string): Promise<string> {
    return this.#beside(async (connection) => `${this.#epoch}.${await copyForAnalysts(connection, file, this.#epoch)}`);
  }

  async close(): Promise<void> {
    clearTimeout(this.#flush);
    await this.#alone(() => this.#transaction(() => this.#writePending()));
    await this.#readers.close();
    await this.#rollUps.close();
    for (const statement of this.#statements.values()) statement.destroySync();
    this.#writer.closeSync();
    this.#database.closeSync();
  }

  /** Beside questions and what comes in, on a connection of its own. */
  async #beside<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#database.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  }

  #isProgressOnly({ clusterId, effects, park, subjects, unpark, positions, progress }: Step): boolean {
    return progress.length > 0 && effects.length + park.length + subjects.length + unpark.length === 0
      && clusterId === this.#clusterId && positions.every(({ catchUp }) => !catchUp);
  }

  #postpone({ positions, progress }: Step): void {
    for (const position of positions) {
      const { topic, partition } = position;
      const through = progress.findLast((reported) => reported.topic === topic && reported.partition === partition)?.through;
      this.#pending.set(`${topic}/${partition}`, { position, through });
    }
    this.#flush ??= setTimeout(() => {
      // Where it fails, the next step tries again and says why.
      void this.#alone(() => this.#transaction(() => this.#writePending())).catch(() => {});
    }, PROGRESS_FLUSH_MS).unref();
  }

  async #writePending(): Promise<void> {
    clearTimeout(this.#flush);
    this.#flush = undefined;
    const pending = [...this.#pending.values()];
    await this.#writePositions({
      positions: pending.map(({ position }) => position),
      progress: pending.flatMap(({ position: { topic, partition }, through }) => (through ? [{ topic, partition, through }] : [])),
    });
  }

  async #writeBlocked({ subjects }: Step): Promise<void> {
    const blocked = subjects.filter(({ blockedAt }) => blockedAt !== undefined);
    if (!this.#mayHaveBlocked && blocked.length === 0) return;
    this.#mayHaveBlocked = true;
    await this.#delete('blocked', "topic || '|' || subject", subjects.map(({ topic, subject }) => `${topic}|${subject}`));
    for (const { topic, subject } of blocked) {
      const partition = BigInt(partitionOf(subject, PARTITIONS));
      await this.#writer.run('INSERT INTO blocked VALUES ($1, $2, (SELECT through FROM partitions WHERE topic = $1 AND partition = $3))', [topic, subject, partition]);
    }
  }

  async #writeParked({ park, unpark }: Step): Promise<void> {
    if (park.length > 0) {
      await this.#delete('parked', "topic || '|' || sequence || '|' || subject", park.map(({ topic, sequence, subject }) => `${topic}|${sequence}|${subject}`));
      const completeTo = new Map<string, Date>();
      for (const [topic, partition, through] of await this.#rows('SELECT topic, partition, through FROM partitions')) if (through !== null) completeTo.set(`${topic}/${partition}`, toDate(through as DuckDBTimestampValue));
      const rows = park.map((event) => toParked(event, completeTo.get(`${event.topic}/${event.partition}`) ?? null));
      await append(this.#writer, 'parked', PARKED_KINDS, rows.length, PARKED_KINDS.map((_, column) => (row) => rows[row]![column]!));
    }
    for (const { topic, subject, through } of unpark) {
      await this.#writer.run('DELETE FROM parked WHERE topic = $1 AND subject = $2 AND sequence <= $3', [topic, subject, through]);
    }
  }

  async #delete(table: string, key: string, keys: readonly string[]): Promise<void> {
    await this.#writer.run(`DELETE FROM ${table} WHERE ${key} IN (SELECT unnest($1))`, [listValue(keys)], [LIST(VARCHAR)]);
  }

  /** One statement for all: they come many at a time, and often. Progress never goes backwards: what was complete stays so. */
  async #writePositions({ positions, progress }: Pick<Step, 'positions' | 'progress'>): Promise<void> {
    const places = newestOf(positions);
    if (places.length > 0) {
      await this.#run(
        `INSERT INTO partitions (topic, partition, next_offset, catch_up, cursor)
         SELECT unnest($1), unnest($2), unnest($3), unnest($4), nullif(unnest($5), '')
         ON CONFLICT DO UPDATE SET next_offset = excluded.next_offset, catch_up = excluded.catch_up, cursor = excluded.cursor`,
        [
          listValue(places.map(({ topic }) => topic)), listValue(places.map(({ partition }) => BigInt(partition))), listValue(places.map(({ offset }) => offset)),
          listValue(places.map(({ catchUp }) => catchUp !== undefined)), listValue(places.map(({ catchUp }) => catchUp?.cursor ?? '')),
        ],
        [LIST(VARCHAR), LIST(BIGINT), LIST(BIGINT), LIST(BOOLEAN), LIST(VARCHAR)],
      );
    }
    const reports = newestOf(progress);
    if (reports.length > 0) {
      await this.#run(
        `UPDATE partitions SET through = greatest(partitions.through, reported.through)
         FROM (SELECT unnest($1) AS topic, unnest($2) AS partition, unnest($3) AS through) reported
         WHERE partitions.topic = reported.topic AND partitions.partition = reported.partition`,
        [listValue(reports.map(({ topic }) => topic)), listValue(reports.map(({ partition }) => BigInt(partition))), listValue(reports.map(({ through }) => timestamp(through)))],
        [LIST(VARCHAR), LIST(BIGINT), LIST(TIMESTAMP)],
      );
    }
  }

  /** A statement that each step has: prepared once. */
  async #run(sql: string, values: DuckDBValue[], types: DuckDBType[] = []): Promise<void> {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = await this.#writer.prepare(sql)));
    statement.bind(values, types);
    await statement.run();
  }

  async #rows(sql: string, values: DuckDBValue[] = [], types?: Parameters<DuckDBConnection['run']>[2]): Promise<DuckDBValue[][]> {
    return (await this.#writer.runAndReadAll(sql, values, types)).getRows();
  }

  async #known(): Promise<Subjects> {
    return (this.#subjects ??= await Subjects.of(this.#writer));
  }

  async #transaction(work: () => Promise<void>): Promise<void> {
    await this.#writer.run('BEGIN');
    try {
      await work();
      await this.#writer.run('COMMIT');
      this.#pending.clear();
    } catch (error) {
      await this.#writer.run('ROLLBACK').catch(() => {});
      this.#subjects = undefined;
      throw error;
    }
  }

  #alone<T>(work: () => Promise<T> | T): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }
}

/** The last of each partition. */
function newestOf<T extends { readonly topic: string; readonly partition: number }>(rows: readonly T[]): T[] {
  return [...new Map(rows.map((row) => [`${row.topic}/${row.partition}`, row])).values()];
}

/** The subjects whose facts do not tell how they stand. */
function untoldBy({ effects, subjects }: Step): Step['subjects'] {
  const told = new Map<string, Map<string, bigint>>(TOPICS.map((topic) => [topic, new Map()]));
  for (const { table, subject, sequence } of effects) told.get(FACT_TABLES[table].topic)!.set(subject, sequence);
  return subjects.filter(({ topic, subject, sequence, blockedAt, incomplete }) => blockedAt !== undefined || incomplete !== undefined || told.get(topic)?.get(subject) !== sequence);
}
