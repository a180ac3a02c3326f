import { connectBillingCenter, chargeMessage } from './billing-center.ts';
import { accountFiles, caseFiles, outageFiles, topUpFiles, type CsvFile } from './csv.ts';
import { call, concurrently, mustCall } from './rest.ts';
import { type Town } from './town.ts';

const ACTOR = 'admin:sample-town';
const LINES_AT_ONCE = 8;
const FILES_AT_ONCE = 2;
const LOOK_EVERY_MS = 500;
const TELL_EVERY_MS = 2_000;
/** Without any progress for so long, something is broken. */
const STALL_LIMIT_MS = 90_000;

export interface Loading {
  readonly town: Town;
  readonly gatewayUrl: string;
  /** `host:port,…` of Kafka. */
  readonly brokers: string;
  readonly say: (text: string) => void;
}

/**
 * Puts the town in as its old systems would: the network by REST, registers and history by CSV, charges by Kafka. Returns
 * when all of it can be seen in the statistics. Doing it again changes nothing.
 */
export async function loadTown(loading: Loading): Promise<void> {
  const { town, say } = loading;
  await loadNetwork(loading);
  await importFiles(loading, '用户档案 accounts', 'accounts', accountFiles(town));
  await Promise.all([
    importFiles(loading, '历史工单 past cases', 'cases', caseFiles(town)),
    importFiles(loading, '历史停电 past outages', 'outages', outageFiles(town)),
    // Charges come after the payments, so that only who really owes is reminded.
    importFiles(loading, '历史缴费 past top-ups', 'top-ups', topUpFiles(town)).then(() => sendCharges(loading)),
  ]);
  await waitUntilVisible(loading);
  say(`示例城镇已就绪 The sample town is in: ${summary(town)}`);
}

export function summary(town: Town): string {
  const count = (kind: string) => town.cases.filter((one) => one.kind === kind).length;
  return (
    `${town.regions.length} regions, ${town.lines.length} lines, ${town.accounts.length} accounts, ${count('FAULT')} faults, ${count('CONSULTATION')} consultations, ` +
    `${count('COMPLAINT')} complaints, ${town.outages.length} outages, ${town.topUps.length} top-ups, ${town.charges.length} charges (seed ${town.seed})`
  );
}

async function loadNetwork({ town, gatewayUrl }: Loading): Promise<void> {
  const define = (what: string, body: object, id: string) =>
    mustCall(gatewayUrl, { method: 'POST', path: `/api/v1/${what}`, body, key: `sample-town-${town.seed}-${id}`, actor: ACTOR });
  await concurrently(town.regions, LINES_AT_ONCE, (region) => define('regions', region, region.regionId));
  await concurrently(town.lines, LINES_AT_ONCE, (line) => define('lines', line, line.lineId));
}

async function importFiles({ town, gatewayUrl, say }: Loading, title: string, what: string, files: readonly CsvFile[]): Promise<void> {
  const began = Date.now();
  const total = files.reduce((sum, { rows }) => sum + rows, 0);
  const source = `sample-town-${town.seed}`;
  let done = 0;
  await concurrently(files, FILES_AT_ONCE, async ({ text, rows }) => {
    const path = `/api/v1/${what}/import?source=${source}`;
    const report = await mustCall(gatewayUrl, { method: 'POST', path, body: text, key: `${source}-${what}-${files.findIndex((file) => file.text === text)}`, actor: ACTOR });
    if (Number(report.rejected) > 0) throw new Error(`${what}: ${report.rejected} rows were rejected, the first: ${JSON.stringify(report.rejectedRows[0])}`);
    done += rows;
    say(`${title}: ${done}/${total} (${seconds(began)})`);
  });
}

async function sendCharges({ town, brokers, say }: Loading): Promise<void> {
  const began = Date.now();
  const center = await connectBillingCenter(brokers);
  try {
    await center.send(town.charges.map((charge) => chargeMessage(charge)));
  } finally {
    await center.close();
  }
  say(`电费 charges: ${town.charges.length} sent (${seconds(began)})`);
}

/** Waits until the statistics count what was put in. */
async function waitUntilVisible({ town, gatewayUrl, say }: Loading): Promise<void> {
  const count = (kind: string) => town.cases.filter((one) => one.kind === kind).length;
  const wanted = {
    faults: count('FAULT'),
    consultations: count('CONSULTATION'),
    complaints: count('COMPLAINT'),
    'top-ups': town.topUps.length,
    charges: town.charges.length,
    outages: town.outages.length,
  };
  let last = '';
  let changed = Date.now();
  let told = 0;
  for (;;) {
    const missing: string[] = [];
    for (const [statistic, expected] of Object.entries(wanted)) {
      const seen = await countOf(gatewayUrl, statistic);
      if (seen < expected) missing.push(`${statistic} ${seen}/${expected}`);
    }
    if (missing.length === 0) return;
    const text = missing.join(', ');
    if (text !== last) {
      changed = Date.now();
      if (changed - told > TELL_EVERY_MS) {
        say(`统计 statistics: ${text}`);
        told = changed;
      }
    } else if (Date.now() - changed > STALL_LIMIT_MS) {
      throw new Error(`the statistics stand still at: ${text}`);
    }
    last = text;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function countOf(gatewayUrl: string, statistic: string): Promise<number> {
  const { status, body } = await call(gatewayUrl, { method: 'GET', path: `/api/v1/statistics/${statistic}`, actor: 'analyst:sample-town' });
  if (status !== 200) return 0;
  return (body.rows as { values: Record<string, number> }[]).reduce((sum, { values }) => sum + Number(values['count'] ?? 0), 0);
}

const seconds = (since: number) => `${((Date.now() - since) / 1_000).toFixed(1)} s`;
