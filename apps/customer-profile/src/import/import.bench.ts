/** How long 20,000 accounts of 19,000 customers take to come in, and to be found there already; and a cold start. */
import { CustomerProfileServiceService } from '@youdian/contracts-customer/customer_profile';
import { connectService } from '@youdian/service-host';
import { collectEvents, startInfrastructure, startService } from '@youdian/testing';

const ACCOUNTS = 20_000;
const CUSTOMERS = 19_000;
const LINES = 48;
const IMPORT_LIMIT_MS = 20_000;
const START_LIMIT_MS = 2_000;

const infrastructure = await startInfrastructure();
const service = await startService('customer-profile', {
  KAFKA_BROKERS: infrastructure.brokers,
  MONGODB_URI: infrastructure.mongoUri('customer_profile'),
  PERSONAL_DATA_KEY: Buffer.alloc(32, 7).toString('base64'),
});
const client = connectService(CustomerProfileServiceService, service.grpc);
const manager = (idempotencyKey: string) => ({ actor: 'manager:M01', idempotencyKey });
await client.defineRegion({ regionId: 'R1', name: '城东' }, manager('R1'));
for (let n = 0; n < LINES; n += 1) await client.defineLine({ lineId: `L${n}`, regionId: 'R1', name: `线路 ${n}` }, manager(`L${n}`));

const rows = Array.from({ length: ACCOUNTS }, (_, n) => {
  const customer = n % CUSTOMERS;
  return `C${customer},RESIDENTIAL,客户 ${customer},138${10_000_000 + customer},zh,${1_000_000_000 + n},RESIDENTIAL,8,L${n % LINES},某某路 ${n} 号 3 单元 502 室`;
});
const file = Buffer.from(['customerNo,kind,name,phone,language,accountNo,usageNature,installedCapacityKva,lineId,address', ...rows].join('\n'));
async function* chunks() {
  for (let from = 0; from < file.length; from += 64 * 1024) yield { chunk: { columns: {}, source: 'bench', content: file.subarray(from, from + 64 * 1024) } };
}

const published = await collectEvents(infrastructure.brokers, ['customer-profile.customer.v1', 'customer-profile.account.v1']);
const began = performance.now();
const { report } = await client.importAccounts(chunks(), manager('first'));
const importMs = performance.now() - began;
await published.count(ACCOUNTS + CUSTOMERS, IMPORT_LIMIT_MS);
const publishedMs = performance.now() - began;
const again = performance.now();
const second = (await client.importAccounts(chunks(), manager('second'))).report;
const againMs = performance.now() - again;

const shown = (ms: number) => `${Math.round(ms)} ms`;
console.log(`cold start ${shown(service.startMs)} (bar ${shown(START_LIMIT_MS)})`);
console.log(`import ${shown(importMs)} (bar ${shown(IMPORT_LIMIT_MS)}), all published after ${shown(publishedMs)}, again ${shown(againMs)}`);
client.close();
await published.stop();
await service.stop();
await infrastructure.stop();
const right = report!.accepted === BigInt(ACCOUNTS) && second!.duplicate === BigInt(ACCOUNTS);
process.exit(right && importMs <= IMPORT_LIMIT_MS && service.startMs <= START_LIMIT_MS ? 0 : 1);
