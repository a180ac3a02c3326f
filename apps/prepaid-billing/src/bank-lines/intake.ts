/** The bank's statement comes in: each line once, matched with its slip where that is filed, and into the ledger. */
import type { BankStatementReport, ImportBankStatementRequest, ImportBankStatementResponse } from '@youdian/contracts-billing/close';
import { isRejection, Rejected, type Rejection } from '@youdian/rejection';
import type { Call } from '@youdian/service-host';
import { readCamt053 } from '../bank-statement/camt053.ts';
import { readCsvStatement } from '../bank-statement/csv.ts';
import type { Statement, StatementLine } from '../bank-statement/line.ts';
import { XML_BYTES_MAX } from '../bank-statement/xml.ts';
import { inBatches } from '../batches.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import type { ShiftStore } from '../shifts/store.ts';
import { bookLines } from './book.ts';
import { entryReused, lineTaken, takeLine } from './decide.ts';
import { filedSlips } from './match.ts';
import { lineIdOf, type BankLineStore } from './store.ts';

const LINES_AT_ONCE = 1_000;
const REJECTED_MAX = 1_000;
const BANK_ACCOUNT = /^[A-Za-z0-9 -]{1,34}$/;
const XML_BEGINS = /^(?:\uFEFF|\s)*</;

export interface BankParts {
  readonly lines: BankLineStore;
  readonly shifts: ShiftStore;
  readonly shards: Shards;
}

export function importBankStatement(parts: BankParts) {
  return async (requests: AsyncIterable<ImportBankStatementRequest>, { actor }: Call): Promise<ImportBankStatementResponse> => {
    const statements: BankStatementReport[] = [];
    for (const statement of await readStatements(requests)) statements.push(await takeStatement(parts, statement, actor.name));
    return { statements };
  };
}

async function readStatements(requests: AsyncIterable<ImportBankStatementRequest>): Promise<Statement[]> {
  const iterator = requests[Symbol.asyncIterator]();
  const content = ({ chunk }: ImportBankStatementRequest) => chunk?.content ?? new Uint8Array();
  let next = await iterator.next();
  const { source = '', columns = {} } = next.done ? {} : (next.value.chunk ?? {});
  // The first chunk may hold the options alone.
  while (!next.done && content(next.value).length === 0) next = await iterator.next();
  async function* chunks() {
    for (; !next.done; next = await iterator.next()) yield content(next.value);
  }
  const isXml = !next.done && XML_BEGINS.test(Buffer.from(content(next.value).subarray(0, 1_000)).toString());
  if (isXml) return readCamt053(await collect(chunks()));
  if (!BANK_ACCOUNT.test(source)) throw new Rejected(bankAccountMissing);
  return [await readCsvStatement(chunks(), { bankAccount: source, columns })];
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    // One more than is read tells the reader that it is too much.
    if ((bytes += chunk.length) > XML_BYTES_MAX + 1) break;
    all.push(chunk);
  }
  return Buffer.concat(all);
}

async function takeStatement(parts: BankParts, { statementId, bankAccount, lines, rejected, problems }: Statement, actor: string): Promise<BankStatementReport> {
  const report: BankStatementReport = {
    statementId, bankAccount, taken: 0, matched: 0, duplicate: 0, rejected: rejected.length,
    rejectedLines: rejected.map(({ at, ...rest }) => ({ line: BigInt(at), ...rest })),
    problems: problems.map(({ field = '', code, zh, en }) => ({ line: 0n, field, code, zh, en })),
  };
  for (const some of inBatches(lines, LINES_AT_ONCE)) await takeLines(parts, some, { statementId, actor, report });
  report.rejectedLines.splice(REJECTED_MAX);
  return report;
}

async function takeLines({ lines: store, shifts, shards }: BankParts, lines: readonly StatementLine[], { statementId, actor, report }: { statementId: string; actor: string; report: BankStatementReport }): Promise<void> {
  const filedOf = await filedSlips(shifts, lines);
  const taking = lines.map((line) => ({ lineId: lineIdOf(line), line, filed: filedOf(line) }));
  const outcomes = await store.executeMany(taking.map(({ lineId, line, filed }) => ({
    id: lineId,
    // Under the line's own key, so that the same line is one command, whoever hands it in.
    command: { operation: 'TakeBankLine', key: lineId, actor, input: { amountFen: line.amountFen, bookedOn: line.bookedOn } },
    decide: (known, at) => {
      const events = takeLine(known, { lineId, statementId, line, filed }, at);
      return isRejection(events) ? events : { events };
    },
  })));
  for (const [index, outcome] of outcomes.entries()) {
    const { line, filed } = taking[index]!;
    const rejection = 'rejection' in outcome ? outcome.rejection : outcome.replayed ? lineTaken : undefined;
    if (!rejection) {
      report.taken += 1;
      if (filed) report.matched += 1;
    } else if (rejection.code === lineTaken.code) report.duplicate += 1;
    else if (rejection.kind === 'unavailable') throw new Rejected(rejection);
    else refuse(report, line, rejection.code === 'IDEMPOTENCY_KEY_REUSED' ? entryReused : rejection);
  }
  // Of duplicates too: what a crash left is made good.
  await bookLines(store, shards, taking.map(({ lineId }) => lineId));
}

function refuse(report: BankStatementReport, { entryRef }: StatementLine, { field = '', code, zh, en }: Rejection): void {
  report.rejected += 1;
  report.rejectedLines.push({ line: 0n, field, code, zh: `${entryRef}：${zh}`, en: `${entryRef}: ${en}` });
}

const bankAccountMissing: Rejection = {
  kind: 'invalid', code: 'BANK_ACCOUNT_MISSING', field: 'bankAccount',
  zh: 'CSV 对账单请注明本单位的银行账号。', en: 'Say whose account a CSV statement is: its number, of up to 34 letters and digits.',
};
