import { StatisticsExportServiceService } from '@youdian/contracts-analytics/export';
import { implement, query, type Implementation } from '@youdian/service-host';
import type { Statistic } from '../catalogue/catalogue.ts';
import { ANALYSTS, READERS } from '../query/grpc.ts';
import type { Answering } from '../store/fact-store.ts';
import { exported, exportedFacts } from './export.ts';

export function exportService(store: Answering, statistics: readonly Statistic[]): Implementation {
  return implement(StatisticsExportServiceService, {
    export: query(READERS, (request) => exported(store, statistics, request)),
    exportFacts: query(ANALYSTS, (request) => exportedFacts(store, statistics, request)),
  });
}
