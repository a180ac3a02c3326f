import type { Rejection } from '@youdian/rejection';

const GROUPED = /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/;
const PLAIN = /^[+-]?\d{1,15}(\.\d+)?$/;
const DECIMALS = 2;

/**
 * Reads yuan as banks write them, `-1,234.5`, into whole fen, digit by digit and never by a float. More than two decimals
 * are refused even where they are zeros: a column with three is not in yuan.
 */
export function readYuan(text: string, field: string): bigint | Rejection {
  const plain = GROUPED.test(text) ? text.replaceAll(',', '') : text;
  if (!PLAIN.test(plain)) return amountInvalid(field);
  const [yuan = '', decimals = ''] = plain.replace(/^[+-]/, '').split('.');
  if (decimals.length > DECIMALS) return amountTooPrecise(field);
  const amountFen = BigInt(yuan + decimals.padEnd(DECIMALS, '0'));
  return plain.startsWith('-') ? -amountFen : amountFen;
}

function amountInvalid(field: string): Rejection {
  return { kind: 'invalid', code: 'AMOUNT_INVALID', field, zh: '金额请写作 1234.56 或 1,234.56（元）。', en: 'Write the amount as 1234.56 or 1,234.56 (yuan).' };
}

function amountTooPrecise(field: string): Rejection {
  return { kind: 'invalid', code: 'AMOUNT_TOO_PRECISE', field, zh: '金额最多两位小数，即到分。', en: 'An amount has at most two decimals: whole fen.' };
}
