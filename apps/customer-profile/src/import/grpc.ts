import type { ImportAccountsRequest } from '@youdian/contracts-customer/customer_profile';
import { openUpload } from '@youdian/csv-import';
import { command, type Call } from '@youdian/service-host';
import { importAccounts, type ImportStores } from './import-accounts.ts';

export function importMethods(stores: ImportStores) {
  return {
    importAccounts: command(['manager', 'admin', 'integrator'], async (requests: AsyncIterable<ImportAccountsRequest>, call: Call) => {
      const { columns, source, chunks } = await openUpload(requests);
      const report = await importAccounts(stores, chunks, { columns, source, actor: call.actor.name, idempotencyKey: call.idempotencyKey });
      return { report };
    }),
  };
}
