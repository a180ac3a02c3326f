import { address, serviceConfig } from '@youdian/service-host';
import { z } from 'zod';

export const config = {
  ...serviceConfig,
  CUSTOMER_PROFILE_GRPC: address,
  PREPAID_BILLING_GRPC: address,
  SMSC_ADDRESS: address,
  SMSC_SYSTEM_ID: z.string().min(1).max(15).default('youdian'),
  SMSC_PASSWORD: z.string().max(8).default('youdian'),
  /** The number that messages come from. */
  SMS_SENDER: z.string().regex(/^\d{3,15}$/).default('95598'),
  /** How long an attempt without a known outcome waits for its receipt before it is tried again. */
  SMS_RETRY_AFTER_MS: z.coerce.number().int().min(1_000).default(15_000),
  /** When nobody is disturbed who need not be, in Shanghai; both the same: never. */
  QUIET_HOURS: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?-([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, 'must look like 21:00-08:00').default('21:00-08:00')
    .transform((text) => ({ from: text.split('-')[0]!, to: text.split('-')[1]! })),
  /** 32 bytes, base64: wraps the keys of personal data. */
  PERSONAL_DATA_KEY: z.base64().refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64'),
};
