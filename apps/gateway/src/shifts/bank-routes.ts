/** The bank's statements. */
import type { CsvChunk } from '@youdian/contracts-platform/csv_import';
import type { BankStatementReport } from '@youdian/contracts-billing/close';
import { z } from 'zod';
import { columnMapping } from '../imports/column-mapping.ts';
import { says } from '../problem/field-errors.ts';
import { fen, nextPageToken, pageSize, pageToken } from '../rest/fields.ts';
import { route } from '../rest/route.ts';

const bankAccount = z
  .string()
  .regex(/^[A-Za-z0-9 -]{1,34}$/, says('银行账号由 1 到 34 个字母或数字组成。', 'A bank account has 1 to 34 letters or digits.'))
  .meta({ description: '本单位银行账号,CSV 必填 whose account it is; needed for CSV', examples: ['6222000000000000001'] });
const row = z.object({ line: z.int(), field: z.string().optional(), code: z.string(), zh: z.string(), en: z.string() });
const report = z.object({
  statementId: z.string(), bankAccount: z.string(), taken: z.int(), matched: z.int().meta({ description: '已与进账单对上 explained by a filed slip' }),
  duplicate: z.int().meta({ description: '以前导入过 there already, unchanged' }), rejected: z.int(), rejectedLines: z.array(row),
  problems: z.array(row).meta({ description: '整份对账单的问题 what is wrong with the statement as a whole' }),
});

export const bankRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/bank-statements/import',
    operation: 'importBankStatement',
    tag: 'shifts',
    summary: { zh: '导入银行对账单(CSV 或 CAMT.053),重复导入无妨', en: "Import a bank's statement (CSV or CAMT.053); twice changes nothing" },
    csv: { required: ['entryRef', 'bookedOn'], optional: ['amount', 'credit', 'debit', 'balance', 'currency', 'slipNo', 'text'], orXml: 'an ISO 20022 CAMT.053 file, of at most 48 MiB' },
    query: z.strictObject({ bankAccount: bankAccount.optional(), columns: columnMapping.optional() }),
    response: z.object({ statements: z.array(report) }),
    answer: async ({ file, query }, { dayClose }, call) => ({ statements: (await dayClose.importBankStatement(requests(file, query.bankAccount ?? ''), call)).statements.map(reportToJson) }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/bank-lines/unmatched',
    operation: 'listUnmatchedBankLines',
    tag: 'shifts',
    summary: { zh: '银行已入账而无进账单的明细', en: 'What the bank booked and no filed slip explains, oldest first' },
    query: z.strictObject({ bankAccount: bankAccount.optional(), pageSize: pageSize.optional(), pageToken: pageToken.optional() }),
    response: z.object({
      lines: z.array(z.object({ lineId: z.string(), bankAccount: z.string(), entryRef: z.string(), amountFen: fen, bookedOn: z.string(), slipNo: z.string().optional(), statementId: z.string() })),
      nextPageToken,
    }),
    answer: async ({ query }, { dayClose }, call) => {
      const { lines, nextPageToken: next } = await dayClose.listUnmatchedBankLines({ bankAccount: query.bankAccount ?? '', pageSize: query.pageSize ?? 0, pageToken: query.pageToken ?? '' }, call);
      return { lines: lines.map(({ amountFen, slipNo, ...line }) => ({ ...line, amountFen: String(amountFen), slipNo: slipNo || undefined })), nextPageToken: next || undefined };
    },
  }),
];

/** The first chunk says whose account it is. */
async function* requests(file: AsyncIterable<CsvChunk>, source: string): AsyncIterable<{ chunk: CsvChunk }> {
  let isFirst = true;
  for await (const chunk of file) {
    yield { chunk: isFirst ? { ...chunk, source } : chunk };
    isFirst = false;
  }
}

function reportToJson({ rejectedLines, problems, ...rest }: BankStatementReport): z.input<typeof report> {
  const rows = (list: BankStatementReport['problems']) => list.map(({ line, field, ...one }) => ({ line: Number(line), field: field || undefined, ...one }));
  return { ...rest, rejectedLines: rows(rejectedLines), problems: rows(problems) };
}
