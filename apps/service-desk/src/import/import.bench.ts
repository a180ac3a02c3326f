/** How long 10,000 past cases take to come in, a third of them faults, the others of known accounts; and a cold start. */
import { CustomerProfileServiceService } from '@youdian/contracts-customer/customer_profile';
import { ServiceDeskServiceService } from '@youdian/contracts-desk/service_desk';
import { connectService } from '@youdian/service-host';
import { collectEvents, startInfrastructure, startService } from '@youdian/testing';

const CASES = 10_000;
const EVENTS_PER_CASE = 4;
const ACCOUNTS = 5_000;
const LINES = 48;
const IMPORT_LIMIT_MS = 15_000;
const START_LIMIT_MS = 2_000;

const infrastructure = await startInfrastructure();
const PERSONAL_DATA_KEY = Buffer.alloc(32, 7).toString('base64');
const env = (database: string) => ({ KAFKA_BROKERS: infrastructure.brokers, MONGODB_URI: infrastructure.mongoUri(database), PERSONAL_DATA_KEY });
const customerProfile = await startService('customer-profile', env('customer_profile'));
const service = await startService('service-desk', { ...env('service_desk'), CUSTOMER_PROFILE_GRPC: customerProfile.grpc });
const profile = connectService(CustomerProfileServiceService, customerProfile.grpc);
const desk = connectService(ServiceDeskServiceService, service.grpc);
const manager = (idempotencyKey: string) => ({ actor: 'manager:M01', idempotencyKey });

async function* chunks(rows: readonly string[]) {
  const file = Buffer.from(rows.join('\n'));
  for (let from = 0; from < file.length; from += 64 * 1024) yield { chunk: { columns: {}, source: 'bench', content: file.subarray(from, from + 64 * 1024) } };
}

await profile.defineRegion({ regionId: 'R1', name: '城东' }, manager('R1'));
for (let n = 0; n < LINES; n += 1) await profile.defineLine({ lineId: `L${n}`, regionId: 'R1', name: `线路 ${n}` }, manager(`L${n}`));
const accounts = Array.from({ length: ACCOUNTS }, (_, n) => `C${n},RESIDENTIAL,客户 ${n},138${10_000_000 + n},${1_000_000_000 + n},RESIDENTIAL,8,L${n % LINES}`);
await profile.importAccounts(chunks(['customerNo,kind,name,phone,accountNo,usageNature,installedCapacityKva,lineId', ...accounts]), manager('accounts'));

const cases = Array.from({ length: CASES }, (_, n) =>
  n % 3 === 0
    ? `X${n},FAULT,HOTLINE,2025-08-03 14:00,2025-08-03 16:30,2025-08-04 09:00,L${n % LINES},,STORM,120,5,线路跳闸 ${n}`
    : `X${n},CONSULTATION,HALL,2025-08-05 10:00,2025-08-05 10:10,2025-08-05 10:10,,${1_000_000_000 + (n % ACCOUNTS)},BILLING,,4,询问电费 ${n}`,
);
const file = ['externalId,kind,channel,openedAt,resolvedAt,closedAt,lineId,accountNo,classification,customersAffected,satisfaction,description', ...cases];
const published = await collectEvents(infrastructure.brokers, ['service-desk.case.v1']);
const began = performance.now();
const { report } = await desk.importCases(chunks(file), manager('first'));
const importMs = performance.now() - began;
await published.count(CASES * EVENTS_PER_CASE, IMPORT_LIMIT_MS);
const publishedMs = performance.now() - began;
const again = performance.now();
const second = (await desk.importCases(chunks(file), manager('second'))).report;
const againMs = performance.now() - again;

const shown = (ms: number) => `${Math.round(ms)} ms`;
console.log(`cold start ${shown(service.startMs)} (bar ${shown(START_LIMIT_MS)})`);
console.log(`import ${shown(importMs)} (bar ${shown(IMPORT_LIMIT_MS)}), all published after ${shown(publishedMs)}, again ${shown(againMs)}`);
profile.close();
desk.close();
await published.stop();
await service.stop();
await customerProfile.stop();
await infrastructure.stop();
const right = report!.accepted === BigInt(CASES) && second!.duplicate === BigInt(CASES);
process.exit(right && importMs <= IMPORT_LIMIT_MS && service.startMs <= START_LIMIT_MS ? 0 : 1);
