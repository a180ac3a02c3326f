import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { Rejected } from '@youdian/rejection';
import { eventually } from '@youdian/testing';
import type { Page } from 'playwright-core';
import { freshPage, startBrowsing, type Browsing } from '../testing/browser.ts';
import { dayStatistics } from '../testing/day-statistics.ts';
import { lastArrived } from '../testing/fake-methods.ts';
import { FAKES, serveFake, statistics } from '../testing/fake-peers.ts';

let browsing: Browsing;
let page: Page;
let complaints: string[];

before(async () => {
  browsing = await startBrowsing();
});
after(() => browsing?.stop());
beforeEach(async () => {
  await page?.context().close();
  statistics.answer = dayStatistics;
  ({ page, complaints } = await freshPage(browsing.browser));
});

async function open(path = '/'): Promise<void> {
  await page.goto(`${browsing.gateway.url}${path}`);
  for (const id of ['places', 'causes', 'categories', 'classes', 'channels']) await page.waitForSelector(`#${id}[aria-busy="false"]`);
}
const cells = (id: string, part = 'tbody') => page.locator(`#${id} ${part} tr`).evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
const words = (selector: string) => page.locator(selector).innerText();

test("the day's figures stand in tables, largest first, with what they are complete to", async () => {
  await open();
  assert.deepEqual((await cells('places')).slice(0, 2), [['河口', '19', '4,127', '72.0'], ['城东', '12', '1,860', '46.3']]);
  assert.deepEqual(await cells('places', 'tfoot'), [['合计', '53', '8,282', '']]);
  assert.deepEqual((await cells('channels'))[0], ['银行转账', '8', '482,000.00']);
  assert.deepEqual(await cells('classes', 'tfoot'), [['合计', '8']]);
  for (const id of ['places', 'causes', 'categories', 'classes', 'channels']) assert.equal(await words(`#${id} > footer`), '统计截至 2026-11-24 14:03:20 · 版本 3.1523');
  assert.match(await words('.overview'), /故障\s+53\s?起\s+影响 8,282 户\s+统计截至 11-24 14:03:20/);
  assert.deepEqual(complaints, []);
});

test('the chart is drawn, says what it shows, and its library comes from here', async () => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await open();
  await page.waitForSelector('#places .chart canvas');
  assert.match((await page.getAttribute('#places .chart', 'aria-label')) ?? '', /故障：按片区/);
  const painted = await eventually('bars are painted', () =>
    page.$eval('#places .chart canvas', (canvas: any) => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data].some((value: number) => value !== 0)),
  );
  assert.ok(painted);
  assert.ok(asked.every((url) => url.startsWith(browsing.gateway.url)), asked.join('\n'));
  assert.deepEqual(complaints, []);
});

test('a region opens its lines, by keyboard too, and the way back leads back', async () => {
  await open();
  await page.focus('#places [data-key="R3"]');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '故障：河口各线路' }).waitFor();
  await page.waitForSelector('#places tbody th:has-text("河口一线")');
  assert.deepEqual(await cells('places'), [['河口一线', '8', '2,100', '81.5'], ['河口二线', '6', '1,527', '60.0'], ['码头线', '5', '500', '71.2']]);
  assert.match(page.url(), /\?region=R3$/);
  await page.getByRole('button', { name: '全部片区' }).click();
  await page.waitForSelector('#places [data-key="R1"]');
  await page.locator('#places .chart canvas').click({ position: { x: 120, y: 20 } });
  await page.getByRole('heading', { name: '故障：河口各线路' }).waitFor();
});

test('an address with days and a region shows just these', async () => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await open('/?from=2026-10-01&to=2026-10-31&region=R3');
  assert.equal(await words('h1'), '2026-10-01 至 2026-10-31');
  assert.equal(await words('#places h2'), '故障：河口各线路');
  assert.ok(asked.some((url) => url.endsWith('/api/v1/statistics/faults?groupBy=region%2Cline&from=2026-10-01&to=2026-10-31&region=R3')), asked.join('\n'));
});

test('days are chosen by a quick choice or from and to; the wrong way round is told', async () => {
  await open();
  await page.getByRole('button', { name: '近一年' }).click();
  assert.equal(await page.getAttribute('[data-choice="year"]', 'aria-pressed'), 'true');
  assert.match(await words('h1'), /^近一年 \d{4}-\d\d-\d\d 至 \d{4}-\d\d-\d\d$/);
  await page.getByLabel('起').fill('2026-11-20');
  await page.getByLabel('止').fill('2026-11-10');
  await page.getByRole('button', { name: '查看', exact: true }).click();
  assert.equal(await words('.days .problem'), '开始日期不能晚于结束日期。');
  await page.getByLabel('止').fill('2026-11-21');
  await page.getByRole('button', { name: '查看', exact: true }).click();
  assert.equal(await words('h1'), '2026-11-20 至 2026-11-21');
});

test('English is a click away and remembered', async () => {
  await open();
  await page.getByRole('button', { name: 'English' }).click();
  assert.equal(await words('#causes h2'), 'Faults by cause');
  await page.reload();
  await page.waitForSelector('#causes tbody th:has-text("Storm")');
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  assert.match(await words('#causes > footer'), /^Complete to 2026-11-24 14:03:20 · revision 3\.1523$/);
});

test('no record, no answer and an incomplete answer are said in words; old figures stay and are called old', async () => {
  statistics.answer = (asked) => ({ ...dayStatistics(asked), rows: [], watermark: undefined });
  await open();
  assert.equal(await words('#causes .notice'), '所选日期内没有记录。');
  assert.match(await words('#causes > footer'), /有数据来源尚未报到/);

  statistics.answer = dayStatistics;
  await page.getByRole('button', { name: '刷新' }).click();
  await page.waitForSelector('#causes tbody th:has-text("大风暴雨")');
  const analytics = browsing.fakes.peers.get('ANALYTICS_GRPC')!;
  await analytics.stop();
  await page.getByRole('button', { name: '刷新' }).click();
  await page.waitForSelector('#causes .problem');
  assert.match(await words('#causes .notice'), /统计服务暂时没有应答.*以下仍是上次取得的数字/s);
  assert.equal((await cells('causes')).length, 6);

  browsing.fakes.peers.set('ANALYTICS_GRPC', await serveFake(FAKES.ANALYTICS_GRPC, analytics.address));
  await eventually('it recovers', async () => {
    await page.locator('#causes').getByRole('button', { name: '重试' }).click({ timeout: 1_000 }).catch(() => undefined);
    return (await page.locator('#causes .problem').count()) === 0;
  });
});

test('while it is counting, it says so', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  statistics.answer = async (asked) => (await held, dayStatistics(asked));
  await page.goto(browsing.gateway.url);
  await page.waitForSelector('#causes .waiting');
  assert.equal(await words('#causes .notice'), '正在统计…');
  release();
  await page.waitForSelector('#causes table');
});

test('it fits a phone: nothing to scroll sideways', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await open();
  await page.waitForSelector('#places .chart canvas');
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
});

test('tables have captions and headings, every control has a name, and the first Tab skips to the figures', async () => {
  await open();
  assert.deepEqual(await page.locator('caption').allTextContents(), ['故障：按片区', '故障：按原因', '咨询：按类别', '投诉：按类别', '缴费：按渠道']);
  assert.equal(await page.locator('th:not([scope])').count(), 0);
  assert.deepEqual(await page.locator('button, input, a').evaluateAll((all: any[]) => all.filter((one) => !(one.textContent || one.getAttribute('aria-label') || one.labels?.[0]?.textContent)).map((one) => one.outerHTML)), []);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.textContent'), '跳到统计数字');
});

test('it asks again by itself, but not while nobody looks', async () => {
  await page.clock.install();
  let asked = 0;
  page.on('request', (request) => (asked += Number(request.url().includes('/statistics/'))));
  await open();
  await page.waitForSelector('.refreshing p:has-text("自动更新")');
  assert.equal(asked, 5);
  const first = await words('.refreshing');
  await page.clock.fastForward(31_000);
  await eventually('it asks again', () => asked === 10);
  await eventually('all is there again', async () => (await words('.refreshing')) !== first);
  await page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))");
  await page.clock.fastForward(600_000);
  assert.equal(asked, 10);
  await page.evaluate("Object.defineProperty(document, 'hidden', { value: false, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))");
  await page.clock.fastForward(10);
  await eventually('it asks as soon as somebody looks', () => asked === 15);
});

async function analyse(query = ''): Promise<void> {
  await page.goto(`${browsing.gateway.url}/analytics${query}`);
  await page.waitForSelector('section[aria-busy="false"] h1:not(:empty)');
}
const result = (part = 'tbody') => page.locator(`table.result ${part} tr`).evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));

test('analysts: what can be asked is what the catalogue says; a table with totals, what it is complete to, and what each number means', async () => {
  await analyse('?from=2026-11-01&to=2026-11-24');
  assert.deepEqual(await page.locator('#ask-statistic option').allTextContents(), ['故障', '缴费']);
  assert.deepEqual(await page.locator('.check').allTextContents(), ['数量', '影响户数', '平均恢复时间']);
  assert.equal(await words('h1'), '故障：按片区');
  assert.deepEqual((await result()).slice(0, 2), [['河口', '19', '4,127', '72.04'], ['城东', '12', '1,860', '46.25']]);
  assert.deepEqual(await result('tfoot'), [['总计', '53', '8,282', '59.80']]);
  assert.equal(await words('.source'), '统计截至 2026-11-24 14:03:20 · 版本 3.1523');
  await page.getByRole('button', { name: '平均恢复时间的定义' }).click();
  assert.match(await words('.definition:popover-open'), /算法\s+Σ（恢复 − 停电）÷ 已恢复的故障数\s+单位\s+分钟/);
  await page.keyboard.press('Escape');
  await page.waitForSelector('.chart canvas');
  assert.match((await page.getAttribute('.chart', 'aria-label')) ?? '', /故障：按片区，数量图/);
  assert.deepEqual(complaints, []);
});

test('analysts: money is in yuan; another statistic keeps the days and what it also has', async () => {
  await analyse('?statistic=faults&by=region&from=2026-11-01&to=2026-11-24&where.region=R1&sort=-count');
  await page.selectOption('#ask-statistic', 'top-ups');
  await page.waitForSelector('h1:has-text("缴费：按片区")');
  assert.match(page.url(), /\?statistic=top-ups&measures=count,amountFen&by=region&from=2026-11-01&to=2026-11-24&where\.region=R1$/);
  await page.selectOption('#ask-group-0', 'channel');
  await page.waitForSelector('table.result th:has-text("银行转账")');
  assert.deepEqual((await result()).at(-1), ['银行转账', '8', '482,000.00']);
  await page.getByRole('button', { name: '按金额排序' }).click();
  assert.deepEqual((await result())[0], ['银行转账', '8', '482,000.00']);
  assert.deepEqual(await result('tfoot'), [['总计', '630', '544,847.50']]);
});

test('analysts: a name leads one level down, the browser leads back, and the address reopens what was seen', async () => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(decodeURIComponent(request.url())));
  await analyse('?statistic=faults&by=region&from=2026-11-01&to=2026-11-24');
  await page.getByRole('button', { name: '河口：看下一层' }).click();
  await page.waitForSelector('table.result th:has-text("河口一线")');
  assert.equal(await words('h1'), '故障：按线路');
  assert.ok(asked.some((url) => /\/faults\?measures=count,customersAffected,restoreMinutesMean&groupBy=line&from=2026-11-01&to=2026-11-24&totals=true&region=R3$/.test(url)), asked.join('\n'));
  await page.waitForSelector('#ask-filter-region:has-text("河口")');
  const there = page.url();
  await page.goBack();
  await page.waitForSelector('table.result th:has-text("城东")');
  await page.goto(there);
  await page.waitForSelector('table.result th:has-text("河口一线")');
  await page.getByRole('button', { name: '取消筛选：片区' }).click();
  await page.waitForURL(({ search }) => !search.includes('where'));
});

test('analysts: compared with the period before, each number has what it was and by how much it changed; time is a series', async () => {
  await analyse('?statistic=faults&by=region&measures=count&from=2026-11-01&to=2026-11-30&compare=previous');
  assert.deepEqual((await result())[0], ['河口', '19', '38', '-50.0%']);
  assert.match(await words('.cards'), /数量\s+\?\s+53\s*件\s+-50\.0%\s+上期 106/);
  assert.match(await words('.result-head'), /与 2026-10-01 至 2026-10-31 相比/);
  await page.selectOption('#ask-group-0', '');
  await page.selectOption('#ask-grain', 'month');
  await page.waitForSelector('table.result th:has-text("2026-09")');
  assert.equal(await words('h1'), '故障：按月');
  assert.deepEqual(await result(), [['2026-09', '31', '62', '-50.0%'], ['2026-10', '22', '44', '-50.0%']]);
});

test('analysts: a number leads to its facts, a fact to what was told, and to the case without what is personal', async () => {
  await analyse('?statistic=faults&by=region&measures=count&from=2026-11-01&to=2026-11-24&where.cause=TREE');
  await page.locator('table.result tbody tr').first().getByRole('button', { name: '19：看明细' }).click();
  await page.waitForSelector('dialog[open] h2:has-text("河口：明细")');
  await page.waitForSelector('dialog table tbody tr');
  const { from, to, conditions } = lastArrived('listFacts').request;
  assert.deepEqual([from, to, conditions.map((one: any) => [one.dimension, one.values])], ['2026-11-01', '2026-11-24', [['cause', ['TREE']], ['region', ['R3']]]]);
  assert.match(await words('dialog table'), /事件\s+渠道\s+发生\s+事件\s+HOTLINE\s+2026-11-24 09:00:00/);
  await page.getByRole('button', { name: 'case-1 的事件' }).click();
  await page.waitForSelector('dialog .events:has-text("CaseOpened")');
  await page.locator('dialog summary').click();
  assert.match(await words('dialog details'), /caseId\s+case-1/);
  assert.equal(lastArrived('getCase').call.actor.name, 'analyst:page');
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  assert.deepEqual(complaints, []);
});

test('analysts: some of the values of a dimension, the largest, a revision and what changed since are asked for, and the link has them all', async () => {
  await analyse('?statistic=faults&by=cause&measures=count,restoreMinutesMean&from=2026-11-01&to=2026-11-24&where.cause=STORM');
  await page.locator('#ask-filter-cause').click();
  await page.getByRole('checkbox', { name: '树障' }).check();
  await page.waitForSelector('#ask-filter-cause:has-text("大风暴雨 等 2 个")');
  await page.selectOption('#ask-top', '5');
  await page.selectOption('#ask-top-by', 'restoreMinutesMean');
  await page.getByRole('button', { name: '固定在此版本' }).click();
  await page.waitForSelector('section[aria-busy="false"] .source');
  assert.match(page.url(), /where\.cause=STORM,TREE&top=cause%3A5%3ArestoreMinutesMean&asOf=3\.1523/);
  await page.reload();
  await page.waitForSelector('section[aria-busy="false"] h1:not(:empty)');
  const { conditions, top, asOf } = lastArrived('query').request;
  assert.deepEqual([conditions.map((one: any) => one.values), top, asOf], [[['STORM', 'TREE']], { dimension: 'cause', count: 5, measure: 'restoreMinutesMean' }, '3.1523']);
  await page.getByRole('button', { name: '看此后的变化' }).click();
  await page.waitForSelector('.result-head:has-text("版本 3.1523 以来有变化的行")');
  const changes = lastArrived('query').request;
  assert.deepEqual([changes.changesSince, changes.asOf, changes.top], ['3.1523', '', undefined]);
  await page.getByLabel('按当时的版本').fill('yesterday');
  await page.getByLabel('按当时的版本').blur();
  await page.waitForSelector('.problem:has-text("版本写作")');
  assert.deepEqual(complaints, []);
});

test('analysts: counting, nothing found, a question refused and a service away are said in words, and can be tried again', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  statistics.answer = async (asked) => (await held, { ...dayStatistics(asked), rows: [] });
  await page.goto(`${browsing.gateway.url}/analytics`);
  await page.waitForSelector('.waiting:has-text("正在统计")');
  release();
  await page.waitForSelector('.notice:has-text("所选条件下没有记录")');
  statistics.answer = () => { throw new Rejected({ kind: 'refused', code: 'TOO_MANY_ROWS', field: 'groupBy', zh: '结果太多；请缩短日期。', en: 'Too many.' }); };
  await page.getByRole('button', { name: '本月' }).click();
  await page.waitForSelector('.notice .problem:has-text("结果太多；请缩短日期。")');
  const analytics = browsing.fakes.peers.get('ANALYTICS_GRPC')!;
  await analytics.stop();
  await page.getByRole('button', { name: '重试' }).click();
  await page.waitForSelector('.notice .problem:has-text("统计服务暂时没有应答")');
  statistics.answer = dayStatistics;
  browsing.fakes.peers.set('ANALYTICS_GRPC', await serveFake(FAKES.ANALYTICS_GRPC, analytics.address));
  await eventually('it recovers', async () => {
    await page.getByRole('button', { name: '重试' }).click({ timeout: 500 }).catch(() => undefined);
    return (await page.locator('table.result').count()) === 1;
  });
});

test('analysts: it works on a phone, by keyboard, and in English', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await analyse('?statistic=faults&by=region&from=2026-11-01&to=2026-11-24');
  await page.waitForSelector('.chart canvas');
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
  await page.focus('summary');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.id'), 'ask-statistic');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.waitForURL(({ search }) => search.includes('measures=customersAffected,restoreMinutesMean'));
  assert.equal(await page.evaluate('document.activeElement.id'), 'ask-measure-count');
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
  await page.getByRole('button', { name: 'English' }).click();
  assert.equal(await words('h1'), 'Faults by Region');
  const nameless = await page.locator('button, input, select, a').evaluateAll((all: any[]) => all.filter((one) => !(one.getAttribute('aria-label') || one.labels?.length || one.textContent)).map((one) => one.outerHTML));
  assert.deepEqual(nameless, []);
  assert.deepEqual(complaints, []);
});
