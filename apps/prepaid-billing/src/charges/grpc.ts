import { ChargeIntakeServiceService } from '@youdian/contracts-billing/charge_intake';
import { command, commands, implement, query } from '@youdian/service-host';
import type { AccountDirectory } from '../accounts/directory.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { uploadChargeFile } from './file.ts';
import { listRejectedLines } from './rejected-lines.ts';
import type { Senders } from './senders.ts';
import { submitCharges } from './submit.ts';

const SENDER_ROLES = ['integrator'];
export const BATCH_READERS = ['integrator', 'manager', 'analyst', 'admin', 'service'];

export function chargeIntakeService(shards: Shards, directory: AccountDirectory, senders: Senders) {
  return implement(ChargeIntakeServiceService, {
    submitCharges: commands(SENDER_ROLES, submitCharges(shards, directory, senders)),
    uploadChargeFile: command(SENDER_ROLES, uploadChargeFile(shards, directory, senders)),
    listRejectedLines: query(BATCH_READERS, listRejectedLines(shards, senders)),
  });
}
