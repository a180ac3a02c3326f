import type { ExportResponse } from '@youdian/contracts-analytics/export';
import { z } from 'zod';
import { download } from '../rest/route.ts';
import { exportQuery, statisticName, toQuestion } from './question.ts';

const FORMATS = { csv: 'EXPORT_FORMAT_CSV', xlsx: 'EXPORT_FORMAT_XLSX', parquet: 'EXPORT_FORMAT_PARQUET' } as const;

export const exportRoute = download({
  path: '/api/v1/statistics/{statistic}/export',
  operation: 'exportStatistic',
  tag: 'statistics',
  summary: { zh: '统计导出为文件:CSV(Excel 可直接打开)、XLSX 或 Parquet', en: 'The answer as a file: CSV that Excel opens rightly, XLSX or Parquet' },
  params: z.object({ statistic: statisticName }),
  query: exportQuery,
  contentType: 'text/csv; charset=utf-8',
  otherContentTypes: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.apache.parquet'],
  answer: async ({ params: { statistic }, query: { format, ...query } }, { exports }, call) => {
    const chunks = exports.export({ query: toQuestion(statistic, query), format: FORMATS[format as keyof typeof FORMATS] }, call)[Symbol.asyncIterator]();
    const { header } = (await chunks.next()).value as ExportResponse;
    return { name: header!.fileName, contentType: header!.contentType, content: contents(chunks) };
  },
});

async function* contents(chunks: AsyncIterator<ExportResponse>): AsyncGenerator<Buffer> {
  try {
    for (let chunk = await chunks.next(); !chunk.done; chunk = await chunks.next()) if (chunk.value.content) yield chunk.value.content;
  } finally {
    await chunks.return?.();
  }
}
