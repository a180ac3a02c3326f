import { LIST, listValue, VARCHAR, type DuckDBConnection, type DuckDBInstance, type DuckDBTimestampValue } from '@duckdb/node-api';
import { PARTITIONS } from '../../topics.ts';
import { QueryTooLong, TooManyQueries, type Cell, type Snapshot, type Standing } from '../fact-store.ts';
import { toDate } from './values.ts';

/** Questions at the same time. Each takes a thread of Node's pool, and ingest needs one too. */
const READERS = 2;
const WAITING_MAX = 64;
/** So long may a question take. */
const QUERY_LIMIT_MS = 10_000;

/** Connections for questions, apart from the one that writes. */
export class Readers {
  readonly #connections: readonly DuckDBConnection[];
  readonly #free: DuckDBConnection[];
  readonly #waiting: ((connection: DuckDBConnection) => void)[] = [];
  readonly #limitMs: number;
  #busy: Set<Promise<unknown>> = new Set();

  static async open(database: DuckDBInstance, limitMs = QUERY_LIMIT_MS): Promise<Readers> {
    const connections: DuckDBConnection[] = [];
    for (let i = 0; i < READERS; i++) connections.push(await database.connect());
    return new Readers(connections, limitMs);
  }

  constructor(connections: readonly DuckDBConnection[], limitMs: number) {
    this.#limitMs = limitMs;
    this.#connections = connections;
    this.#free = [...connections];
  }

  async snapshot<T>(epoch: string, read: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return this.#busyWith(async (connection) => this.#ask(connection, epoch, read));
  }

  #busyWith<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const done = this.#take().then(async (connection) => work(connection).finally(() => this.#giveBack(connection)));
    this.#busy.add(done);
    return done.finally(() => this.#busy.delete(done));
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#busy);
    for (const connection of this.#connections) connection.closeSync();
  }

  async #ask<T>(connection: DuckDBConnection, epoch: string, read: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      connection.interrupt();
    }, this.#limitMs);
    try {
      await connection.run('BEGIN TRANSACTION READ ONLY');
      const [state] = (await connection.runAndReadAll('SELECT counter, (SELECT revision FROM rolled.main.through) FROM store_state')).getRows() as [[bigint, bigint | null]];
      const [counter, rolledUp] = state;
      return await read({
        revision: `${epoch}.${counter}`,
        // The roll-ups are a database of their own: they may have been read a moment later than the facts.
        rolledUp: rolledUp !== null && rolledUp <= counter ? rolledUp : undefined,
        watermark: (topics) => watermark(connection, topics),
        positions: () => standing(connection),
        rows: async (sql, parameters) => (await connection.runAndReadAll(sql, [...parameters])).getRows() as Cell[][],
      });
    } catch (error) {
      throw late ? new QueryTooLong(`no answer within ${this.#limitMs} ms`) : error;
    } finally {
      clearTimeout(limit);
      await connection.run('ROLLBACK').catch(() => {});
    }
  }

  #take(): Promise<DuckDBConnection> {
    const connection = this.#free.pop();
    if (connection) return Promise.resolve(connection);
    if (this.#waiting.length >= WAITING_MAX) return Promise.reject(new TooManyQueries(`${WAITING_MAX} questions wait already`));
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #giveBack(connection: DuckDBConnection): void {
    const next = this.#waiting.shift();
    if (next) next(connection);
    else this.#free.push(connection);
  }
}

/**
 * Each partition is complete to its last Progress, but not beyond what stood when an event of it was parked or went to
 * the dead letters, and not at all while it catches up from the owner's history.
 */
async function watermark(connection: DuckDBConnection, topics: readonly string[]): Promise<Date | undefined> {
  const [row] = (await connection.runAndReadAll(
    `WITH asked AS (SELECT unnest($1) AS topic),
      complete AS (
        SELECT CASE WHEN catch_up THEN NULL ELSE through END AS through FROM partitions WHERE topic IN (FROM asked)
        UNION ALL SELECT complete_to FROM parked WHERE topic IN (FROM asked)
        UNION ALL SELECT complete_to FROM blocked WHERE topic IN (FROM asked)
      )
     SELECT min(through), count(*) FILTER (through IS NULL), (SELECT count(*) FROM partitions WHERE topic IN (FROM asked)) FROM complete`,
    [listValue(topics)], [LIST(VARCHAR)],
  )).getRows();
  const [through, unknown, partitions] = row as [DuckDBTimestampValue | null, bigint, bigint];
  if (through === null || unknown > 0n || partitions < BigInt(topics.length * PARTITIONS)) return undefined;
  return toDate(through);
}

async function standing(connection: DuckDBConnection): Promise<Standing> {
  const rows = async (sql: string): Promise<Cell[][]> => (await connection.runAndReadAll(sql)).getRows() as Cell[][];
  const [[clusterId]] = await rows('SELECT cluster_id FROM store_state') as [[string | null]];
  const positions = await rows('SELECT topic, partition, next_offset, catch_up, cursor FROM partitions');
  const incomplete = await rows('SELECT topic, subject, arg_max(incomplete, revision) FROM subject_states WHERE incomplete IS NOT NULL GROUP BY ALL');
  return {
    clusterId: clusterId ?? undefined,
    positions: positions.map(([topic, partition, offset, catchUp, cursor]) => ({
      topic: topic as string, partition: Number(partition), offset: offset as bigint, catchUp: catchUp ? { cursor: (cursor as string | null) ?? undefined } : undefined,
    })),
    incomplete: incomplete.map(([topic, subject, reasons]) => ({ topic: topic as string, subject: subject as string, reasons: reasons as string })),
  };
}
