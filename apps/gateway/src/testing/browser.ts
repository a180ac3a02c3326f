import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium, type Browser, type ConsoleMessage, type Page } from 'playwright-core';
import { serveFakes } from './fake-peers.ts';
import { startGateway } from './gateway-process.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const SHOWN_LIMIT_MS = 20_000;

/** A real browser before the real gateway, with services that the test plays. */
export async function startBrowsing() {
  assert.ok(existsSync(CHROMIUM), `No browser at ${CHROMIUM}. Install one: apt-get install chromium fonts-noto-cjk, or say where it is: CHROMIUM=/path`);
  await using starting = new AsyncDisposableStack();
  const fakes = starting.adopt(await serveFakes(), async (all) => void (await all.stop()));
  const gateway = starting.adopt(await startGateway(fakes.addresses), (process) => process.stop());
  const browser = starting.adopt(await chromium.launch({ executablePath: CHROMIUM, args: QUIET }), (running) => running.close());
  const started = starting.move();
  return { fakes, gateway, browser, stop: () => started.disposeAsync() };
}

export type Browsing = Awaited<ReturnType<typeof startBrowsing>>;

/** A page that remembers nothing, and what the browser complains about on it: a blocked script or style, an exception. `expected`: no complaint. */
export async function freshPage(browser: Browser, expected: (message: ConsoleMessage) => boolean = () => false): Promise<{ page: Page; complaints: string[] }> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  page.setDefaultTimeout(SHOWN_LIMIT_MS);
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && !expected(message) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}

/** Opens a page for staff, says who acts, and waits until it is there. */
export async function enter(page: Page, url: string, as: '主管' | '收费员', id: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('身份').selectOption(as);
  await page.getByLabel('工号').fill(id);
  await page.getByRole('button', { name: '进入' }).click();
  await page.waitForSelector('.stack[aria-busy="false"]');
}

/** The words of each cell. */
export function rowsOf(page: Page, within: string): Promise<string[][]> {
  return page.locator(`${within} tbody tr`).evaluateAll((all) => all.map((row) => [...row.children].map((cell) => (cell as any).innerText.replace(/\s+/g, ' ').trim())));
}

/** The page says it, and shows what has become of it. */
export async function told(page: Page, what: string): Promise<void> {
  await page.waitForSelector(`.told:has-text("${what}")`);
  await page.waitForSelector('.stack[aria-busy="false"]');
}
