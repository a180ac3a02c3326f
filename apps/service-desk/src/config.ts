import { address, readConfig, serviceConfig } from '@youdian/service-host';
import { z } from 'zod';

const KEY_BYTES = 32;

export const config = readConfig({
  ...serviceConfig,
  /** Where accounts and the network are asked for. */
  CUSTOMER_PROFILE_GRPC: address,
  /** The key that the persons' own keys are wrapped with: 32 bytes in base64. */
  PERSONAL_DATA_KEY: z
    .string()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((key) => key.length === KEY_BYTES, 'must be 32 bytes in base64, as from: openssl rand -base64 32'),
});
