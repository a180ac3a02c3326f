import type { CsvReport } from '@youdian/contracts-platform/csv_import';
import { z } from 'zod';
import { route, type Tag } from '../rest/route.ts';
import { columnMapping } from './column-mapping.ts';

const SOURCE_CHARACTERS_MAX = 64;

const query = z.strictObject({
  source: z.string().max(SOURCE_CHARACTERS_MAX).optional().meta({ description: '文件来源,例如旧系统名 where the file is from; rows are identified within it, so that importing twice changes nothing' }),
  columns: columnMapping.optional(),
});
const report = z.object({
  accepted: z.int(),
  duplicate: z.int().meta({ description: 'there already, unchanged' }),
  rejected: z.int(),
  rejectedRows: z
    .array(z.object({ line: z.int(), field: z.string().optional(), code: z.string(), zh: z.string(), en: z.string() }))
    .meta({ description: 'the first 1,000; the header is line 1' }),
});
const common = { method: 'POST', query, response: report } as const;

export const importRoutes = [
  route({
    ...common,
    path: '/api/v1/accounts/import',
    operation: 'importAccounts',
    tag: 'accounts' satisfies Tag,
    summary: { zh: '导入用电户和客户(CSV)', en: 'Import accounts with their customers (CSV)' },
    csv: { required: ['customerNo', 'kind', 'name', 'phone', 'accountNo', 'usageNature', 'installedCapacityKva', 'lineId'], optional: ['language', 'address'] },
    answer: async ({ file }, { customers }, call) => toJson((await customers.importAccounts(requests(file), call)).report!),
  }),
  route({
    ...common,
    path: '/api/v1/top-ups/import',
    operation: 'importTopUps',
    tag: 'payments' satisfies Tag,
    summary: { zh: '导入以往的缴费(CSV)', en: 'Import past top-ups (CSV)' },
    csv: { required: ['receiptNo', 'accountNo', 'amountFen', 'channel', 'takenAt'], optional: ['collectorId'] },
    answer: async ({ file }, { billing }, call) => toJson((await billing.importTopUps(requests(file), call)).report!),
  }),
  route({
    ...common,
    path: '/api/v1/cases/import',
    operation: 'importCases',
    tag: 'cases' satisfies Tag,
    summary: { zh: '导入以往的工单(CSV)', en: 'Import past cases (CSV)' },
    csv: {
      required: ['kind', 'openedAt'],
      optional: [
        'externalId', 'channel', 'resolvedAt', 'closedAt', 'regionId', 'lineId', 'accountNo', 'classification', 'customersAffected', 'satisfaction', 'description',
      ],
    },
    answer: async ({ file }, { desk }, call) => toJson((await desk.importCases(requests(file), call)).report!),
  }),
  route({
    ...common,
    path: '/api/v1/outages/import',
    operation: 'importOutages',
    tag: 'outages' satisfies Tag,
    summary: { zh: '导入以往的停电(CSV)', en: 'Import past outages (CSV)' },
    csv: { required: ['lineId', 'startedAt', 'planned'], optional: ['externalId', 'regionId', 'customersAffected', 'restorations', 'endedAt', 'cause', 'equipment'] },
    answer: async ({ file }, { outages }, call) => toJson((await outages.importOutages(requests(file), call)).report!),
  }),
];

async function* requests<C>(file: AsyncIterable<C>): AsyncIterable<{ chunk: C }> {
  for await (const chunk of file) yield { chunk };
}

function toJson({ accepted, duplicate, rejected, rejectedRows }: CsvReport): z.input<typeof report> {
  return {
    accepted: Number(accepted),
    duplicate: Number(duplicate),
    rejected: Number(rejected),
    rejectedRows: rejectedRows.map(({ line, field, ...rest }) => ({ line: Number(line), ...(field ? { field } : {}), ...rest })),
  };
}
