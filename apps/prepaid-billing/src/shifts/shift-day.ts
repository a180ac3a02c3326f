/** A closed shift as the reconciliation compares it. */
import { isLedgersOwn } from '../ledger/decide/invoice.ts';
import { seriesOf } from '../invoices/series.ts';
import { NOTHING_SIGNED } from '../reconciliation/devices.ts';
import type { BankSlip, DeviceClose, Invoice, InvoiceBlock, LedgerRecord, OfflineReceipt, ShiftDay, Signed } from '../reconciliation/lines.ts';
import { invoicesOf } from './invoices.ts';
import type { Shift } from './state.ts';

/** What of a shift is neither its declaration nor a posting. */
export interface Beside {
  /** Blocks of invoice numbers given out to it; none where the ledger gives out the numbers. */
  readonly invoiceBlocks: readonly InvoiceBlock[];
  /** What its devices have brought in, in the ledger or not. */
  readonly offlineReceipts: readonly OfflineReceipt[];
  /** What its devices show, and what has come of it. */
  readonly devices: readonly DeviceBeside[];
}

export interface DeviceBeside extends Omit<DeviceClose, 'listed'> {
  /** Invoice numbers of what has come. */
  readonly cameUnder: ReadonlySet<string>;
}

export function shiftDayOf(shift: Shift, records: readonly LedgerRecord[], beside: Beside): ShiftDay {
  const { shiftId, collectorId, outletId, teamId, day, floatFen } = shift;
  const { countedCashFen, floatReturnedFen = floatFen } = shift.declared!;
  const invoices = invoicesOf(shift.invoices!, records, shift.closedAt!);
  return {
    shiftId, collectorId, outletId, teamId, day, floatFen, floatReturnedFen, countedCashFen, records, invoices, invoiceBlocks: withLedgersOwn(beside.invoiceBlocks, records),
    offlineReceipts: [...beside.offlineReceipts, ...knownByPaper(invoices, records, beside)], slips: slipsOf(shift),
    devices: beside.devices.map(({ cameUnder, ...device }) => ({ ...device, listed: listedOf(device.deviceId, cameUnder, invoices, records, beside) })),
  };
}

/** Paper with a device's number of which neither the ledger nor the device has told: it was given out, and the device has not come back. */
function knownByPaper(invoices: readonly Invoice[], records: readonly LedgerRecord[], { invoiceBlocks, offlineReceipts }: Beside): OfflineReceipt[] {
  const told = new Set([...records, ...offlineReceipts].map(({ invoiceNo }) => invoiceNo));
  return invoices.filter(({ invoiceNo, voided }) => !voided && !told.has(invoiceNo)).flatMap(({ invoiceNo, accountNo, amountFen, takenAt }) => {
    const deviceId = holderOf(invoiceNo, invoiceBlocks);
    return deviceId === undefined ? [] : [{ deviceId, invoiceNo, accountNo, amountFen, takenAt }];
  });
}

/** Of what a device has not brought in, what the paper says line by line: receipts, and the voids of such or of what stands in the ledger. */
function listedOf(deviceId: string, cameUnder: ReadonlySet<string>, invoices: readonly Invoice[], records: readonly LedgerRecord[], { invoiceBlocks }: Beside): Signed {
  const recorded = new Map(records.map((record) => [record.invoiceNo, record]));
  return invoices.filter(({ invoiceNo }) => holderOf(invoiceNo, invoiceBlocks) === deviceId).reduce((listed, { invoiceNo, amountFen, voided }) => {
    const record = recorded.get(invoiceNo);
    const isReceipt = !record && !cameUnder.has(invoiceNo);
    const isVoid = voided && (record ? !record.reversed : isReceipt);
    return {
      receiptCount: listed.receiptCount + Number(isReceipt), receiptFen: listed.receiptFen + (isReceipt ? amountFen : 0n),
      voidCount: listed.voidCount + Number(isVoid), voidFen: listed.voidFen + (isVoid ? amountFen : 0n),
    };
  }, NOTHING_SIGNED);
}

function holderOf(invoiceNo: string, blocks: readonly InvoiceBlock[]): string | undefined {
  return blocks.find(({ from, to }) => isWithin(invoiceNo, from, to))?.deviceId;
}

function isWithin(invoiceNo: string, from: string, to: string): boolean {
  return seriesOf(invoiceNo) === seriesOf(from) && from <= invoiceNo && invoiceNo <= to;
}

export function slipsOf({ collectorId, declared, closedAt }: Shift): BankSlip[] {
  return declared!.slips.map(({ paidInBy, depositedAt, ...slip }) => ({ ...slip, collectorId: paidInBy || collectorId, depositedAt: depositedAt ?? closedAt! }));
}

/** Who holds a block and yet takes one of the ledger's own numbers has that one too. */
function withLedgersOwn(blocks: readonly InvoiceBlock[], records: readonly LedgerRecord[]): readonly InvoiceBlock[] {
  if (blocks.length === 0) return blocks;
  const own = records.filter(({ invoiceNo }) => isLedgersOwn(invoiceNo)).map(({ invoiceNo }) => ({ from: invoiceNo, to: invoiceNo }));
  return [...blocks, ...own];
}
