/** What differs in a closed shift, to the line, with what lies around it. */
import { createHash } from 'node:crypto';
import { formatYuan } from '@youdian/money';
import { bankLinesAround, withAccounts } from '../bank-lines/around.ts';
import type { BankLineStore } from '../bank-lines/store.ts';
import { act } from '../reconciliation/corrections.ts';
import { unseenOf } from '../reconciliation/devices.ts';
import { diagnose, type Diagnosis } from '../reconciliation/diagnose.ts';
import type { Difference } from '../reconciliation/difference.ts';
import { tell } from '../reconciliation/document-stories.ts';
import type { ShiftDay } from '../reconciliation/lines.ts';
import { indexSurroundings } from '../reconciliation/surroundings.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { postingsOfShifts, recordsOf, reprintsByNumber } from './records.ts';
import { shiftDayOf, type Beside } from './shift-day.ts';
import type { Shift } from './state.ts';
import { shiftsAround, type ShiftStore } from './store.ts';

export interface Explained {
  readonly diagnosis: Diagnosis;
  readonly differences: ReadonlyMap<string, Difference>;
}

export type Explain = (shift: Shift) => Promise<Explained>;

export interface Sources {
  readonly store: ShiftStore;
  readonly shards: Shards;
  readonly bank: BankLineStore;
  readonly beside: (shift: Shift) => Promise<Beside>;
}

/** Computed whenever it is asked for, so that it is as the bank's statement and the neighbouring shifts have it by then. */
export function explainer({ store, shards, bank, beside }: Sources): Explain {
  return async (shift) => {
    const closed = [shift, ...(await shiftsAround(store, shift))].filter(({ status }) => status !== 'SHIFT_STATUS_OPEN');
    const postings = await postingsOfShifts(shards, closed.map(({ shiftId }) => shiftId));
    const besides = await Promise.all(closed.map(beside));
    const days = closed.map((one, at) => shiftDayOf(one, recordsOf(postings.get(one.shiftId)!), besides[at]!));
    const bankLines = await bankLinesAround(bank, days[0]!);
    const shifts = days.map((day) => withAccounts(day, bankLines ?? []));
    const own = await withReprints(shards, shifts[0]!);
    const found = diagnose(own, indexSurroundings({ shifts: [own, ...shifts.slice(1)], bankLines: bankLines?.map(({ slipNo, ...line }) => ({ ...line, ...(slipNo !== '' && { slipNo }) })) }));
    const diagnosis = withCount(shift, own, found);
    return { diagnosis, differences: identified(diagnosis.differences) };
  };
}

/** A copy may have been counted as one more invoice. */
async function withReprints(shards: Shards, day: ShiftDay): Promise<ShiftDay> {
  const reprints = await reprintsByNumber(shards, day.records);
  return { ...day, invoices: day.invoices.map((invoice) => ({ ...invoice, reprints: reprints.get(invoice.invoiceNo) ?? 0 })) };
}

/**
 * The paper was counted blind: where it does not come to the lines that are listed or recorded, it may be just what a
 * device has not brought in, or could not be posted; else nothing explains that yet.
 */
export function withCount({ declared }: Shift, day: ShiftDay, diagnosis: Diagnosis): Diagnosis {
  const { invoices } = day;
  const { invoiceCount, voidCount, invoiceFen } = declared!;
  const voids = invoices.filter(({ voided }) => voided).length;
  const offFen = invoiceFen - diagnosis.sums.invoices;
  if (offFen === 0n && invoiceCount === BigInt(invoices.length) && voidCount === BigInt(voids)) return diagnosis;
  const unseen = unseenOf(day);
  const ofDevices = diagnosis.differences.filter(isOfDevicesAlone);
  const unlisted = unseen.receiptCount + ofDevices.filter(({ references }) => !references.deviceRecords).length;
  const unlistedFen = ofDevices.reduce((sumFen, { explains }) => sumFen - explains.invoices!, 0n);
  const isUnlisted = invoiceCount === BigInt(invoices.length + unlisted) && voidCount === BigInt(voids + unseen.voidCount) && offFen === unlistedFen;
  if (isUnlisted) return withPaperOfDevices(diagnosis, invoiceFen);
  const [counted, listed] = [formatYuan(invoiceFen), formatYuan(diagnosis.sums.invoices)];
  const difference = tell(
    'UNEXPLAINED', offFen, { ...(offFen !== 0n && { invoices: offFen }) }, {},
    `发票清点 ${invoiceCount} 张（作废 ${voidCount}）共 ${counted} 元，明细为 ${invoices.length} 张（作废 ${voids}）共 ${listed} 元。`,
    `${invoiceCount} invoices (${voidCount} void) were counted, over ${counted} yuan; by line they are ${invoices.length} (${voids} void), over ${listed} yuan.`,
    act('逐张核对发票：缺的找回，多的说明。', 'Go through the paper one by one: find what is missing, explain what is too much.'),
  );
  return { ...diagnosis, sums: { ...diagnosis.sums, invoices: invoiceFen }, balanced: false, differences: [...diagnosis.differences, difference] };
}

/** Nobody lists its paper. */
function isOfDevicesAlone({ kind, explains }: Difference): boolean {
  return kind === 'OFFLINE_RECEIPT_NOT_SYNCED' && explains.invoices !== undefined;
}

/** Of what a device has not brought in, or could not be posted, the paper is there and was counted, though not line by line. */
function withPaperOfDevices(diagnosis: Diagnosis, invoicesFen: bigint): Diagnosis {
  const differences = diagnosis.differences.map((difference) => {
    if (!isOfDevicesAlone(difference)) return difference;
    const { invoices: _, ...explains } = difference.explains;
    return { ...difference, explains };
  });
  return { ...diagnosis, sums: { ...diagnosis.sums, invoices: invoicesFen }, differences };
}

/** A difference keeps its id as long as it says the same; two that say the same are told apart by their order. */
function identified(differences: readonly Difference[]): Map<string, Difference> {
  const found = new Map<string, Difference>();
  for (const difference of differences) {
    const id = idOf(difference);
    let copy = 1;
    while (found.has(copy === 1 ? id : `${id}-${copy}`)) copy += 1;
    found.set(copy === 1 ? id : `${id}-${copy}`, difference);
  }
  return found;
}

function idOf({ kind, amountFen, explains, references }: Difference): string {
  const sorted = (values: object) => Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, String(value)]);
  return createHash('sha256').update(JSON.stringify([kind, String(amountFen), sorted(explains), sorted(references)])).digest('hex').slice(0, 12);
}
