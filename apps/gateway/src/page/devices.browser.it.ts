import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Device, DeviceRecord } from '@youdian/contracts-billing/roving';
import { eventually } from '@youdian/testing';
import type { Page } from 'playwright-core';
import { enter, freshPage, rowsOf, startBrowsing, told as saidAndShown, type Browsing } from '../testing/browser.ts';
import { field } from '../testing/fake-devices.ts';
import { arrived, lastArrived } from '../testing/fake-methods.ts';

/** Where pictures of the page go, for people to look at; empty: none. */
const PICTURES = process.env['PICTURES'] ?? '';

let browsing: Browsing;
let page: Page;
let complaints: string[];
const [aDevice] = field.devices as [Device];
const [aRecord] = field.records as [DeviceRecord];

before(async () => {
  browsing = await startBrowsing();
});
after(() => browsing?.stop());
beforeEach(async () => {
  await page?.context().close();
  const active: Device = { ...aDevice, status: 'DEVICE_STATUS_ACTIVE', cause: 'REVOCATION_CAUSE_UNSPECIFIED', revokedBy: '', revokedAt: undefined, reason: '', open: { waiting: 0, held: 1, refused: 1, forked: 1, unchained: 0, more: false } };
  field.devices = [active, { ...aDevice, deviceId: 'POS-05', collectorId: 'C02', through: 9, highest: 9 }];
  const refused = { ...aRecord, sequence: 2, status: 'DEVICE_RECORD_STATUS_REFUSED' as const, code: 'ACCOUNT_UNKNOWN', zh: '没有这个户号，请核对。', en: 'There is no such account: check its number.' };
  field.records = [refused, { ...refused, invoiceNo: 'A1-00000009', forked: true, code: 'RECORD_FORKED', zh: '这个序号已有另一条记录。', en: 'Another record has this sequence.' }, aRecord];
  ({ page, complaints } = await freshPage(browsing.browser, (message) => message.text().startsWith('Failed to load resource')));
});

const open = (as: '主管' | '收费员', id: string, path = '/devices') => enter(page, `${browsing.gateway.url}${path}`, as, id);
const words = (selector: string) => page.locator(selector).innerText();
const told = (what: string) => saidAndShown(page, what);
const rows = (within: string) => rowsOf(page, within);

async function picture(name: string): Promise<void> {
  if (PICTURES !== '') await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
}

test('a manager sees the devices: whose, how far, when, and what is open', async () => {
  await open('主管', 'M01');
  assert.deepEqual(await rows('.stack'), [
    ['POS-07', 'C01', 'T1', '在用', '2 / 4', '2026-11-24 09:02:03', '待决定 1 未入账 1 分叉 1'],
    ['POS-05', 'C02', 'T1', '已注销 · 遗失', '9', '2026-11-24 09:02:03', '待决定 1'],
  ]);
  await picture('list-zh');
  await page.getByLabel('班组', { exact: true }).fill('T1');
  await page.getByRole('button', { name: '查看' }).click();
  await page.waitForURL(/\?teamId=T1$/);
  await eventually('the devices of the team asked for', () => lastArrived('listDevices').request.teamId === 'T1');
  assert.equal(lastArrived('listDevices').call.actor.name, 'manager:M01');
  assert.deepEqual(complaints, []);
});

test('a device is enrolled from the file that it exports, and gets its block', async () => {
  await open('主管', 'M01');
  await page.locator('summary', { hasText: '登记终端' }).click();
  const enrolment = { deviceId: 'POS-09', collectorId: 'C01', publicKey: 'ab'.repeat(32), proof: `00${'cd'.repeat(63)}` };
  const fileOf = (content: string) => ({ name: 'POS-09.json', mimeType: 'application/json', buffer: Buffer.from(content) });
  await page.getByLabel('从文件读取').setInputFiles(fileOf('a photo'));
  await page.waitForSelector('.problem:has-text("文件里没有 Ed25519 公钥")');
  await page.getByLabel('从文件读取').setInputFiles(fileOf(JSON.stringify(enrolment)));
  await eventually('the file is read', async () => (await page.locator('[name=proof]').inputValue()) !== '');
  await page.getByRole('button', { name: '登记终端' }).click();
  await page.waitForSelector('textarea[name=proof][aria-invalid="true"]');
  assert.equal(await page.evaluate('document.activeElement.name'), 'proof');
  await picture('enrol-zh');
  await page.getByLabel('登记签名').fill('cd'.repeat(64));
  await page.getByRole('button', { name: '登记终端' }).click();
  await told('已登记 POS-09。请接着发放号段。');
  assert.deepEqual(lastArrived('enrolDevice').request, { ...enrolment, teamId: '', proof: 'cd'.repeat(64), replaces: '' });
  assert.equal(await words('h1'), 'POS-09');
  await page.locator('#blocks summary').click();
  await page.getByLabel('字轨').fill('A1');
  await page.getByLabel('张数', { exact: true }).fill('many');
  await page.getByRole('button', { name: '发放号段' }).click();
  await page.waitForSelector('[name=count][aria-invalid="true"]');
  assert.match(await words('#blocks .field:has([name=count]) .problem'), /count 有误/);
  await page.getByLabel('张数', { exact: true }).fill('50');
  await page.getByRole('button', { name: '发放号段' }).click();
  await told('已发放 A1-00000001 至 A1-00000050。');
  const { request } = lastArrived('issueInvoiceBlock');
  assert.deepEqual([request.series, request.count, request.collectorId, request.deviceId], ['A1', 50, 'C01', 'POS-09']);
  assert.deepEqual(complaints, []);
});

test('a refused record is tried again, a lost device is revoked, and what waits is decided on, each with a reason', async () => {
  await open('主管', 'M02', '/devices?device=POS-07');
  assert.match(await words('#facts'), /至第 2 条全部收到，最高第 4 条，缺第 3 条/);
  const shown = await rows('#records');
  assert.deepEqual(shown.map(([sequence, kind, no, , yuan]) => [sequence, kind, no, yuan]), [['2', '收据', 'A1-00000007', '50.00'], ['2', '收据', 'A1-00000009', '50.00'], ['4', '收据', 'A1-00000007', '50.00']]);
  assert.match(shown[0]!.at(-1)!, /未入账 没有这个户号，请核对。 再试一次/);
  assert.match(shown[1]!.at(-1)!, /未入账 分叉 这个序号已有另一条记录。$/, 'a fork is looked at, not posted');
  await picture('device-zh');
  await page.getByRole('button', { name: '再试一次' }).click();
  await page.locator('dialog').getByRole('button', { name: '再试一次' }).click();
  await page.waitForSelector('dialog [name=reason][aria-invalid="true"]');
  await page.locator('dialog').getByLabel('说明').fill('户号已核对');
  await page.locator('dialog').getByRole('button', { name: '再试一次' }).click();
  await told('第 2 条已入账。');
  const { request } = lastArrived('decideDeviceRecord');
  assert.deepEqual([request.sequence, request.approve, request.reason], [2, true, '户号已核对']);
  await page.getByRole('button', { name: '驳回' }).click();
  await page.locator('dialog').getByLabel('说明').fill('存根上没有这一笔');
  await page.locator('dialog').getByRole('button', { name: '驳回' }).click();
  await told('第 4 条：终端已注销。');
  await page.locator('#revoke summary').click();
  await page.getByRole('button', { name: '注销终端' }).click();
  await page.waitForSelector('#revoke [name=cause][aria-invalid="true"]');
  assert.match(await words('#revoke .field:has([name=reason]) .problem'), /reason/);
  await page.getByLabel('原因').selectOption('遗失');
  await page.locator('#revoke').getByLabel('说明').fill('在王家村遗失');
  await page.getByRole('button', { name: '注销终端' }).click();
  await told('已注销 POS-07。');
  assert.match(await words('#facts'), /已注销 · 遗失/);
  assert.deepEqual([await page.locator('#revoke').count(), lastArrived('revokeDevice').request.cause], [0, 'REVOCATION_CAUSE_LOST']);
  assert.deepEqual(complaints, []);
});

test('a retry of the same has the same key, another reason another', async () => {
  await open('主管', 'M02', '/devices?device=POS-07');
  const keys: string[] = [];
  let isAway = true;
  await page.route('**/decision', (route) => {
    keys.push(route.request().headers()['idempotency-key']!);
    return isAway ? route.abort() : route.continue();
  });
  await page.getByRole('button', { name: '核准入账' }).click();
  const dialog = page.locator('dialog');
  await dialog.getByLabel('说明').fill('存根在');
  const send = () => dialog.getByRole('button', { name: '核准入账' }).click();
  await send();
  await page.waitForSelector('dialog [role=alert]:has-text("网关没有应答")');
  await send();
  await page.waitForSelector('dialog button[type=submit]:not([disabled])');
  isAway = false;
  await dialog.getByLabel('说明').fill('存根在，已核对');
  await send();
  await told('第 4 条已入账。');
  assert.deepEqual([keys.length, new Set(keys).size, keys[0] === keys[1]], [3, 2, true]);
});

test('a collector sees his devices, and what to declare at the close', async () => {
  await open('收费员', 'C01');
  const { request, call } = lastArrived('listDevices');
  assert.deepEqual([request.collectorId, call.actor.name], ['C01', 'cashier:C01']);
  assert.equal(await page.getByText('登记终端').count(), 0);
  await page.getByRole('button', { name: 'POS-07' }).click();
  await page.waitForSelector('#close');
  assert.equal(await page.locator('#revoke, #blocks details, #records .acts button').count(), 0);
  assert.match(await words('#close'), /班次 C01\.2026-11-24\.1：已收到收据 3 张共 600\.00 元，作废 0 张共 0\.00 元。/);
  const compare = async (sequence: string, count: string, yuan: string) => {
    await page.getByLabel('最后序号').fill(sequence);
    await page.getByLabel('收据张数').fill(count);
    await page.getByLabel('收据金额（元）').fill(yuan);
    await page.getByRole('button', { name: '核对' }).click();
  };
  await compare('4', '四', '600.00');
  await page.waitForSelector('[name=receiptCount][aria-invalid="true"]');
  await compare('5', '5', '820.5');
  await page.waitForSelector('#close .result:has-text("第 3, 5 条尚未同步：本班缺收据 2 张共 220.50 元、作废 0 张共 0.00 元")');
  assert.deepEqual(JSON.parse(await words('#close pre')), { deviceId: 'POS-07', highestSequence: 5, signed: { receiptCount: 5, receiptFen: '82050', voidCount: 0, voidFen: '0' } });
  await picture('close-zh');
  await compare('4', '3', '599.99');
  await page.waitForSelector('#close .result:has-text("不能相符")');
  assert.ok(arrived.every(({ method, call: { actor } }) => actor.role !== 'cashier' || !/enrol|revoke|decide|issue/.test(method)));
  assert.deepEqual(complaints, []);
});

test('it is in English too, on a phone, and says when there is no such device', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await open('主管', 'M01');
  await page.getByRole('button', { name: 'English' }).click();
  await page.waitForSelector('h1:has-text("Roving devices")');
  await picture('list-en-phone');
  await page.getByRole('button', { name: 'POS-07' }).click();
  await page.waitForSelector('#records td:has-text("There is no such account")');
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
  const nameless = await page.locator('button, input, select, textarea, a').evaluateAll((all: any[]) => all.filter((one) => !(one.getAttribute('aria-label') || one.labels?.length || one.textContent)).map((one) => one.outerHTML));
  assert.deepEqual(nameless, []);
  await page.setViewportSize({ width: 1280, height: 900 });
  await picture('device-en');
  await page.goto(`${browsing.gateway.url}/devices?device=POS-99`);
  await page.waitForSelector('[role=alert]:has-text("no")');
  assert.deepEqual(complaints, []);
});
