import { PrepaidBillingServiceService } from '@youdian/contracts-billing/prepaid_billing';
import { command, implement, query } from '@youdian/service-host';
import type { Clock } from '@youdian/telemetry';
import type { AccountDirectory } from './accounts/directory.ts';
import { getBalance, setLowBalanceThreshold } from './balance/grpc.ts';
import { IMPORT_ROLES, importTopUps } from './import/import.ts';
import type { Shards } from './shards/ledger-shard.ts';
import { getStatement } from './statement/grpc.ts';
import { topUp, TOP_UP_ROLES } from './top-up/grpc.ts';

const READERS = ['cashier', 'agent', 'manager', 'analyst', 'customer', 'kiosk', 'integrator', 'admin', 'service'];
const THRESHOLD_ROLES = ['cashier', 'agent', 'manager', 'customer', 'admin', 'service'];

/** Who may do what. */
export function prepaidBillingService(shards: Shards, directory: AccountDirectory, clock: Clock) {
  return implement(PrepaidBillingServiceService, {
    topUp: command(TOP_UP_ROLES, topUp(shards, directory)),
    setLowBalanceThreshold: command(THRESHOLD_ROLES, setLowBalanceThreshold(shards, directory)),
    getBalance: query(READERS, getBalance(shards, directory)),
    getStatement: query(READERS, getStatement(shards, directory)),
    importTopUps: command(IMPORT_ROLES, importTopUps(shards, directory, clock)),
  });
}
