import { isIPv4 } from 'node:net';
import { address, readConfig } from '@youdian/service-host';
import { z } from 'zod';

const REMOTE_REFUSED =
  'there is no sign-in yet, so the gateway listens on loopback only (127.0.0.1:8080); whoever can reach it acts as anyone. To do it all the same, set ALLOW_REMOTE_WITHOUT_SIGN_IN=yes';

export function isLoopback(host: string): boolean {
  return host === 'localhost' || (isIPv4(host) && host.startsWith('127.'));
}

export function loadConfig(env: NodeJS.ProcessEnv = process.env) {
  const allowed = env['ALLOW_REMOTE_WITHOUT_SIGN_IN'] === 'yes';
  return readConfig(
    {
      HTTP_LISTEN: address.refine((listen) => allowed || isLoopback(listen.split(':')[0]!), REMOTE_REFUSED).default('127.0.0.1:8080'),
      ADMIN_LISTEN: address.default('127.0.0.1:0'),
      CUSTOMER_PROFILE_GRPC: address,
      SERVICE_DESK_GRPC: address,
      PREPAID_BILLING_GRPC: address,
      NOTIFICATION_GRPC: address,
      ANALYTICS_GRPC: address,
      ALLOW_REMOTE_WITHOUT_SIGN_IN: z.enum(['yes', 'no']).default('no'),
      LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    },
    env,
  );
}

export type Config = ReturnType<typeof loadConfig>;
