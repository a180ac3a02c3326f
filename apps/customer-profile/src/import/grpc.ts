import type { ImportAccountsRequest } from '@youdian/contracts-customer/customer_profile';
import { command, type Call } from '@youdian/service-host';
import { importAccounts, type ImportStores } from './import-accounts.ts';

export function importMethods(stores: ImportStores) {
  return {
    importAccounts: command(['manager', 'admin', 'integrator'], async (requests: AsyncIterable<ImportAccountsRequest>, call: Call) => {
      const messages = requests[Symbol.asyncIterator]();
      const first = await messages.next();
      const { columns = {}, source = '', content = Buffer.alloc(0) } = first.done ? {} : (first.value.chunk ?? {});
      async function* chunks() {
        yield content;
        for (let next = await messages.next(); !next.done; next = await messages.next()) yield next.value.chunk?.content ?? Buffer.alloc(0);
      }
      const report = await importAccounts(stores, chunks(), { columns, source, actor: call.actor.name, idempotencyKey: call.idempotencyKey });
      return { report };
    }),
  };
}
