import assert from 'node:assert/strict';
import { test } from 'node:test';

const { deviceOf, invoiceOf, slipOf, toLists } = await import(new URL('../public/day-close/typed.js', import.meta.url).href);
const { typed, wordsOf } = await import(new URL('../public/staff/typed.js', import.meta.url).href);
const { say } = await import(new URL('../public/day-close/words.js', import.meta.url).href);
const { Refused } = await import(new URL('../public/staff/call.js', import.meta.url).href);

const told = (work: () => void) => {
  try {
    work();
  } catch (error) {
    return (error as any).problems.map(({ field, zh }: any) => `${field}: ${zh}`);
  }
  return [];
};

test('a bank slip is its number, its bank, yuan, and where the slip says so the time of day in Shanghai, the account and who paid in', () => {
  const slip = (line: string) => slipOf('2026-11-24')(wordsOf(line));
  assert.deepEqual(slip('700001 农行 1,820.5 16:40'), { slipNo: '700001', bank: '农行', amountFen: '182050', depositedAt: '2026-11-24T16:40:00+08:00' });
  assert.deepEqual(slip('700001，农行，1820'), { slipNo: '700001', bank: '农行', amountFen: '182000' });
  assert.deepEqual(slip('700001 农行 1820 16:40 4105-0167 C02'), { slipNo: '700001', bank: '农行', amountFen: '182000', depositedAt: '2026-11-24T16:40:00+08:00', bankAccount: '4105-0167', paidInBy: 'C02' });
  assert.deepEqual(slip('700001 农行 1820 C02'), { slipNo: '700001', bank: '农行', amountFen: '182000', paidInBy: 'C02' });
  for (const by of ['由1024', 'by:1024']) assert.equal(slip(`700001 农行 1820 16:40 4105-0167 ${by}`)?.paidInBy, '1024', 'an id of digits says what it is');
  for (const wrong of ['700001', '700001 农行', '700001 农行 1 由', '700001 农行 many', '700001 农行 1.234', '700001 农行 1 25:00', '700001 农行 1 16:40 C02 more', '700001 农行 1 C02 16:40', '700001 农行 1 16:40 123', '700001 农行 1 16:40 李强']) assert.equal(slip(wrong), undefined, wrong);
});

test('an invoice that is not as recorded has an account, yuan, and may be void', () => {
  const invoice = (line: string) => invoiceOf(wordsOf(line));
  assert.deepEqual(invoice('01-00000007 4101000001 200'), { invoiceNo: '01-00000007', accountNo: '4101000001', amountFen: '20000' });
  for (const mark of ['作废', 'void', 'VOID']) assert.equal(invoice(`01-00000007 4101000001 200 ${mark}`).voided, true);
  for (const wrong of ['01-00000007', '01-00000007 4101000001', '01-00000007 4101000001 x', '01-00000007 4101000001 200 gone']) assert.equal(invoice(wrong), undefined, wrong);
});

test('a device has its last sequence, and may say what it signed', () => {
  const device = (line: string) => deviceOf(wordsOf(line));
  assert.deepEqual(device('POS-07 4'), { deviceId: 'POS-07', highestSequence: 4 });
  assert.deepEqual(device('POS-07 4 3 600'), { deviceId: 'POS-07', highestSequence: 4, signed: { receiptCount: 3, receiptFen: '60000', voidCount: 0, voidFen: '0' } });
  assert.deepEqual(device('POS-07 4 3 600.00 1 100.00').signed, { receiptCount: 3, receiptFen: '60000', voidCount: 1, voidFen: '10000' });
  for (const wrong of ['POS-07', 'POS-07 x', 'POS-07 4 3', 'POS-07 4 3 many', 'POS-07 4 3 600 1 1 1']) assert.equal(device(wrong), undefined, wrong);
});

test('all that is wrong is said at once, each at its field, and which line of a list', () => {
  const read = typed({ count: 'three', fen: '1.234', slips: '700001 农行 1820\n\n700002 农行', good: '7' });
  read.count('count');
  read.fen('fen');
  assert.equal(read.count('good'), 7);
  assert.deepEqual(read.lines('slips', (language: string) => say(language, 'slipForm'), slipOf('2026-11-24')).length, 1);
  assert.deepEqual(told(() => read.check()), ['count: 请填整数。', 'fen: 请填金额，最多两位小数，例如 1820.00。', 'slips: 第 3 行应写作：单号 银行 金额 时刻 收款账号 交款人编号']);
  assert.deepEqual(told(() => typed({}).check()), []);
});

test('what the service says of one entry stands at its list, and of a number at the number', async () => {
  const refused = new Refused('refused', ['slips.0.amountFen', 'declared.slips', 'invoices.lines.2.accountNo', 'declared.devices[1].signed', 'declared.countedCashFen', 'invoiceFen'].map((field) => ({ field, zh: '', en: '' })));
  const [fields] = (await Promise.allSettled([toLists(() => Promise.reject(refused), ['slips', 'lines', 'devices'])])).map((one) => (one as PromiseRejectedResult).reason.problems.map(({ field }: any) => field));
  assert.deepEqual(fields, ['slips', 'slips', 'lines', 'devices', 'countedCashFen', 'invoiceFen']);
});
