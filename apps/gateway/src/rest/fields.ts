/** Fields that several routes share, with the form that is documented and checked. What they mean, the owners check. */
import { z } from 'zod';
import { says } from '../problem/field-errors.ts';

const NAME_CHARACTERS_MAX = 100;
const TEXT_CHARACTERS_MAX = 2_000;
const PAGE_TOKEN_CHARACTERS_MAX = 512;
const PAGE_SIZE_MAX = 200;

export const accountNo = z
  .string()
  .regex(/^\d{10}$/, says('户号由 10 位数字组成。', 'An account number has 10 digits.'))
  .meta({ description: '户号 account number', examples: ['4101000001'] });

/** Of a region or a line. */
export const placeId = z
  .string()
  .regex(/^[A-Z0-9-]{1,16}$/, says('编号由 1 到 16 个大写字母、数字或连字符组成,例如 R1。', 'An id has 1 to 16 capital letters, digits or hyphens, for example R1.'))
  .meta({ examples: ['R1'] });

/** Given by the owner when it was made. */
export const ownersId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, says('编号由 1 到 64 个字母、数字或连字符组成。', 'An id has 1 to 64 letters, digits or hyphens.'));

export const phone = z.string().regex(/^[0-9+-]{5,20}$/, says('电话由 5 到 20 个数字、加号或连字符组成。', 'A phone number has 5 to 20 digits, plus signs or hyphens.'));

export const language = z.enum(['zh', 'en']).meta({ description: '消息所用语言 language of messages' });

/** Text that people write; without control characters, which no form sends. */
function text(charactersMax: number) {
  return z
    .string()
    .max(charactersMax)
    .refine((value) => value.isWellFormed() && !/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(value), says('不能含控制字符。', 'It may not have control characters.'));
}
export const name = text(NAME_CHARACTERS_MAX).min(1);
export const freeText = text(TEXT_CHARACTERS_MAX);
export const shortText = text(200).min(1);
/** Where nothing has to be said. */
export const reasonOrNone = text(200);
export const address = text(200);

const FEN_FORM = says('金额以分为单位,写成整数的字符串,例如 "10000" 是 100 元。', 'Money is a string of whole fen, for example "10000" for 100 yuan.');
/** Money in: at least one fen. 18 digits fit into 64 bits. */
export const positiveFen = z.string().regex(/^[1-9]\d{0,17}$/, FEN_FORM).meta({ description: '分 fen', examples: ['10000'] }).transform(BigInt);
export const fenFromZero = z.string().regex(/^(0|[1-9]\d{0,17})$/, FEN_FORM).meta({ description: '分 fen', examples: ['3000'] }).transform(BigInt);
/** Money either way, but some. */
export const signedFen = z.string().regex(/^-?[1-9]\d{0,17}$/, FEN_FORM).meta({ description: '分 fen; positive or negative', examples: ['-10000'] }).transform(BigInt);
/** Money out. */
export const fen = z.string().regex(/^-?\d{1,19}$/).meta({ description: '分 fen' });

const INSTANT_FORM = says('时间按 RFC 3339 书写,带时区,例如 2026-11-24T08:30:00Z。', 'A time is RFC 3339 with its zone, for example 2026-11-24T08:30:00Z.');
/** Time in. */
export const instant = z
  .string()
  .max(40)
  .pipe(z.iso.datetime({ offset: true, error: INSTANT_FORM }))
  .transform((value) => new Date(value))
  .refine((value) => value.getTime() >= 0, INSTANT_FORM);
/** A Shanghai day. */
export const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, says('日期写作 YYYY-MM-DD。', 'Write a day as YYYY-MM-DD.')).meta({ examples: ['2026-11-24'] });
/** Time out, RFC 3339 in UTC. */
export const instantOut = z.iso.datetime();

export const capacityKva = z.int().min(1).max(10_000_000).meta({ description: '装接容量 installed capacity, kVA' });

export const pageSize = z
  .string()
  .regex(/^\d{1,3}$/, says(`每页 1 到 ${PAGE_SIZE_MAX} 条。`, `A page has 1 to ${PAGE_SIZE_MAX} entries.`))
  .transform(Number)
  .refine((size) => size >= 1 && size <= PAGE_SIZE_MAX, says(`每页 1 到 ${PAGE_SIZE_MAX} 条。`, `A page has 1 to ${PAGE_SIZE_MAX} entries.`));
export const pageToken = z.string().max(PAGE_TOKEN_CHARACTERS_MAX).regex(/^[\x21-\x7e]+$/, says('请用上一页的 nextPageToken。', 'Use the nextPageToken of the page before.'));
export const nextPageToken = z.string().optional().meta({ description: 'absent on the last page' });

/** Of what a device has signed: they are 32-bit. */
export const SEQUENCE_MAX = 2 ** 31 - 1;
