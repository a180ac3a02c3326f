/** Whole fen (分). Never a float, never a `number`. */
export type Fen = bigint;

const WHOLE_FEN = /^-?\d{1,18}$/;

/** Reads fen as they stand in JSON, `"12345"`; undefined where it is no whole number of fen. */
export function parseFen(text: string): Fen | undefined {
  return WHOLE_FEN.test(text) ? BigInt(text) : undefined;
}

/** `123456n` → `1,234.56`, in yuan for people to read. */
export function formatYuan(fen: Fen): string {
  const sign = fen < 0n ? '-' : '';
  const digits = (fen < 0n ? -fen : fen).toString().padStart(3, '0');
  const yuan = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${sign}${yuan}.${digits.slice(-2)}`;
}
