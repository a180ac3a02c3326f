import { PrepaidBillingServiceService } from '@youdian/contracts-billing/prepaid_billing';
import { command, implement, query } from '@youdian/service-host';
import type { Clock } from '@youdian/telemetry';
import type { AccountDirectory } from './accounts/directory.ts';
import { closeAccount } from './accounts/close.ts';
import { getArrears } from './arrears/grpc.ts';
import { getBalance, setLowBalanceThreshold } from './balance/grpc.ts';
import { ADJUST_ROLES, adjustCharge } from './charges/adjust.ts';
import { getChargeBatch } from './charges/batches.ts';
import { BATCH_READERS } from './charges/grpc.ts';
import type { Senders } from './charges/senders.ts';
import { IMPORT_ROLES, importTopUps } from './import/import.ts';
import { decideRefundOf, listPendingRefunds, REFUND_DECISION_ROLES, REFUND_REQUEST_ROLES, requestRefund } from './refunds/grpc.ts';
import type { RequireKeeper } from './keepers/store.ts';
import type { Shards } from './shards/ledger-shard.ts';
import type { SeriesStore } from './invoices/store.ts';
import { sharing } from './shifts/sharing.ts';
import { SHIFT_KEPT_MS, shiftOf, type ShiftStore } from './shifts/store.ts';
import { getStatement } from './statement/grpc.ts';
import { topUp, TOP_UP_ROLES } from './top-up/grpc.ts';
import { REVERSE_ROLES, reverseTopUp } from './top-up/reverse.ts';
import { TRANSFER_ROLES, transferBalance } from './transfers/grpc.ts';

const READERS = ['cashier', 'agent', 'manager', 'analyst', 'customer', 'kiosk', 'integrator', 'admin', 'service'];
const CLOSING_ROLES = ['manager', 'admin', 'service'];
const THRESHOLD_ROLES = ['cashier', 'agent', 'manager', 'customer', 'admin', 'service'];

/** Who may do what. */
export function prepaidBillingService(shards: Shards, directory: AccountDirectory, { shifts, series }: { shifts: ShiftStore; series: SeriesStore }, senders: Senders, keepers: RequireKeeper, clock: Clock) {
  return implement(PrepaidBillingServiceService, {
    topUp: command(TOP_UP_ROLES, topUp({ shards, directory, series }, sharing((collectorId) => shiftOf(shifts, collectorId, clock()), SHIFT_KEPT_MS), clock)),
    setLowBalanceThreshold: command(THRESHOLD_ROLES, setLowBalanceThreshold(shards, directory)),
    getBalance: query(READERS, getBalance(shards, directory)),
    reverseTopUp: command(REVERSE_ROLES, reverseTopUp(shards, directory)),
    requestRefund: command(REFUND_REQUEST_ROLES, requestRefund(shards, directory)),
    decideRefund: command(REFUND_DECISION_ROLES, decideRefundOf(shards, directory, keepers)),
    listPendingRefunds: query(REFUND_DECISION_ROLES, listPendingRefunds(shards)),
    transferBalance: command(TRANSFER_ROLES, transferBalance(shards, directory)),
    adjustCharge: command(ADJUST_ROLES, adjustCharge(shards, directory, senders)),
    getChargeBatch: query(BATCH_READERS, getChargeBatch(shards, senders)),
    closeAccount: command(CLOSING_ROLES, closeAccount(shards, directory)),
    getArrears: query(READERS, getArrears(shards, directory)),
    getStatement: query(READERS, getStatement(shards, directory)),
    importTopUps: command(IMPORT_ROLES, importTopUps(shards, directory, clock)),
  });
}
