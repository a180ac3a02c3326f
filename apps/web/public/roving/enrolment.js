/** What a device shows for its enrolment, as it is pasted or stands in a file. */

/** Of an Ed25519 key in X.509, before its 32 bytes. */
const SPKI = '302a300506032b6570032100';
const PEM = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/;
const FIELDS = /** @type {const} */ (['deviceId', 'collectorId', 'teamId', 'publicKey', 'proof']);

/** A public key in hex, however it is written; what is none, as it is: the gateway says what is wrong with it. @param {string} text */
export function publicKeyIn(text) {
  const pem = PEM.exec(text)?.[1];
  if (pem) return fromPem(pem) ?? text.trim();
  const hex = text.replace(/[\s:]/g, '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(hex) ? hex : text.trim();
}

/** The fields that a file has: JSON as the device exports it, or the public key alone. Empty: none. @param {string} text @returns {Partial<Record<(typeof FIELDS)[number], string>>} */
export function readEnrolment(text) {
  /** @type {any} */
  let read;
  try {
    read = JSON.parse(text);
  } catch {
    // It is no JSON.
  }
  if (typeof read === 'object' && read !== null) {
    const found = Object.fromEntries(FIELDS.flatMap((field) => (typeof read[field] === 'string' ? [[field, read[field]]] : [])));
    return { ...found, ...(found['publicKey'] && { publicKey: publicKeyIn(found['publicKey']) }) };
  }
  const publicKey = publicKeyIn(text);
  return /^[0-9a-f]{64}$/.test(publicKey) ? { publicKey } : {};
}

/** @param {string} base64 */
function fromPem(base64) {
  let bytes;
  try {
    bytes = atob(base64.replace(/\s/g, ''));
  } catch {
    return undefined;
  }
  const hex = Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  return hex.startsWith(SPKI) && hex.length === SPKI.length + 64 ? hex.slice(SPKI.length) : undefined;
}
