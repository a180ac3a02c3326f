import { StatisticsExportServiceService } from '@youdian/contracts-analytics/export';
import { implement, query, type Implementation } from '@youdian/service-host';
import { READERS } from '../query/grpc.ts';
import type { Answering } from '../store/fact-store.ts';
import { exported } from './export.ts';

export function exportService(store: Answering): Implementation {
  return implement(StatisticsExportServiceService, { export: query(READERS, (request) => exported(store, request)) });
}
