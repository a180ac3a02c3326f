import { address, serviceConfig } from '@youdian/service-host';
import { z } from 'zod';
import { RESTORE_COMMITMENT_MINUTES } from './catalogue/statistics.ts';

const { MONGODB_URI: _, ...common } = serviceConfig;

export const config = {
  ...common,
  /** The folder of the facts; one process owns it. */
  DATA_DIR: z.string().min(1),
  /** Events beyond Kafka's retention; absent: `archive` in DATA_DIR. */
  ARCHIVE_DIR: z.string().min(1).optional(),
  /** A replica has a group and a folder of its own. */
  CONSUMER_GROUP: z.string().regex(/^[a-z0-9-]{1,64}$/).default('analytics'),
  /** What DuckDB may take; Node needs a few hundred more. */
  DUCKDB_MEMORY_LIMIT_MB: z.coerce.number().int().min(128).default(1_024),
  /** From the power going off to its being back, as the company promises; at most a week. */
  RESTORE_COMMITMENT_MINUTES: z.coerce.number().int().min(1).max(10_080).default(RESTORE_COMMITMENT_MINUTES),
  CUSTOMER_PROFILE_GRPC: address,
  SERVICE_DESK_GRPC: address,
  PREPAID_BILLING_GRPC: address,
  NOTIFICATION_GRPC: address,
};
