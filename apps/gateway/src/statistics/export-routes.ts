import type { ExportResponse } from '@youdian/contracts-analytics/export';
import { z } from 'zod';
import { download, type Download } from '../rest/route.ts';
import { exportFactsQuery, exportQuery, statisticName, toFactsAsked, toQuestion } from './question.ts';

const FORMATS = { csv: 'EXPORT_FORMAT_CSV', xlsx: 'EXPORT_FORMAT_XLSX', parquet: 'EXPORT_FORMAT_PARQUET' } as const;

const file = {
  tag: 'statistics',
  params: z.object({ statistic: statisticName }),
  contentType: 'text/csv; charset=utf-8',
  otherContentTypes: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.apache.parquet'],
} as const;

export const exportRoutes = [
  download({
    ...file,
    path: '/api/v1/statistics/{statistic}/export',
    operation: 'exportStatistic',
    summary: { zh: '统计导出为文件:CSV(Excel 可直接打开)、XLSX 或 Parquet', en: 'The answer as a file: CSV that Excel opens rightly, XLSX or Parquet' },
    query: exportQuery,
    answer: async ({ params: { statistic }, query: { format, ...query } }, { exports }, call) =>
      asDownload(exports.export({ query: toQuestion(statistic, query), format: FORMATS[format as keyof typeof FORMATS] }, call)),
  }),
  download({
    ...file,
    path: '/api/v1/statistics/{statistic}/facts/export',
    operation: 'exportFacts',
    summary: { zh: '一个数字的明细导出为文件(最多 10,000 条)', en: 'The facts behind a number as a file, at most 10,000' },
    query: exportFactsQuery,
    answer: async ({ params: { statistic }, query: { format, ...query } }, { exports }, call) =>
      asDownload(exports.exportFacts({ facts: toFactsAsked(statistic, query), format: FORMATS[format as keyof typeof FORMATS] }, call)),
  }),
];

async function asDownload(answering: AsyncIterable<ExportResponse>): Promise<Download> {
  const chunks = answering[Symbol.asyncIterator]();
  const { header } = (await chunks.next()).value as ExportResponse;
  return { name: header!.fileName, contentType: header!.contentType, content: contents(chunks) };
}

async function* contents(chunks: AsyncIterator<ExportResponse>): AsyncGenerator<Buffer> {
  try {
    for (let chunk = await chunks.next(); !chunk.done; chunk = await chunks.next()) if (chunk.value.content) yield chunk.value.content;
  } finally {
    await chunks.return?.();
  }
}
