import type { DomainEvent } from '@youdian/commit-log';
import type { CsvChunk } from '@youdian/contracts-platform/csv_import';
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
    const messages = requests[Symbol.asyncIterator]();
    const first = await messages.next();
    const { columns = {}, source = '', content = Buffer.alloc(0) } = first.done ? {} : (first.value.chunk ?? {});
    async function* chunks() {
      yield content;
      for (let next = await messages.next(); !next.done; next = await messages.next()) yield next.value.chunk?.content ?? Buffer.alloc(0);
    }
    return { report: await importRows(kind, tools, chunks(), { columns, source, actor: call.actor.name, idempotencyKey: call.idempotencyKey }) };
  });
}
