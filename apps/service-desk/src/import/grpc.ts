import type { DomainEvent } from '@youdian/commit-log';
import type { CsvChunk } from '@youdian/contracts-platform/csv_import';
import { openUpload } from '@youdian/csv-import';
import { command, type Call } from '@youdian/service-host';
import type { Named } from '../case/place.ts';
import type { Cases } from '../case/store.ts';
import type { Outages } from '../outage/store.ts';
import { pastCases } from './cases/kind.ts';
import { importRows, type ImportKind, type ImportTools } from './import-rows.ts';
import { pastOutages } from './outages/kind.ts';

const IMPORTERS = ['manager', 'admin', 'integrator'];

export const importCasesMethod = (cases: Cases, tools: ImportTools) => ({ importCases: imports(pastCases(cases), tools) });
export const importOutagesMethod = (outages: Outages, tools: ImportTools) => ({ importOutages: imports(pastOutages(outages), tools) });

function imports<Row extends Named, S, E extends DomainEvent>(kind: ImportKind<Row, S, E>, tools: ImportTools) {
  return command(IMPORTERS, async (requests: AsyncIterable<{ readonly chunk?: CsvChunk | undefined }>, call: Call) => {
    const { columns, source, chunks } = await openUpload(requests);
    return { report: await importRows(kind, tools, chunks, { columns, source, actor: call.actor.name, idempotencyKey: call.idempotencyKey }) };
  });
}
