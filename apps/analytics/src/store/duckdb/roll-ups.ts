import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { RollUp } from '../../catalogue/roll-ups.ts';

/** Facts that a question may add up itself without being slower for it. */
const BEHIND_AT_MOST = 200_000;

/** Sums of facts, in memory alone: they are made of the facts at the start, and when a question finds them far behind, beside it and what comes in. */
export class RollUps {
  readonly #connection: DuckDBConnection;
  readonly #rollUps: readonly RollUp[];
  #behind: number;
  #renewing: Promise<void> | undefined;

  static async open(database: DuckDBInstance, rollUps: readonly RollUp[]): Promise<RollUps> {
    const connection = await database.connect();
    await connection.run("ATTACH ':memory:' AS rolled");
    await connection.run(`CREATE TABLE rolled.main.through AS SELECT ${rollUps.length > 0 ? 0 : 'NULL'}::BIGINT AS revision`);
    let facts = 0;
    for (const { table, of, newer, added } of rollUps) {
      await connection.run(`CREATE TABLE ${table} AS ${added(newer(0n))} LIMIT 0`);
      facts += Number((await connection.runAndReadAll(`SELECT count(*) FROM ${of}`)).getRows()[0]![0]);
    }
    const opened = new RollUps(connection, rollUps, facts);
    opened.renewIfFarBehind();
    return opened;
  }

  constructor(connection: DuckDBConnection, rollUps: readonly RollUp[], behind: number) {
    this.#connection = connection;
    this.#rollUps = rollUps;
    this.#behind = behind;
  }

  appended(rows: number): void {
    this.#behind += rows;
  }

  renewIfFarBehind(): void {
    // Where it fails, the next question tries again, and none is answered wrongly meanwhile.
    if (this.#rollUps.length > 0 && this.#behind > BEHIND_AT_MOST) void this.renew().catch(() => {});
  }

  renew(): Promise<void> {
    return (this.#renewing ??= this.#addUp().finally(() => (this.#renewing = undefined)));
  }

  async close(): Promise<void> {
    await this.#renewing?.catch(() => {});
    this.#connection.closeSync();
  }

  async #addUp(): Promise<void> {
    this.#behind = 0;
    await this.#connection.run('BEGIN');
    try {
      const [state] = (await this.#connection.runAndReadAll('SELECT counter, revision FROM store_state, rolled.main.through')).getRows() as [[bigint, bigint]];
      const [counter, through] = state;
      for (const { table, newer, added } of this.#rollUps) await this.#connection.run(`CREATE OR REPLACE TABLE ${table} AS ${added(`FROM ${table} UNION ALL ${newer(through)}`)}`);
      await this.#connection.run('UPDATE rolled.main.through SET revision = $1', [counter]);
      await this.#connection.run('COMMIT');
    } catch (error) {
      await this.#connection.run('ROLLBACK').catch(() => {});
      this.#behind = Infinity;
      throw error;
    }
  }
}
