import { ACCOUNT_TOPIC, ARREARS_TOPIC, BALANCE_TOPIC, CASE_TOPIC, CUSTOMER_TOPIC, MESSAGE_TOPIC, NETWORK_TOPIC, OUTAGE_TOPIC, POSTING_TOPIC, SHIFT_TOPIC } from '../topics.ts';

/**
 * The facts, append-only. Each row says once more what is known of one thing, with `sign` +1, or takes back with −1 what
 * was known before; so sums of `sign` are counts, whatever was corrected how often. Unknown is null.
 *
 * - `changing`: one fact per subject, which later events change (a case is classified, a message is delivered).
 * - otherwise: each event is a fact of its own (a top-up, a version of an account).
 */
interface TableShape {
  readonly topic: string;
  readonly changing: boolean;
  readonly columns: Readonly<Record<string, ColumnType>>;
}

/** TIMESTAMP is UTC; days (`YYYY-MM-DD`), months (`YYYY-MM`) and hours (`00`–`23`) are those of Shanghai, as text. */
export type ColumnType = 'VARCHAR' | 'BIGINT' | 'TIMESTAMP';

export const FACT_TABLES = {
  case_facts: {
    topic: CASE_TOPIC,
    changing: true,
    columns: {
      /** FAULT, CONSULTATION, COMPLAINT */
      kind: 'VARCHAR', channel: 'VARCHAR', region_id: 'VARCHAR', line_id: 'VARCHAR', account_no: 'VARCHAR',
      /** Cause, category or class, by kind. */
      classification: 'VARCHAR',
      opened_at: 'TIMESTAMP', hour: 'VARCHAR', day: 'VARCHAR', month: 'VARCHAR',
      resolved_at: 'TIMESTAMP', closed_at: 'TIMESTAMP', customers_affected: 'BIGINT',
      /** 1 to 5 */
      satisfaction: 'BIGINT',
    },
  },
  outage_facts: {
    topic: OUTAGE_TOPIC,
    changing: true,
    columns: {
      region_id: 'VARCHAR', line_id: 'VARCHAR',
      /** YES or NO */
      planned: 'VARCHAR', cause: 'VARCHAR', equipment: 'VARCHAR',
      started_at: 'TIMESTAMP', hour: 'VARCHAR', day: 'VARCHAR', month: 'VARCHAR',
      /** When all had power again. */
      ended_at: 'TIMESTAMP', customers_affected: 'BIGINT',
      /** Customers who have power again, and how long they had been without it, added up: momentary interruptions left out. */
      interrupted: 'BIGINT', customer_ms: 'BIGINT',
      /** YES where it was recorded by mistake. */
      cancelled: 'VARCHAR',
    },
  },
  message_facts: {
    topic: MESSAGE_TOPIC,
    changing: true,
    columns: { rule: 'VARCHAR', status: 'VARCHAR', reason: 'VARCHAR', account_no: 'VARCHAR', queued_at: 'TIMESTAMP', hour: 'VARCHAR', day: 'VARCHAR', month: 'VARCHAR' },
  },
  top_up_facts: {
    topic: POSTING_TOPIC,
    changing: false,
    columns: { posting_id: 'VARCHAR', account_no: 'VARCHAR', amount_fen: 'BIGINT', channel: 'VARCHAR', taken_at: 'TIMESTAMP', hour: 'VARCHAR', day: 'VARCHAR', month: 'VARCHAR' },
  },
  charge_facts: {
    topic: POSTING_TOPIC,
    changing: false,
    columns: {
      /** CHARGE, or ADJUSTMENT of one */
      kind: 'VARCHAR', charge_id: 'VARCHAR', account_no: 'VARCHAR', amount_fen: 'BIGINT', period: 'VARCHAR',
      posted_at: 'TIMESTAMP', hour: 'VARCHAR', day: 'VARCHAR', month: 'VARCHAR', due_on: 'VARCHAR', due_at: 'TIMESTAMP',
    },
  },
  arrears_started_facts: {
    topic: ARREARS_TOPIC,
    changing: false,
    columns: {
      account_no: 'VARCHAR', item_id: 'VARCHAR', period: 'VARCHAR', due_on: 'VARCHAR', due_at: 'TIMESTAMP', owed_fen: 'BIGINT', started_on: 'VARCHAR', posted_at: 'TIMESTAMP',
    },
  },
  arrears_cleared_facts: { topic: ARREARS_TOPIC, changing: false, columns: { account_no: 'VARCHAR', item_id: 'VARCHAR', cleared_on: 'VARCHAR', posted_at: 'TIMESTAMP' } },
  shift_facts: {
    topic: SHIFT_TOPIC,
    changing: true,
    columns: {
      /** OPEN, CLOSED, SIGNED_OFF */
      status: 'VARCHAR', outlet_id: 'VARCHAR', team_id: 'VARCHAR', day: 'VARCHAR', opened_at: 'TIMESTAMP', closed_at: 'TIMESTAMP', float_fen: 'BIGINT',
      /** Of the ledger, the invoices and the bank, once closed. */
      records_fen: 'BIGINT', invoices_fen: 'BIGINT', slips_fen: 'BIGINT', counted_cash_fen: 'BIGINT',
      /** Fewer than the ledger has; negative: more. */
      invoices_missing: 'BIGINT', voids_missing: 'BIGINT',
    },
  },
  balance_alert_facts: {
    topic: BALANCE_TOPIC,
    changing: false,
    columns: { account_no: 'VARCHAR', balance_fen: 'BIGINT', threshold_fen: 'BIGINT', episode: 'BIGINT', posted_at: 'TIMESTAMP', day: 'VARCHAR', month: 'VARCHAR' },
  },
  account_versions: {
    topic: ACCOUNT_TOPIC,
    changing: false,
    columns: {
      account_no: 'VARCHAR', customer_id: 'VARCHAR', usage_nature: 'VARCHAR', installed_capacity_kva: 'BIGINT', region_id: 'VARCHAR', line_id: 'VARCHAR',
      /** From when on it holds. */
      effective_at: 'TIMESTAMP',
    },
  },
  /** From when on an account is no customer any more. */
  account_closings: { topic: POSTING_TOPIC, changing: false, columns: { account_no: 'VARCHAR', closed_at: 'TIMESTAMP' } },
  customer_versions: { topic: CUSTOMER_TOPIC, changing: false, columns: { customer_id: 'VARCHAR', kind: 'VARCHAR', effective_at: 'TIMESTAMP' } },
  region_names: { topic: NETWORK_TOPIC, changing: false, columns: { region_id: 'VARCHAR', name: 'VARCHAR' } },
  line_names: { topic: NETWORK_TOPIC, changing: false, columns: { line_id: 'VARCHAR', region_id: 'VARCHAR', name: 'VARCHAR' } },
} as const satisfies Record<string, TableShape>;

export type TableName = keyof typeof FACT_TABLES;
export const TABLE_NAMES = Object.keys(FACT_TABLES) as TableName[];

/** Where a row comes from: the event, by its id and by its place among its subject's. */
export const ORIGIN_COLUMNS = { sign: 'BIGINT', event_id: 'VARCHAR', subject: 'VARCHAR', sequence: 'BIGINT' } as const;

export type FactValue = string | bigint | Date | null;
type ValueOf<C extends ColumnType> = (C extends 'VARCHAR' ? string : C extends 'BIGINT' ? bigint : Date) | null;
/** The values of one fact, by column. */
export type Fact<T extends TableName = TableName> = { -readonly [C in keyof (typeof FACT_TABLES)[T]['columns']]: ValueOf<(typeof FACT_TABLES)[T]['columns'][C] & ColumnType> };
export type FactValues = Readonly<Record<string, FactValue>>;

const COLUMNS = Object.fromEntries(TABLE_NAMES.map((table) => [table, Object.keys(FACT_TABLES[table].columns)])) as Record<TableName, string[]>;

export function columnsOf(table: TableName): readonly string[] {
  return COLUMNS[table];
}
