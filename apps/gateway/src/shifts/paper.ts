/** The invoices of a shift, as its collector counts them. */
import { z } from 'zod';
import { says } from '../problem/field-errors.ts';
import { accountNo, fenFromZero, instant } from '../rest/fields.ts';

const COUNT_MAX = 1_000_000;
const INVOICES_MAX = 5_000;
/** Of a body with the greatest number of lines. */
export const PAPER_BYTES_MAX = 1024 * 1024;

const invoiceNo = z.string().regex(/^[A-Za-z0-9-]{1,32}$/, says('发票号由 1 到 32 个字母、数字或 - 组成。', 'An invoice number has 1 to 32 letters, digits or -.'));
const count = z.int().min(0).max(COUNT_MAX);

/** What the paper comes to: at the close, and when it is counted again. */
export const paper = z.strictObject({
  invoiceCount: count.meta({ description: '用票张数,含作废 numbers used, void ones included' }), voidCount: count,
  invoiceFen: fenFromZero.meta({ description: '未作废发票合计 of those that are not void' }),
  invoices: z.strictObject({
    allListed: z.boolean().optional().meta({ description: '已列出全部发票;否则与入账一致,只列例外 all are listed; else they are as recorded, but for these' }),
    lines: z.array(z.strictObject({ invoiceNo, accountNo, amountFen: fenFromZero, voided: z.boolean().optional(), takenAt: instant.optional() })).max(INVOICES_MAX).optional(),
    withoutPaper: z.array(invoiceNo).max(INVOICES_MAX).optional().meta({ description: '已入账而无存根的发票号 recorded, without paper' }),
  }).optional(),
});

export function paperFrom({ invoiceCount, voidCount, invoiceFen, invoices: { allListed = false, lines = [], withoutPaper = [] } = {} }: z.output<typeof paper>) {
  const counted = { invoiceCount: BigInt(invoiceCount), voidCount: BigInt(voidCount), invoiceFen };
  return { counted, invoices: { allListed, withoutPaper, lines: lines.map(({ voided = false, takenAt, ...line }) => ({ ...line, voided, takenAt })) } };
}
