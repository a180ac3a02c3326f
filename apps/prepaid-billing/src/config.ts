import { hostname } from 'node:os';
import { address, readConfig, serviceConfig } from '@youdian/service-host';
import { z } from 'zod';
import { RECENT_KEYS, RECENT_KEYS_MAX, RECENT_KEYS_MIN } from './ledger/key-run.ts';
import type { Deadlines } from './shifts/deadlines.ts';
import { sendersSetting } from './charges/senders.ts';

const SHARDS_MAX = 64;

export const config = readConfig({
  ...serviceConfig,
  CUSTOMER_PROFILE_GRPC: address,
  CHARGE_SENDERS: sendersSetting,
  /** Where the other processes of the service reach this one; by default where it listens. */
  GRPC_ADDRESS: address.optional(),
  /** Names this process among those of the service; kept over restarts, it takes its shards back without waiting for their leases. */
  INSTANCE: z.string().min(1).default(hostname()),
  /** An account number's shard follows from it: fixed at the first start. */
  LEDGER_SHARDS: z.coerce.number().int().min(1).max(SHARDS_MAX).default(4),
  /** Idempotency keys of each shard that stay in memory, 40 bytes each; older ones are looked up in the database. */
  LEDGER_RECENT_KEYS: z.coerce.number().int().min(RECENT_KEYS_MIN).max(RECENT_KEYS_MAX).default(RECENT_KEYS),
  /** What a new account is told below, until it chooses. */
  LOW_BALANCE_THRESHOLD_FEN: z
    .string()
    .regex(/^\d{1,9}$/, 'must be whole fen')
    .default('3000')
    .transform((fen) => BigInt(fen)),
  /** Shanghai time by which a day's shifts are closed and banked. */
  SHIFT_CUT_OFF: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM').default('18:00'),
  /** So long before it is told that something is due. */
  SHIFT_REMINDER_MINUTES: z.coerce.number().int().min(0).max(24 * 60).default(60),
  /** More cash in a collector's hands is told. */
  CASH_LIMIT_FEN: z
    .string()
    .regex(/^\d{1,12}$/, 'must be whole fen')
    .default('5000000')
    .transform((fen) => BigInt(fen)),
});

export function deadlinesOf({ SHIFT_CUT_OFF, SHIFT_REMINDER_MINUTES, CASH_LIMIT_FEN }: typeof config): Deadlines {
  return { cutOff: SHIFT_CUT_OFF, reminderMinutes: SHIFT_REMINDER_MINUTES, cashLimitFen: CASH_LIMIT_FEN };
}

/** Undefined where it is anywhere or on a port that is not known yet: then no other process can send it anything. */
export function addressOf({ GRPC_ADDRESS, GRPC_LISTEN }: Pick<typeof config, 'GRPC_ADDRESS' | 'GRPC_LISTEN'>): string | undefined {
  return GRPC_ADDRESS ?? (/^0\.0\.0\.0:|:0$/.test(GRPC_LISTEN) ? undefined : GRPC_LISTEN);
}
