import { v5 as uuidV5 } from 'uuid';

const ROOT = 'a4c5a0f2-6a5b-5d0c-9b1e-0c8f6f1d7e21';

/**
 * The id of what a create makes, from its idempotency key: a retry arrives at the same stream and finds its first
 * answer. `namespace` is the aggregate's name.
 */
export function idFromKey(namespace: string, caller: string, operation: string, key: string): string {
  return uuidV5(JSON.stringify([namespace, caller, operation, key]), ROOT);
}
