/** What people type, as the gateway takes it. */

const YUAN = /^(\d{1,12})(?:\.(\d{1,2}))?$/;

/** Yuan as they are written, in whole fen; undefined where they are none. @param {string} text */
export function fenOf(text) {
  const [, yuan, places = ''] = YUAN.exec(text.replace(/[,\s]/g, '')) ?? [];
  return yuan === undefined ? undefined : BigInt(yuan + places.padEnd(2, '0')).toString();
}

/** A count; undefined where it is none. @param {string} text */
export function countOf(text) {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
