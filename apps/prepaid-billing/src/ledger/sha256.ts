import { hash } from 'node:crypto';

/** Asking for a Buffer costs four times as much as asking for a string of bytes and copying that. */
export function sha256(input: string | Uint8Array): Buffer {
  return Buffer.from(sha256Bytes(input), 'binary');
}

/** A character a byte. */
export function sha256Bytes(input: string | Uint8Array): string {
  return hash('sha256', input, 'binary');
}
