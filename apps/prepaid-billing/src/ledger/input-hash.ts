import { hash } from 'node:crypto';

/** SHA-256 over what a command asks for: the same parts in the same order, and only they, hash alike. */
export function inputHash(...parts: readonly string[]): Buffer {
  return hash('sha256', JSON.stringify(parts), 'buffer');
}
