import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Shift } from '@youdian/contracts-billing/shifts';
import type { Page } from 'playwright-core';
import { enter as enterAs, freshPage, rowsOf, startBrowsing, told as saidAndShown, type Browsing } from '../testing/browser.ts';
import { arrived, lastArrived } from '../testing/fake-methods.ts';
import { till } from '../testing/fake-shifts.ts';

/** Where pictures of the page go, for people to look at; empty: none. */
const PICTURES = process.env['PICTURES'] ?? '';
const closed = till.shift;
const open: Shift = { ...closed, status: 'SHIFT_STATUS_OPEN', closedAt: undefined, declared: undefined, sums: undefined, records: undefined, corrections: [] };

let browsing: Browsing;
let page: Page;
let complaints: string[];

before(async () => {
  browsing = await startBrowsing();
});
after(() => browsing?.stop());
beforeEach(async () => {
  await page?.context().close();
  till.shift = closed;
  ({ page, complaints } = await freshPage(browsing.browser, (message) => message.text().startsWith('Failed to load resource')));
});

const enter = (as: '主管' | '收费员', id: string, path = '/shifts?day=2026-11-24') => enterAs(page, `${browsing.gateway.url}${path}`, as, id);
const words = (selector: string) => page.locator(selector).innerText();
const told = (what: string) => saidAndShown(page, what);
const rows = (within: string) => rowsOf(page, within);
const within = (id: string) => page.locator(`#${id}`);

async function picture(name: string): Promise<void> {
  if (PICTURES !== '') await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
}

test('a collector opens a shift with the float, and closes it with what was counted and banked', async () => {
  till.shift = open;
  await enter('收费员', 'C01');
  await within('open').locator('summary').click();
  await page.getByLabel('网点').fill('HALL-1');
  await page.getByLabel('备用金（元）').fill('两百');
  await within('open').getByRole('button', { name: '开班' }).click();
  await page.waitForSelector('[name=floatFen][aria-invalid="true"]');
  await page.getByLabel('备用金（元）').fill('200');
  await within('open').getByRole('button', { name: '开班' }).click();
  await told('已开班 C01.2026-11-24.1。');
  assert.deepEqual([lastArrived('openShift').request.floatFen, lastArrived('openShift').call.actor.name], [20_000n, 'cashier:C01']);

  const close = within('close');
  await close.getByLabel('用票张数（含作废）').fill('3');
  await close.getByLabel('作废张数', { exact: true }).fill('1');
  await close.getByLabel('未作废发票合计（元）').fill('500');
  await close.getByLabel('清点现金（元，含备用金）').fill('699.00');
  await close.getByLabel(/^进账单/).fill('700001 农行 499 16:40\n700002 工行');
  await close.getByLabel(/^已记账而没有存根/).fill('01-00000008 01-00000009');
  await close.getByLabel(/^终端/).fill('POS-07 4 3 600 1 100');
  await close.getByRole('button', { name: '日结' }).click();
  await page.waitForSelector('#close .problem:has-text("第 2 行应写作：单号 银行 金额 时刻")');
  assert.equal(arrived.some(({ method }) => method === 'closeShift'), false);
  await picture('close-zh');
  await close.getByLabel(/^进账单/).fill('700001 农行 499 16:40');
  await close.getByRole('button', { name: '日结' }).click();
  await told('已日结，请另一人签核。');
  const { declared, invoices } = lastArrived('closeShift').request;
  assert.deepEqual([declared.invoiceCount, declared.voidCount, declared.invoiceFen, declared.countedCashFen, declared.floatReturnedFen], [3n, 1n, 50_000n, 69_900n, undefined]);
  assert.deepEqual(declared.slips.map(({ slipNo, bank, amountFen, depositedAt }: any) => [slipNo, bank, amountFen, depositedAt.toISOString()]), [['700001', '农行', 49_900n, '2026-11-24T08:40:00.000Z']]);
  assert.deepEqual([declared.devices[0].signed.receiptFen, invoices.withoutPaper], [60_000n, ['01-00000008', '01-00000009']]);
  assert.deepEqual(complaints, []);
});

test('what differs is shown with its reason, side by side; its collector completes it and does not sign it off', async () => {
  till.shift = { ...closed, corrections: [] };
  await enter('收费员', 'C01', '/shifts?shift=C01.2026-11-24.1');
  assert.deepEqual(await rows('#sums'), [['发票', '500.00', '0.00'], ['记账', '500.00', '0.00'], ['现金', '499.00', '-1.00'], ['进账单', '499.00', '-1.00'], ['银行', '对账单未到', '']]);
  assert.match(await words('#differences'), /短款\s+1\.00\s+未更正\s+01-00000001\s+更正：查/);
  assert.deepEqual([await within('signOff').count(), await within('file').count()], [0, 1]);
  await picture('closed-zh');
  await within('file').locator('summary').click();
  await within('file').getByLabel(/^进账单/).fill('700003 农行 1 41050167 C02');
  await within('file').getByRole('button', { name: '补交进账单' }).click();
  await told('已补交。');
  const [filed] = lastArrived('fileSlips').request.slips;
  assert.deepEqual([filed.amountFen, filed.bankAccount, filed.paidInBy], [100n, '41050167', 'C02']);
  await within('recount').locator('summary').click();
  await within('recount').getByLabel('用票张数（含作废）').fill('3');
  await within('recount').getByLabel('作废张数', { exact: true }).fill('0');
  await within('recount').getByLabel('未作废发票合计（元）').fill('600');
  await within('recount').getByLabel(/^与记账不一致/).fill('01-00000007 4101000001 1 作废');
  await within('recount').getByRole('button', { name: '重新清点发票' }).click();
  await told('已重新清点。');
  const [line] = lastArrived('recountInvoices').request.invoices.lines;
  assert.deepEqual([line.invoiceNo, line.accountNo, line.amountFen, line.voided], ['01-00000007', '4101000001', 100n, true]);
  await page.getByRole('button', { name: '提出更正' }).click();
  await told('已提出，请另一人审批。');
  assert.equal(await page.getByRole('button', { name: '批准更正' }).count(), 0, 'the collector does not decide');
  assert.deepEqual(complaints, []);
});

test('a manager decides on a correction, and signs the shift off', async () => {
  await enter('主管', 'M01');
  assert.deepEqual(await rows('#shifts'), [['C01.2026-11-24.1', 'C01', 'HALL-1', '—', '待签核', '500.00', '500.00', '0.00', '有差额']]);
  assert.deepEqual((await rows('#totals')).map(([name, shifts, , , , unbalanced, state]) => [name, shifts, unbalanced, state]), [['网点 HALL-1', '1', '1', '待签核 1'], ['公司', '1', '1', '待签核 1']]);
  await picture('day-zh');
  await page.getByRole('button', { name: 'C01.2026-11-24.1' }).click();
  await page.waitForSelector('#differences');
  assert.match(await words('#differences'), /cashier:C02 已提出/);
  await page.getByLabel('说明', { exact: true }).first().fill('已核实');
  await page.getByRole('button', { name: '批准更正' }).click();
  await told('已办理。');
  assert.deepEqual([lastArrived('decideCorrection').request.approve, lastArrived('decideCorrection').request.reason], [true, '已核实']);
  assert.match(await words('#differences'), /已更正[\s\S]*manager:M01 已批准并入账/);
  await within('records').locator('summary').click();
  assert.deepEqual((await rows('#records'))[0]!.slice(0, 3), ['01-00000001', '4101000001', '1.00']);
  await within('signOff').locator('summary').click();
  await within('signOff').getByRole('button', { name: '签核' }).click();
  await told('已签核 C01.2026-11-24.1。');
  assert.match(await words('#facts'), /已签核/);
  assert.equal(await within('signOff').count(), 0);
  assert.deepEqual(complaints, []);
});

test('it is in English too, and on a phone', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await enter('主管', 'M01', '/shifts?shift=C01.2026-11-24.1');
  await page.getByRole('button', { name: 'English' }).click();
  await page.waitForSelector('h2:has-text("Differences")');
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
  const nameless = await page.locator('button, input, select, textarea, a').evaluateAll((all: any[]) => all.filter((one) => !(one.getAttribute('aria-label') || one.labels?.length || one.textContent)).map((one) => one.outerHTML));
  assert.deepEqual(nameless, []);
  await picture('closed-en-phone');
  assert.deepEqual(complaints, []);
});
