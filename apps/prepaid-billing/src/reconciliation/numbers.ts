import { act } from './corrections.ts';
import type { Finding } from './difference.ts';
import { invoiceDouble, tell } from './document-stories.ts';
import type { Documents, Invoice, ShiftDay } from './lines.ts';
import { elsewhere, type Index } from './surroundings.ts';

const NUMBER = /^(.+)-(\d{8})$/;

interface Block {
  readonly series: string;
  readonly from: number;
  readonly to: number;
}

/** What the numbers tell by themselves: outside of the shift's blocks, used elsewhere too, and gaps. */
export function numberFindings(groups: ReadonlyMap<string, Documents>, mistyped: ReadonlySet<string>, shift: ShiftDay, index: Index): Finding[] {
  const blocks = readBlocks(shift);
  const findings: Finding[] = [];
  for (const { invoices, records } of groups.values()) {
    const [invoice] = invoices;
    if (!invoice) continue;
    const own = blocks.length > 0 && blockOf(invoice.invoiceNo, blocks) !== undefined;
    if (own) continue;
    const [copy] = elsewhere(index.invoices.get(invoice.invoiceNo), shift);
    // Without any record here the copy was told of already, as an invoice that counts twice.
    if (copy && (blocks.length > 0 || isLater(invoice, copy.line))) {
      if (records.length > 0 || invoice.voided) findings.push(invoiceDouble(invoice, { counted: false, shiftId: copy.shift.shiftId }));
    } else if (blocks.length > 0) findings.push(outsideBlock(invoice));
  }
  return blocks.length > 0 ? [...findings, ...gaps(blocks, used(groups, mistyped), shift, index)] : findings;
}

/** Whether a number was given out to the shift. */
export function ownNumbers(shift: ShiftDay): (invoiceNo: string) => boolean {
  const blocks = readBlocks(shift);
  return (invoiceNo) => blocks.length > 0 && blockOf(invoiceNo, blocks) !== undefined;
}

function isLater(invoice: Invoice, than: Invoice): boolean {
  return invoice.takenAt > than.takenAt;
}

/** Numbers in order of series and serial, so that a block is found by halving. */
function readBlocks({ invoiceBlocks }: ShiftDay): Block[] {
  const blocks = invoiceBlocks.flatMap(({ from, to }) => {
    const [first, last] = [NUMBER.exec(from), NUMBER.exec(to)];
    return first && last && first[1] === last[1] ? [{ series: first[1]!, from: Number(first[2]), to: Number(last[2]) }] : [];
  });
  return blocks.sort((a, b) => (a.series < b.series ? -1 : a.series > b.series ? 1 : a.from - b.from));
}

function blockOf(invoiceNo: string, blocks: readonly Block[]): Block | undefined {
  const [, series, serialText] = NUMBER.exec(invoiceNo) ?? [];
  if (series === undefined) return undefined;
  const serial = Number(serialText);
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { series: other, from } = blocks[middle]!;
    if (other < series || (other === series && from <= serial)) low = middle + 1;
    else high = middle;
  }
  const block = blocks[low - 1];
  return block && block.series === series && serial <= block.to ? block : undefined;
}

/** Numbers that somebody has seen: on paper, on a device, or on a posting whose invoice is missing, which is told apart. */
function used(groups: ReadonlyMap<string, Documents>, mistyped: ReadonlySet<string>): string[] {
  const seen = ({ invoices, records, receipts }: Documents) => invoices.length > 0 || receipts.length > 0 || records.some(({ reversed }) => !reversed);
  return [...groups].filter(([invoiceNo, group]) => seen(group) && !mistyped.has(invoiceNo)).map(([invoiceNo]) => invoiceNo);
}

function gaps(blocks: readonly Block[], numbers: readonly string[], shift: ShiftDay, index: Index): Finding[] {
  const serials = new Map<Block, number[]>();
  for (const number of numbers) {
    const block = blockOf(number, blocks);
    if (!block) continue;
    const known = serials.get(block) ?? [];
    known.push(Number(number.slice(-8)));
    serials.set(block, known);
  }
  const findings: Finding[] = [];
  // A block is used up before the next of its series is begun; the rest of the last one is still to be used.
  let begun = '';
  for (const block of blocks.toReversed()) {
    const known = (serials.get(block) ?? []).sort((a, b) => a - b);
    if (begun === block.series) known.push(block.to + 1);
    let next = block.from;
    for (const serial of known) {
      if (serial > next) findings.push(...gap(block.series, next, serial - 1, shift, index));
      next = serial + 1;
    }
    if (known.length > 0) begun = block.series;
  }
  return findings;
}

/** A number that another shift used is told of there. A long run is one difference. */
function gap(series: string, from: number, to: number, shift: ShiftDay, index: Index): Finding[] {
  const number = (serial: number) => `${series}-${serial.toString().padStart(8, '0')}`;
  if (from === to && elsewhere(index.invoices.get(number(from)), shift).length > 0) return [];
  const [first, last] = [number(from), number(to)];
  const which = from === to ? first : `${first} – ${last}`;
  const story = tell(
    'INVOICE_GAP', 0n, {}, { invoiceNos: from === to ? [first] : [first, last] },
    `发票号 ${which} 缺失：既无存根也未作废。`, `Invoice ${which} is missing: neither issued nor void.`,
    act('找到该号发票：已开的补入，未开的作废。', 'Find the paper: enter it if it was issued, void it if not.'),
  );
  return [{ story }];
}

function outsideBlock({ invoiceNo }: Invoice): Finding {
  const story = tell(
    'OUTSIDE_BLOCK', 0n, {}, { invoiceNos: [invoiceNo] }, `发票 ${invoiceNo} 不在本班领用的号段内。`, `Invoice ${invoiceNo} is not in the blocks given out to this shift.`,
    act('核对号段领用登记，补登或说明来源。', 'Look at the register of blocks: enter the block, or say where the number came from.'),
  );
  return { story };
}
