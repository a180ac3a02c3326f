import { formatYuan } from '@youdian/money';
import { act, cash, post, prepaid } from './corrections.ts';
import type { Correction, Difference, Explains, Finding, References } from './difference.ts';
import type { Kind } from './kinds.ts';
import type { Invoice, LedgerRecord, OfflineReceipt, ShiftDay } from './lines.ts';
import { isTransposed } from './transposed.ts';

/** One kind of difference, told. */
export function tell(kind: Kind, amountFen: bigint, explains: Explains, references: References, zh: string, en: string, correction: Correction): Difference {
  return { kind, amountFen: amountFen < 0n ? -amountFen : amountFen, explains, references, zh, en, correction };
}

const refs = (invoice?: Invoice, record?: LedgerRecord): References => ({
  ...((invoice ?? record?.invoiceNo) && { invoiceNos: [invoice?.invoiceNo ?? record!.invoiceNo] }),
  ...(record && { postingIds: [record.postingId] }),
});

const takeBack = ({ accountNo, amountFen, postingId }: LedgerRecord, collectorId: string): Correction =>
  post(prepaid(accountNo), cash(collectorId), amountFen, `冲正入账 ${postingId}。`, `Reverse posting ${postingId}.`);

const enter = ({ accountNo, amountFen, invoiceNo }: Invoice | OfflineReceipt, collectorId: string): Correction =>
  post(cash(collectorId), prepaid(accountNo), amountFen, `补录发票 ${invoiceNo} 的预存。`, `Post the top-up of invoice ${invoiceNo}.`);

export function wrongAccount(invoice: Invoice, record: LedgerRecord): Finding {
  const { invoiceNo, amountFen } = invoice;
  const correction = post(
    prepaid(record.accountNo), prepaid(invoice.accountNo), record.amountFen,
    `将 ${formatYuan(record.amountFen)} 元从户号 ${record.accountNo} 调到 ${invoice.accountNo}。`, `Move ${formatYuan(record.amountFen)} yuan from account ${record.accountNo} to ${invoice.accountNo}.`,
  );
  const zh = `发票 ${invoiceNo} 开给户号 ${invoice.accountNo}，却记入户号 ${record.accountNo}。`;
  return { story: tell('WRONG_ACCOUNT', amountFen, {}, refs(invoice, record), zh, `Invoice ${invoiceNo} is account ${invoice.accountNo}'s, but was posted to ${record.accountNo}.`, correction) };
}

/** The invoice is what the customer holds; a signed receipt decides, and where there is none the money may decide otherwise. */
export function wrongAmount(invoice: Invoice, record: LedgerRecord, receipt: OfflineReceipt | undefined, collectorId: string): Finding {
  if (!receipt) return { story: amountStory(invoice, record, invoice.amountFen, collectorId), otherwise: amountStory(invoice, record, record.amountFen, collectorId) };
  return { story: amountStory(invoice, record, receipt.amountFen, collectorId) };
}

function amountStory(invoice: Invoice, record: LedgerRecord, trueFen: bigint, collectorId: string): Difference {
  const { invoiceNo } = invoice;
  const [invoiceOffFen, recordOffFen] = [invoice.amountFen - trueFen, record.amountFen - trueFen];
  const explains = { ...(invoiceOffFen !== 0n && { invoices: invoiceOffFen }), ...(recordOffFen !== 0n && { records: recordOffFen }) };
  const swapped = isTransposed(recordOffFen === 0n ? invoice.amountFen : record.amountFen, trueFen);
  const [said, recorded, right] = [invoice.amountFen, record.amountFen, trueFen].map(formatYuan);
  const zh = `发票 ${invoiceNo} 为 ${said} 元，入账 ${recorded} 元，应为 ${right} 元${swapped ? '：相邻两位数字颠倒' : ''}。`;
  const en = `Invoice ${invoiceNo} says ${said} yuan, ${recorded} were posted, ${right} is right${swapped ? ': two neighbouring digits changed places' : ''}.`;
  const reissue = act(`作废发票 ${invoiceNo}，按 ${right} 元重开。`, `Void invoice ${invoiceNo} and issue one over ${right} yuan.`);
  const adjust = post(cash(collectorId), prepaid(record.accountNo), -recordOffFen, `按 ${right} 元调整入账 ${record.postingId}。`, `Adjust posting ${record.postingId} to ${right} yuan.`);
  const offFen = recordOffFen === 0n ? invoiceOffFen : recordOffFen;
  return tell(swapped ? 'TRANSPOSED_DIGITS' : 'WRONG_AMOUNT', offFen, explains, refs(invoice, record), zh, en, recordOffFen === 0n ? reissue : adjust);
}

export function voidedButKept(invoice: Invoice, record: LedgerRecord, collectorId: string): Finding {
  const { invoiceNo } = invoice;
  const { amountFen, postingId } = record;
  const zh = `发票 ${invoiceNo} 已作废，入账 ${postingId} 却未冲正`;
  const en = `Invoice ${invoiceNo} is void, but posting ${postingId} stands`;
  return {
    story: tell('VOIDED_BUT_KEPT', amountFen, { records: amountFen }, refs(invoice, record), `${zh}；款已退。`, `${en}; the money was given back.`, takeBack(record, collectorId)),
    otherwise: tell(
      'VOIDED_BUT_KEPT', amountFen, { invoices: -amountFen }, refs(invoice, record), `${zh}，款也未退。`, `${en} and the money was kept.`,
      act('联系客户：退款并冲正，或重开发票。', 'Ask the customer: pay back and reverse, or issue another invoice.'),
    ),
  };
}

export function reversedNotVoided(invoice: Invoice, record: LedgerRecord, collectorId: string): Finding {
  const { invoiceNo, amountFen } = invoice;
  const zh = `入账 ${record.postingId} 已冲正，发票 ${invoiceNo} 却未作废`;
  const en = `Posting ${record.postingId} was reversed, but invoice ${invoiceNo} is not void`;
  return {
    story: tell('REVERSED_NOT_VOIDED', amountFen, { invoices: amountFen }, refs(invoice, record), `${zh}。`, `${en}.`, act(`收回并作废发票 ${invoiceNo}。`, `Take invoice ${invoiceNo} back and void it.`)),
    otherwise: tell('REVERSED_NOT_VOIDED', amountFen, { records: -amountFen }, refs(invoice, record), `${zh}，款仍在：冲正有误。`, `${en} and the money is there: the reversal was wrong.`, enter(invoice, collectorId)),
  };
}

/** `counted` where this copy adds to the sum of invoices without a payment of its own. */
export function invoiceDouble(invoice: Invoice, { counted, shiftId }: { counted: boolean; shiftId?: string | undefined }): Finding {
  const { invoiceNo, amountFen, reprints } = invoice;
  const references = { invoiceNos: [invoiceNo], ...(shiftId !== undefined && { shiftId }) };
  const [whereZh, whereEn] = shiftId === undefined ? ['本班', 'in this shift'] : [`班次 ${shiftId}`, `in shift ${shiftId}`];
  const [why, whyEn] = reprints > 0 ? ['（曾补打，可能把补打件计入）', ' (it was reprinted: perhaps the reprint was counted)'] : ['', ''];
  const story = tell(
    'INVOICE_DOUBLE', counted ? amountFen : 0n, counted ? { invoices: amountFen } : {}, references,
    `发票号 ${invoiceNo} 在${whereZh}已有一张${why}。`, `Invoice number ${invoiceNo} is there a second time, ${whereEn}${whyEn}.`,
    act(`核对纸质发票 ${invoiceNo}，只留一张。`, `Look at the paper of ${invoiceNo} and keep one.`),
  );
  return { story };
}

/** Twice in the ledger for one payment; where the money is there twice too, it is the invoice that is missing. */
export function doubleEntry(record: LedgerRecord, collectorId: string): Finding {
  const { amountFen, invoiceNo, postingId, accountNo } = record;
  const story = tell(
    'DOUBLE_ENTRY', amountFen, { records: amountFen }, refs(undefined, record),
    `户号 ${accountNo} 的一笔 ${formatYuan(amountFen)} 元重复入账（${postingId}，发票 ${invoiceNo || '无'}）。`,
    `One payment of ${formatYuan(amountFen)} yuan for account ${accountNo} was posted twice (${postingId}, invoice ${invoiceNo || 'none'}).`, takeBack(record, collectorId),
  );
  return { story, otherwise: missingInvoice(record) };
}

function missingInvoice(record: LedgerRecord): Difference {
  const { amountFen, postingId, accountNo } = record;
  return tell(
    'MISSING_INVOICE', amountFen, { invoices: -amountFen }, refs(undefined, record), `入账 ${postingId}（户号 ${accountNo}）没有发票。`, `Posting ${postingId} for account ${accountNo} has no invoice.`,
    act('找回发票存根；若未开，补开并交给客户。', 'Find the invoice; if none was issued, issue it and give it to the customer.'),
  );
}

export function recordAlone(record: LedgerRecord, collectorId: string): Finding {
  const { amountFen, postingId } = record;
  const unpaid = tell(
    'UNPAID_RECORD', amountFen, { records: amountFen }, refs(undefined, record), `入账 ${postingId} 既无发票也无款。`, `Posting ${postingId} has neither invoice nor money.`, takeBack(record, collectorId),
  );
  return { story: missingInvoice(record), otherwise: unpaid };
}

export function invoiceAlone(invoice: Invoice, collectorId: string): Finding {
  const { amountFen, invoiceNo } = invoice;
  return {
    story: tell('MISSING_RECORD', amountFen, { records: -amountFen }, refs(invoice), `发票 ${invoiceNo} 未入账。`, `Invoice ${invoiceNo} was not posted.`, enter(invoice, collectorId)),
    otherwise: tell(
      'UNPAID_INVOICE', amountFen, { invoices: amountFen }, refs(invoice), `发票 ${invoiceNo} 既未入账也无款。`, `Invoice ${invoiceNo} has neither posting nor money.`,
      act(`收回并作废发票 ${invoiceNo}。`, `Take invoice ${invoiceNo} back and void it.`),
    ),
  };
}

/** With its paper among the invoices, or known from the device alone. */
export function offlineNotSynced(receipt: OfflineReceipt, invoice: Invoice | undefined, collectorId: string): Finding {
  const paid = invoice ?? receipt;
  const explains = { ...(!invoice && { invoices: -paid.amountFen }), records: -paid.amountFen };
  const story = tell(
    'OFFLINE_RECEIPT_NOT_SYNCED', paid.amountFen, explains, { invoiceNos: [receipt.invoiceNo] },
    `设备 ${receipt.deviceId} 离线收的 ${receipt.invoiceNo} 尚未同步。`, `Receipt ${receipt.invoiceNo}, taken offline by device ${receipt.deviceId}, was not synced.`, enter(paid, collectorId),
  );
  return { story };
}

export function mistypedInvoiceNo(invoice: Invoice, record: LedgerRecord): Finding {
  const references = { invoiceNos: [invoice.invoiceNo, record.invoiceNo], postingIds: [record.postingId] };
  const story = tell(
    'WRONG_INVOICE_NO', invoice.amountFen, {}, references, `发票 ${invoice.invoiceNo} 入账时号码误录为 ${record.invoiceNo || '空'}。`, `Invoice ${invoice.invoiceNo} was posted under the number ${record.invoiceNo || '(none)'}.`,
    act(`在入账 ${record.postingId} 上注明发票号 ${invoice.invoiceNo}。`, `Note number ${invoice.invoiceNo} on posting ${record.postingId}.`),
  );
  return { story };
}

/** Our payment, in another shift's records; the shift that has the document proposes the posting, so that it is made once. */
export function ourRecordElsewhere(paid: Invoice | OfflineReceipt, explains: Explains, record: LedgerRecord, other: ShiftDay, collectorId: string): Finding {
  const [zh, en] = [`入账 ${record.postingId} 改归本班。`, `Let posting ${record.postingId} count for this shift.`];
  const correction = other.collectorId === collectorId ? act(zh, en) : post(cash(collectorId), cash(other.collectorId), record.amountFen, zh, en);
  const references = { invoiceNos: [paid.invoiceNo], postingIds: [record.postingId], shiftId: other.shiftId };
  const story = tell(
    'RECORDED_ELSEWHERE', paid.amountFen, explains, references, `发票 ${paid.invoiceNo} 记在班次 ${other.shiftId} 名下。`, `Invoice ${paid.invoiceNo} was posted under shift ${other.shiftId}.`, correction,
  );
  return { story };
}

export function othersRecordHere(record: LedgerRecord, other: ShiftDay): Finding {
  const { amountFen, postingId, invoiceNo } = record;
  const story = tell(
    'RECORDED_ELSEWHERE', amountFen, { records: amountFen }, { invoiceNos: [invoiceNo], postingIds: [postingId], shiftId: other.shiftId },
    `入账 ${postingId} 是班次 ${other.shiftId} 的发票 ${invoiceNo}，误记在本班。`, `Posting ${postingId} is for invoice ${invoiceNo} of shift ${other.shiftId}, but was made under this one.`,
    act(`由班次 ${other.shiftId} 调账。`, `Shift ${other.shiftId} corrects it.`),
  );
  return { story };
}
