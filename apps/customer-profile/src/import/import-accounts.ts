import type { AggregateStore, Decide } from '@youdian/commit-log';
import { createReport, readBatches, type CsvReport, type CsvRow, type Outcome } from '@youdian/csv-import';
import { isRejection, type Rejection } from '@youdian/rejection';
import { importAccount, registerAccount } from '../account/decide.ts';
import { evolve as evolveAccount, type Account, type AccountEvent } from '../account/state.ts';
import { readAccount, type Accounts } from '../account/store.ts';
import { importCustomer, registerCustomer } from '../customer/decide.ts';
import { evolve as evolveCustomer, type Customer, type CustomerEvent } from '../customer/state.ts';
import { readCustomer, type Customers } from '../customer/store.ts';
import { readLine, type Network } from '../network/store.ts';
import type { Decided, SealedEvent, SealedState, Sealing } from '../sealing.ts';
import { OPTIONAL_COLUMNS, readImportRow, REQUIRED_COLUMNS } from './row.ts';
import { sideBySide, type NumberedRow } from './side-by-side.ts';

const BATCH_ROWS = 1_000;

export interface ImportStores {
  readonly accounts: Accounts;
  readonly customers: Customers;
  readonly network: Network;
  readonly sealing: Sealing;
  readonly clock: () => Date;
}

export interface ImportOptions {
  readonly columns: Readonly<Record<string, string>>;
  /** Names the file's origin. */
  readonly source: string;
  readonly actor: string;
  readonly idempotencyKey: string;
}

/**
 * Each row is one account with its customer, and is taken whole or not at all. Rows that say nothing new change
 * nothing, so a file may come again, also after it was broken off.
 */
export async function importAccounts(stores: ImportStores, chunks: AsyncIterable<Uint8Array>, options: ImportOptions): Promise<CsvReport> {
  const report = createReport();
  const regionOf = remembering(async (lineId) => (await readLine(stores.network, lineId))?.regionId);
  const batches = readBatches<NumberedRow>(chunks, report, {
    columns: options.columns, required: REQUIRED_COLUMNS, optional: OPTIONAL_COLUMNS, batchRows: BATCH_ROWS, besides: sideBySide,
    read: (csv) => checkedRow(csv, options.source, regionOf, stores.clock()),
  });
  for await (const rows of batches) report.addAll(rows, await importBatch(stores, rows, options));
  return report.report;
}

/** A row that the rules would take as a new account; so what is wrong with it does not depend on what is there already. */
async function checkedRow(csv: CsvRow, source: string, regionOf: (lineId: string) => Promise<string | undefined>, at: Date): Promise<NumberedRow | Rejection> {
  const row = readImportRow(csv.values, source);
  if (isRejection(row)) return row;
  const regionId = await regionOf(row.account.lineId);
  const customer = registerCustomer(undefined, row.customer, at);
  if (isRejection(customer)) return customer;
  const account = registerAccount(undefined, row.account, { customerExists: true, regionOfLine: regionId }, at);
  if (isRejection(account)) return account;
  return { ...row, regionId: regionId!, line: csv.line };
}

/** One outcome for each row of the batch, in its order. */
async function importBatch(stores: ImportStores, rows: readonly NumberedRow[], options: ImportOptions): Promise<Outcome[]> {
  const accountChanges = await decideAccounts(stores, rows);
  // A row that cannot have its account does not change its customer either.
  const taken = rows.filter((_, index) => !isRejection(accountChanges[index]!.events));
  const firstLines = new Map<string, NumberedRow>();
  for (const row of taken) if (!firstLines.has(row.customer.customerId)) firstLines.set(row.customer.customerId, row);
  const customerRows = [...firstLines.values()];
  const customerOutcomes = await commitChanges(stores.sealing, stores.customers, await decideCustomers(stores, customerRows), evolveCustomer, options);
  const byCustomer = new Map(customerRows.map((row, index) => [row.customer.customerId, customerOutcomes[index]!]));
  const withCustomer = accountChanges.map((change, index) => {
    const outcome = byCustomer.get(rows[index]!.customer.customerId);
    return outcome && isRejection(outcome) ? { ...change, events: outcome } : change;
  });
  const outcomes = await commitChanges(stores.sealing, stores.accounts, withCustomer, evolveAccount, options);
  return rows.map((row, index) => {
    const outcome = outcomes[index]!;
    const customerChanged = firstLines.get(row.customer.customerId) === row && byCustomer.get(row.customer.customerId) === 'accepted';
    return outcome === 'duplicate' && customerChanged ? 'accepted' : outcome;
  });
}

interface Change<S extends { personal: object }, E extends { kept: object }> extends Decided<S, E> {
  readonly id: string;
  readonly line: number;
  /** What the row asks for. */
  readonly wish: object;
}

async function decideAccounts({ accounts, sealing, clock }: ImportStores, rows: readonly NumberedRow[]): Promise<Change<Account, AccountEvent>[]> {
  const read = await Promise.all(rows.map(({ account }) => readAccount(accounts, account.accountNo)));
  const there = read.flatMap((found) => (found ? [{ state: found.state, person: found.state.customerId }] : []));
  const opened = new Map((await sealing.openMany<Account>(there)).map((state) => [state.accountNo, state]));
  return rows.map(({ account, regionId, line }, index) => ({
    id: account.accountNo,
    line,
    wish: account,
    person: account.customerId,
    read: read[index]?.state,
    events: importAccount(opened.get(account.accountNo), account, { customerExists: true, regionOfLine: regionId }, clock()),
  }));
}

async function decideCustomers({ customers, sealing, clock }: ImportStores, rows: readonly NumberedRow[]): Promise<Change<Customer, CustomerEvent>[]> {
  const read = await Promise.all(rows.map(({ customer }) => readCustomer(customers, customer.customerId)));
  const there = read.flatMap((found) => (found ? [{ state: found.state, person: found.state.customerId }] : []));
  const opened = new Map((await sealing.openMany<Customer>(there)).map((state) => [state.customerId, state]));
  return rows.map(({ customer, line }, index) => ({
    id: customer.customerId,
    line,
    wish: customer,
    person: customer.customerId,
    read: read[index]?.state,
    events: importCustomer(opened.get(customer.customerId), customer, clock()),
  }));
}

/** Commits what changes something, all at once; what says nothing new leaves no commit. */
async function commitChanges<S extends { personal: object }, E extends { type: string; data: object; kept: object }>(
  sealing: Sealing,
  store: AggregateStore<SealedState<S> | undefined, SealedEvent<E>>,
  changes: readonly Change<S, E>[],
  evolve: (state: SealedState<S> | undefined, event: SealedEvent<E>) => SealedState<S>,
  { actor, idempotencyKey }: ImportOptions,
): Promise<Outcome[]> {
  const changing = changes.filter(({ events }) => !isRejection(events) && events.length > 0);
  const decides = await sealing.sealMany<S, E>(changing, evolve);
  const committed = await store.executeMany(
    changing.map(({ id, line, wish }, index) => ({
      id,
      command: { operation: 'ImportAccounts', key: `${idempotencyKey}:${line}`, actor, input: sealing.mark(wish) },
      decide: withoutResult(decides[index]!),
    })),
  );
  const outcomes = new Map(changing.map((change, index) => [change, 'rejection' in committed[index]! ? committed[index].rejection : 'accepted']));
  return changes.map((change) => (isRejection(change.events) ? change.events : ((outcomes.get(change) as Outcome | undefined) ?? 'duplicate')));
}

/** Nobody asks for an imported row's first answer, so it is not kept. */
function withoutResult<S, E>(decide: Decide<S, E, unknown>): Decide<S, E, undefined> {
  return (state, at) => {
    const decided = decide(state, at);
    return isRejection(decided) ? decided : { events: decided.events };
  };
}

function remembering<V>(ask: (key: string) => Promise<V>): (key: string) => Promise<V> {
  const known = new Map<string, V>();
  return async (key) => {
    if (!known.has(key)) known.set(key, await ask(key));
    return known.get(key)!;
  };
}
