/** Ed25519, with keys and signatures in hex. */
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

const PUBLIC_KEY = /^[0-9a-f]{64}$/;
const SIGNATURE = /^[0-9a-f]{128}$/;
/** In a thread of its own, so that five hundred of them hold nobody up. */
const verifyAside = promisify(verify);

/** Undefined where it is no key. */
export function publicKeyOf(hex: string): KeyObject | undefined {
  if (!PUBLIC_KEY.test(hex)) return undefined;
  return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(hex, 'hex').toString('base64url') } });
}

export async function isSignedBy(key: KeyObject, bytes: Buffer, signature: string): Promise<boolean> {
  return SIGNATURE.test(signature) && verifyAside(null, bytes, key, Buffer.from(signature, 'hex'));
}
