import type { Kind } from '../kinds.ts';
import { money, without, type Expected, type Own, type Plant, type Scene, type Witness } from './plant.ts';

function plant(name: string, apply: Plant['apply'], witness?: Witness): Plant {
  return { name, apply, ...(witness && { witness }) };
}

const expected = (kind: Kind, amountFen: bigint, explains: Expected['explains'], ...references: string[]): Expected =>
  ({ kind, amountFen: amountFen < 0n ? -amountFen : amountFen, explains, references });

/** Makes a record's or an invoice's amount wrong by a unique amount, up or down, but not by swapped digits. */
function misstate(line: { amountFen: bigint }, own: Own): bigint {
  const offFen = own.n % 2 === 0 ? own.amount() : -own.amount(9_999n);
  line.amountFen += offFen;
  return offFen;
}

function swap(line: { amountFen: bigint }, own: Own): bigint {
  const rightFen = line.amountFen;
  line.amountFen = own.swapped(rightFen);
  return line.amountFen - rightFen;
}

/** One more payment, paid and banked; under a number of one's choice. */
function onePaymentMore(scene: Scene, own: Own, invoiceNo: string): bigint {
  const amountFen = own.amount();
  const accountNo = `88${own.n.toString().padStart(8, '0')}`;
  scene.shift.invoices.push({ ...own.invoice, invoiceNo, accountNo, amountFen });
  scene.shift.records.push({ ...own.record, postingId: `more-${own.n}`, invoiceNo, accountNo, amountFen });
  money(scene, amountFen);
  return amountFen;
}

export const documentPlants: readonly Plant[] = [
  plant('an invoice is lost', ({ shift }, { invoice, record }) => {
    without(shift.invoices, invoice);
    return expected('MISSING_INVOICE', record.amountFen, { invoices: -record.amountFen }, record.invoiceNo, record.postingId);
  }),
  plant('a payment was not posted', ({ shift }, { invoice, record }) => {
    without(shift.records, record);
    return expected('MISSING_RECORD', invoice.amountFen, { records: -invoice.amountFen }, invoice.invoiceNo);
  }),
  plant('an invoice was written, but nobody paid', (scene, { invoice, record }) => {
    without(scene.shift.records, record);
    money(scene, -invoice.amountFen);
    return expected('UNPAID_INVOICE', invoice.amountFen, { invoices: invoice.amountFen }, invoice.invoiceNo);
  }, 'decided'),
  plant('a payment was posted that nobody made', (scene, { invoice, record }) => {
    without(scene.shift.invoices, invoice);
    money(scene, -record.amountFen);
    return expected('UNPAID_RECORD', record.amountFen, { records: record.amountFen }, record.invoiceNo, record.postingId);
  }, 'decided'),
  plant('a payment was posted twice under its number', ({ shift }, { record }) => {
    shift.records.push({ ...record, postingId: `${record.postingId}-again` });
    return expected('DOUBLE_ENTRY', record.amountFen, { records: record.amountFen }, record.invoiceNo, `${record.postingId}-again`);
  }),
  plant('a payment was posted again without a number', ({ shift }, { record }) => {
    shift.records.push({ ...record, postingId: `${record.postingId}-again`, invoiceNo: '' });
    return expected('DOUBLE_ENTRY', record.amountFen, { records: record.amountFen }, `${record.postingId}-again`);
  }),
  plant('a customer paid twice and got one invoice', (scene, { record }) => {
    scene.shift.records.push({ ...record, postingId: `${record.postingId}-again`, invoiceNo: '' });
    money(scene, record.amountFen);
    return expected('MISSING_INVOICE', record.amountFen, { invoices: -record.amountFen }, `${record.postingId}-again`);
  }, 'decided'),
  plant('a record says another amount', (_, own) => {
    const offFen = misstate(own.record, own);
    return expected('WRONG_AMOUNT', offFen, { records: offFen }, own.invoice.invoiceNo, own.record.postingId);
  }),
  plant('an invoice says another amount', (_, own) => {
    const offFen = misstate(own.invoice, own);
    return expected('WRONG_AMOUNT', offFen, { invoices: offFen }, own.invoice.invoiceNo, own.record.postingId);
  }, 'decided'),
  plant('two digits of a record are swapped', (_, own) => {
    const offFen = swap(own.record, own);
    return expected('TRANSPOSED_DIGITS', offFen, { records: offFen }, own.invoice.invoiceNo, own.record.postingId);
  }),
  plant('two digits of an invoice are swapped', (_, own) => {
    const offFen = swap(own.invoice, own);
    return expected('TRANSPOSED_DIGITS', offFen, { invoices: offFen }, own.invoice.invoiceNo, own.record.postingId);
  }, 'decided'),
  plant('a payment was posted to another account', (_, { invoice, record, n }) => {
    record.accountNo = `77${n.toString().padStart(8, '0')}`;
    return expected('WRONG_ACCOUNT', record.amountFen, {}, invoice.invoiceNo, record.postingId);
  }),
  plant('a void invoice was paid back, but its record stands', (scene, { invoice, record }) => {
    invoice.voided = true;
    money(scene, -record.amountFen);
    return expected('VOIDED_BUT_KEPT', record.amountFen, { records: record.amountFen }, invoice.invoiceNo, record.postingId);
  }),
  plant('the money of a void invoice was kept', (_, { invoice, record }) => {
    invoice.voided = true;
    return expected('VOIDED_BUT_KEPT', record.amountFen, { invoices: -record.amountFen }, invoice.invoiceNo, record.postingId);
  }, 'decided'),
  plant('a payment was taken back, but its invoice is not void', (scene, { invoice, record }) => {
    record.reversed = true;
    money(scene, -record.amountFen);
    return expected('REVERSED_NOT_VOIDED', record.amountFen, { invoices: record.amountFen }, invoice.invoiceNo, record.postingId);
  }),
  plant('a payment was reversed by mistake', (_, { invoice, record }) => {
    record.reversed = true;
    return expected('REVERSED_NOT_VOIDED', record.amountFen, { records: -record.amountFen }, invoice.invoiceNo, record.postingId);
  }, 'decided'),
  plant('a device has not synced a receipt', ({ shift }, { invoice, record }) => {
    without(shift.invoices, invoice);
    without(shift.records, record);
    shift.offlineReceipts.push({ deviceId: 'D', invoiceNo: invoice.invoiceNo, accountNo: invoice.accountNo, amountFen: invoice.amountFen, takenAt: invoice.takenAt });
    return expected('OFFLINE_RECEIPT_NOT_SYNCED', invoice.amountFen, { invoices: -invoice.amountFen, records: -invoice.amountFen }, invoice.invoiceNo);
  }),
  plant('a device has not synced a receipt whose paper is there', ({ shift }, { invoice, record }) => {
    without(shift.records, record);
    shift.offlineReceipts.push({ deviceId: 'D', invoiceNo: invoice.invoiceNo, accountNo: invoice.accountNo, amountFen: invoice.amountFen, takenAt: invoice.takenAt });
    return expected('OFFLINE_RECEIPT_NOT_SYNCED', invoice.amountFen, { records: -invoice.amountFen }, invoice.invoiceNo);
  }),
  plant("a payment was posted under a colleague's shift", ({ shift, other }, { invoice, record }) => {
    without(shift.records, record);
    other.shift.records.push(record);
    return expected('RECORDED_ELSEWHERE', record.amountFen, { records: -record.amountFen }, invoice.invoiceNo, record.postingId);
  }),
  plant("a colleague's payment was posted under this shift", ({ shift, other }, { n }) => {
    const { record } = other.payments[n]!;
    without(other.shift.records, record);
    shift.records.push(record);
    return expected('RECORDED_ELSEWHERE', record.amountFen, { records: record.amountFen }, record.invoiceNo, record.postingId);
  }),
  plant('a payment was posted under a mistyped number', (_, { invoice, record, n }) => {
    record.invoiceNo = `T${n}-00000001`;
    return expected('WRONG_INVOICE_NO', record.amountFen, {}, invoice.invoiceNo, record.invoiceNo, record.postingId);
  }),
  plant('a number was used that was not given out', (scene, own) => {
    onePaymentMore(scene, own, `X${own.n}-00000001`);
    return expected('OUTSIDE_BLOCK', 0n, {}, `X${own.n}-00000001`);
  }),
  plant('a sheet is missing', (scene, { invoice, record }) => {
    without(scene.shift.invoices, invoice);
    without(scene.shift.records, record);
    money(scene, -invoice.amountFen);
    return expected('INVOICE_GAP', 0n, {}, invoice.invoiceNo);
  }),
  plant('an invoice was counted twice', ({ shift }, { invoice }) => {
    shift.invoices.push({ ...invoice });
    return expected('INVOICE_DOUBLE', invoice.amountFen, { invoices: invoice.amountFen }, invoice.invoiceNo);
  }),
  plant('two customers got the same number', (scene, own) => {
    onePaymentMore(scene, own, own.invoice.invoiceNo);
    return expected('INVOICE_DOUBLE', 0n, {}, own.invoice.invoiceNo);
  }),
  plant("a colleague's number was used", (scene, own) => {
    const { invoiceNo } = scene.other.payments[own.n]!.invoice;
    onePaymentMore(scene, own, invoiceNo);
    return expected('INVOICE_DOUBLE', 0n, {}, invoiceNo);
  }),
];
