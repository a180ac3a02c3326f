import type { ImportCasesRequest } from '@youdian/contracts-desk/service_desk';
import { command, type Call } from '@youdian/service-host';
import { importCases, type ImportStores } from './import-cases.ts';

export function importMethods(stores: ImportStores) {
  return {
    importCases: command(['manager', 'admin', 'integrator'], async (requests: AsyncIterable<ImportCasesRequest>, call: Call) => {
      const messages = requests[Symbol.asyncIterator]();
      const first = await messages.next();
      const { columns = {}, source = '', content = Buffer.alloc(0) } = first.done ? {} : (first.value.chunk ?? {});
      async function* chunks() {
        yield content;
        for (let next = await messages.next(); !next.done; next = await messages.next()) yield next.value.chunk?.content ?? Buffer.alloc(0);
      }
      const report = await importCases(stores, chunks(), { columns, source, actor: call.actor.name, idempotencyKey: call.idempotencyKey });
      return { report };
    }),
  };
}
