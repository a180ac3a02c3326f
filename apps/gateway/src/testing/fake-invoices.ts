import { InvoiceServiceService, type InvoiceBlock, type Receipt } from '@youdian/contracts-billing/invoices';
import { implement } from '@youdian/service-host';
import { does, tells } from './fake-methods.ts';

const AT = new Date('2026-11-24T01:02:03.000Z');

const aBlock: InvoiceBlock = {
  blockId: 'A1-00000001', series: 'A1', fromNo: 'A1-00000001', toNo: 'A1-00000050', collectorId: 'C01', deviceId: '', status: 'INVOICE_BLOCK_STATUS_OPEN', returnedFrom: '', issuedBy: 'manager:M01', issuedAt: AT, endedAt: undefined,
};
const aReceipt: Receipt = {
  invoiceNo: 'A1-00000007', state: 'INVOICE_NO_STATE_USED', postingId: '01-1', accountNo: '4101000001', amountFen: 100n, channel: 'TOP_UP_CHANNEL_COUNTER', collectorId: 'C01', takenAt: AT, postedOn: '2026-11-24', postedAt: AT,
  shiftId: '', reprints: [{ copyNo: 1, printedBy: 'cashier:C01', printedAt: AT }], reason: '',
};

export const fakeInvoices = implement(InvoiceServiceService, {
  issueInvoiceBlock: does('issueInvoiceBlock', () => ({ block: aBlock })),
  returnInvoiceBlock: does('returnInvoiceBlock', () => ({ block: aBlock })),
  markInvoiceBlockUsedUp: does('markInvoiceBlockUsedUp', () => ({ block: aBlock })),
  getInvoiceBlock: tells('getInvoiceBlock', () => ({
    block: aBlock, used: 1, usedFen: 100n, void: 0, spoiled: 0, pending: 0, missing: 6, unused: 43, returned: 0, missingRuns: [{ fromNo: 'A1-00000001', toNo: 'A1-00000006', count: 6 }],
    numbers: [{ invoiceNo: 'A1-00000007', state: 'INVOICE_NO_STATE_USED' as const, accountNo: '4101000001', postingId: '01-1', amountFen: 100n, takenAt: AT, reason: '' }],
  })),
  listInvoiceBlocks: tells('listInvoiceBlocks', () => ({ blocks: [aBlock] })),
  voidInvoiceNo: does('voidInvoiceNo', () => ({ receipt: { ...aReceipt, state: 'INVOICE_NO_STATE_SPOILED' as const, postingId: '', channel: 'TOP_UP_CHANNEL_UNSPECIFIED' as const, reason: '打印错位' } })),
  reprintInvoice: does('reprintInvoice', () => ({ receipt: aReceipt, copyNo: 1 })),
  listReceipts: tells('listReceipts', () => ({ receipts: [aReceipt], nextPageToken: '' })),
  getReceipt: tells('getReceipt', () => ({ receipt: aReceipt })),
});
