import { sha256 } from './sha256.ts';

/** SHA-256 over what a command asks for: the same parts in the same order, and only they, hash alike. */
export function inputHash(...parts: readonly string[]): Buffer {
  return sha256(JSON.stringify(parts));
}
