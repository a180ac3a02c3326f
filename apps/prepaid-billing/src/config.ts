import { hostname } from 'node:os';
import { address, readConfig, serviceConfig } from '@youdian/service-host';
import { z } from 'zod';
import { sendersSetting } from './charges/senders.ts';

const SHARDS_MAX = 64;

export const config = readConfig({
  ...serviceConfig,
  CUSTOMER_PROFILE_GRPC: address,
  CHARGE_SENDERS: sendersSetting,
  /** Names this process among those of the service; kept over restarts, it takes its shards back without waiting for their leases. */
  INSTANCE: z.string().min(1).default(hostname()),
  /** An account number's shard follows from it: fixed at the first start. */
  LEDGER_SHARDS: z.coerce.number().int().min(1).max(SHARDS_MAX).default(4),
  /** What a new account is told below, until it chooses. */
  LOW_BALANCE_THRESHOLD_FEN: z
    .string()
    .regex(/^\d{1,9}$/, 'must be whole fen')
    .default('3000')
    .transform((fen) => BigInt(fen)),
});
