/** The services behind the gateway, played by real gRPC servers that say what a test wants. For tests of the edge only. */
import { AnalystSqlServiceService } from '@youdian/contracts-analytics/analyst_sql';
import { AnalyticsServiceService, QueryResponse, type GetCatalogueResponse, type QueryRequest } from '@youdian/contracts-analytics/analytics';
import { DayCloseServiceService } from '@youdian/contracts-billing/close';
import { StatisticsExportServiceService } from '@youdian/contracts-analytics/export';
import { AnalyticsUpkeepServiceService, type Rebuild } from '@youdian/contracts-analytics/upkeep';
import { KeeperServiceService, type Appointment } from '@youdian/contracts-billing/keepers';
import { PrepaidBillingServiceService, StatementEntryKind } from '@youdian/contracts-billing/prepaid_billing';
import { SettlementServiceService } from '@youdian/contracts-billing/settlement';
import { ChargeIntakeServiceService, type UploadChargeFileRequest } from '@youdian/contracts-billing/charge_intake';
import { CustomerKind, UsageNature } from '@youdian/contracts-customer/events';
import { CustomerProfileServiceService } from '@youdian/contracts-customer/customer_profile';
import { CaseChannel, CaseKind } from '@youdian/contracts-desk/events';
import { CaseStatus, ServiceDeskServiceService, type Case } from '@youdian/contracts-desk/service_desk';
import { MessageStatus, NotificationServiceService } from '@youdian/contracts-notification/notification';
import type { CsvChunk } from '@youdian/contracts-platform/csv_import';
import { command, commands, implement, query, serveGrpc, type Call, type Host, type Implementation } from '@youdian/service-host';
import { createLogger } from '@youdian/telemetry';
import { CATALOGUE } from './day-statistics.ts';
import { fakeDevices } from './fake-devices.ts';
import { fakeInvoices } from './fake-invoices.ts';
import { does, EVERYONE, record, refusal, takes, tells } from './fake-methods.ts';
import { fakeOutages } from './fake-outages.ts';
import { fakeRovingRoutes } from './fake-roving-routes.ts';
import { fakeClose, fakeShifts } from './fake-shifts.ts';

const AT = new Date('2026-11-24T01:02:03.000Z');
export const UNKNOWN_ACCOUNT = '9999999999';

export interface FakePeer {
  readonly address: string;
  stop(): Promise<void>;
}

function knownAccount<R extends { accountNo: string }>(request: R): R {
  if (request.accountNo === UNKNOWN_ACCOUNT) throw refusal('unknown', 'ACCOUNT_UNKNOWN', 'accountNo');
  return request;
}

const account = {
  accountNo: '4101000001', customerId: 'c-1', usageNature: UsageNature.USAGE_NATURE_RESIDENTIAL, installedCapacityKva: 8n, regionId: 'R1', lineId: 'L1', address: '东街 1 号', registeredAt: AT, version: 1n,
};
const customer = { customerId: 'c-1', kind: CustomerKind.CUSTOMER_KIND_ENTERPRISE, name: '某厂', phone: '13900001111', language: 'zh', version: 1n };

const customerProfile = implement(CustomerProfileServiceService, {
  defineRegion: does('defineRegion', (region) => ({ region })),
  defineLine: does('defineLine', (line) => ({ line })),
  listNetwork: tells('listNetwork', () => ({ regions: [{ regionId: 'R1', name: '城东' }], lines: [{ lineId: 'L1', regionId: 'R1', name: '东一线' }] })),
  registerCustomer: does('registerCustomer', (request) => ({ customer: { ...customer, ...request } })),
  updateCustomer: does('updateCustomer', () => ({ customer })),
  getCustomer: tells('getCustomer', () => ({ customer })),
  registerAccount: does('registerAccount', (request) => ({ account: { ...account, ...request } })),
  updateAccount: does('updateAccount', () => ({ account })),
  getAccount: tells('getAccount', (request) => ({ account: { ...account, ...knownAccount(request) } })),
  batchGetAccounts: tells('batchGetAccounts', () => ({ accounts: [] })),
  getContact: tells('getContact', () => ({ customerId: '', name: '', phone: '', language: '' })),
  listAccountsOfLine: tells('listAccountsOfLine', () => ({ accountNos: [], nextPageToken: '' })),
  importAccounts: takes('importAccounts'),
});

function caseOf(request: Partial<Case>): { case: Case } {
  const empty = { accountNo: '', regionId: '', lineId: '', classification: '', callerName: '', callerPhone: '', description: '', resolution: '' };
  return {
    case: {
      caseId: 'case-1', kind: CaseKind.CASE_KIND_FAULT, channel: CaseChannel.CASE_CHANNEL_HOTLINE, status: CaseStatus.CASE_STATUS_OPEN, openedAt: AT, resolvedAt: undefined, closedAt: undefined,
      customersAffected: 0n, satisfaction: 0, version: 1n, ...empty, ...request,
    },
  };
}

const serviceDesk = implement(ServiceDeskServiceService, {
  openCase: does('openCase', ({ occurredAt: _, ...request }) => {
    if (request.accountNo === UNKNOWN_ACCOUNT) throw refusal('refused', 'ACCOUNT_UNKNOWN', 'accountNo');
    return caseOf(request);
  }),
  classifyCase: does('classifyCase', (request) => caseOf(request)),
  resolveCase: does('resolveCase', ({ restoredAt, ...request }) => caseOf({ ...request, resolvedAt: restoredAt })),
  closeCase: does('closeCase', (request) => caseOf(request)),
  getCase: tells('getCase', () => caseOf({})),
  listClassifications: tells('listClassifications', () => ({ classifications: [{ kind: CaseKind.CASE_KIND_FAULT, code: 'STORM', zh: '大风暴雨', en: 'Storm' }] })),
  importCases: takes('importCases'),
});

const prepaidBilling = implement(PrepaidBillingServiceService, {
  topUp: does('topUp', (request) => {
    if (request.amountFen === 500n) throw new Error('a secret of the inside: 13900001111');
    if (request.amountFen === 409n) throw refusal('conflict', 'KEY_REUSED', 'Idempotency-Key');
    const { accountNo, amountFen } = knownAccount(request);
    return { postingId: '01-1', accountNo, amountFen, invoiceNo: '01-00000001', balanceFen: amountFen, receivableFen: 0n, postedOn: '2026-11-24', postedAt: AT };
  }),
  setLowBalanceThreshold: does('setLowBalanceThreshold', (request) => request),
  getBalance: tells('getBalance', (request) => ({ ...knownAccount(request), balanceFen: 9_223_372_036_854_775_807n, receivableFen: 0n, thresholdFen: 3_000n, low: false, level: 'BALANCE_LEVEL_UNSPECIFIED' as const, daysLeft: 12, dailyUseFen: 700n, closed: false, episode: 0n })),
  getStatement: tells('getStatement', () => ({
    entries: [
      { postingId: '01-2', kind: StatementEntryKind.STATEMENT_ENTRY_KIND_CHARGE, amountFen: -70n, balanceFen: 30n, receivableFen: 0n, invoiceNo: '', chargeId: 'X1', period: '2026-11', postedOn: '2026-11-24', postedAt: AT, takenAt: undefined, reference: '', otherAccountNo: '' },
    ],
    nextPageToken: 'next',
  })),
  reverseTopUp: does('reverseTopUp', (request) => {
    const { accountNo } = knownAccount(request);
    return { postingId: '01-9', accountNo, amountFen: 100n, invoiceNo: '01-00000001', balanceFen: 0n, receivableFen: 0n, postedOn: '2026-11-24' };
  }),
  requestRefund: does('requestRefund', (request) => ({ ...knownAccount(request), refundId: '01-2' })),
  decideRefund: does('decideRefund', (request) => ({ ...knownAccount(request), approved: request.approve, amountFen: 5_000n, balanceFen: 0n })),
  listPendingRefunds: tells('listPendingRefunds', () => ({ refunds: [{ refundId: '01-2', accountNo: '4101000001', amountFen: 5_000n, reason: '搬迁', requestedBy: 'cashier:C01', requestedAt: AT }] })),
  transferBalance: does('transferBalance', (request) => ({ ...knownAccount(request), transferId: '01-3', status: 'TRANSFER_STATUS_DONE' as const, code: '' })),
  adjustCharge: does('adjustCharge', (request) => ({ postingId: '01-4', accountNo: knownAccount(request).accountNo, balanceFen: 300n, receivableFen: 0n })),
  getChargeBatch: tells('getChargeBatch', ({ batchId }) => ({
    batchId, settled: true, declared: true, declaredCount: 3, declaredFen: 300n, acceptedCount: 2, acceptedFen: 200n, duplicateCount: 1, duplicateFen: 100n, rejectedCount: 0, rejectedFen: 0n, nextLine: 4,
  })),
  closeAccount: does('closeAccount', (request) => ({ accountNo: knownAccount(request).accountNo, closedOn: '2026-11-24' })),
  getArrears: tells('getArrears', (request) => ({
    accountNo: knownAccount(request).accountNo, receivableFen: 300n, overdueFen: 100n, owed: [{ itemId: 'C-1', period: '2026-10', dueOn: '2026-11-20', remainingFen: 100n, overdue: true }],
  })),
  importTopUps: takes('importTopUps'),
});

const intake = implement(ChargeIntakeServiceService, {
  submitCharges: commands(EVERYONE, async function* () {}), // no route of the gateway
  uploadChargeFile: command(EVERYONE, async (requests: AsyncIterable<UploadChargeFileRequest>, call: Call) => {
    const all: UploadChargeFileRequest[] = [];
    for await (const request of requests) all.push(request);
    const { batchId, count, sumFen, fromLine, chunk } = all[0]!;
    record('uploadChargeFile', { batchId, count, sumFen, fromLine, columns: chunk!.columns, text: Buffer.concat(all.map((one) => one.chunk!.content)).toString() }, call);
    return { batchId, posted: 1, repeated: 0, rejected: 0, nextLine: fromLine + 1 };
  }),
  listRejectedLines: tells('listRejectedLines', () => ({
    lines: [{ line: 7, chargeId: '', amountFen: 0n, code: 'ROW_UNREADABLE', reasonZh: '这一行不完整', reasonEn: 'no complete row' }], nextPageToken: '0.2.0',
  })),
});

const appointment: Appointment = { appointmentId: '1', fund: 'FUND_SUSPENSE', keeperId: 'K01', fromDay: '2026-11-24', appointedBy: 'manager:M01', appointedAt: AT, confirmedBy: '', confirmedAt: undefined };
const keepers = implement(KeeperServiceService, {
  appointKeeper: does('appointKeeper', () => ({ appointment })),
  confirmKeeper: does('confirmKeeper', () => ({ appointment: { ...appointment, confirmedBy: 'manager:M02', confirmedAt: AT } })),
  listKeepers: tells('listKeepers', ({ day }) => ({ day, funds: [{ fund: 'FUND_SUSPENSE' as const, keeper: undefined, waiting: [appointment] }] })),
});

const dayClose = implement(DayCloseServiceService, {
  ...fakeClose,
  importBankStatement: command(EVERYONE, async (requests, call) => {
    const chunks: CsvChunk[] = [];
    for await (const { chunk } of requests) chunks.push(chunk!);
    record('importBankStatement', { source: chunks[0]?.source, columns: chunks[0]?.columns, text: Buffer.concat(chunks.map(({ content }) => content)).toString() }, call);
    return { statements: [{ statementId: '6222/S1', bankAccount: '6222', taken: 2, matched: 1, duplicate: 0, rejected: 1, rejectedLines: [{ line: 3n, field: 'amount', code: 'AMOUNT_INVALID', zh: '金额', en: 'amount' }], problems: [] }] };
  }),
  listUnmatchedBankLines: tells('listUnmatchedBankLines', () => ({
    lines: [{ lineId: 'l-1', bankAccount: '6222', entryRef: 'E1', amountFen: 50_000n, bookedOn: '2026-11-24', slipNo: '', statementId: '6222/S1' }], nextPageToken: '',
  })),
});

/** A day that is not closed; one whose owner fails half-way. */
export const OPEN_DAY = '2026-12-01';
export const BROKEN_DAY = '2026-12-02';

const settlement = implement(SettlementServiceService, {
  getSettlementFile: query(EVERYONE, async function* ({ day }, call) {
    record('getSettlementFile', { day }, call);
    if (day === OPEN_DAY) throw refusal('unknown', 'DAY_NOT_CLOSED', 'day');
    yield { content: Buffer.from('record,shard\n') };
    if (day === BROKEN_DAY) throw refusal('unavailable', 'STORE_UNAVAILABLE', '');
    yield { content: Buffer.from('DAY,0\n') };
  }),
  replayShard: query(EVERYONE, async function* () {}),
});

const notification = implement(NotificationServiceService, {
  listMessages: tells('listMessages', () => ({
    messages: [
      {
        messageId: 'm1', rule: 'BALANCE_LOW', accountNo: '4101000001', causeEventId: 'e1', status: MessageStatus.MESSAGE_STATUS_SENT, language: 'zh', recipient: '13900001111', text: '余额不足', providerMessageId: 'p1',
        queuedAt: AT, sentAt: AT, deliveredAt: undefined, failedAt: undefined, failure: '', attempts: 1, withdrawnAt: undefined,
        deferral: { until: AT, code: 'QUIET_HOURS', zh: '免打扰时段内不发送', en: 'not sent during quiet hours' },
      },
    ],
    nextPageToken: '',
  })),
  getMessage: tells('getMessage', () => ({ message: undefined })),
});

/** What the statistics say; a test may put another answer in. */
export const statistics: { answer: (request: QueryRequest) => QueryResponse | Promise<QueryResponse>; catalogue: () => GetCatalogueResponse | Promise<GetCatalogueResponse> } = {
  catalogue: () => CATALOGUE,
  answer: ({ groupBy }) => QueryResponse.fromPartial({
    watermark: AT, revision: '1.7', dimensions: groupBy, measures: ['count', 'restoreMinutesMean', 'amountFen'],
    rows: [{ keys: groupBy.map((_, i) => (i === 0 ? 'R1' : '')), labelsZh: groupBy.map(() => '城东'), labelsEn: groupBy.map(() => 'East'), values: ['3', '', '5000'] }],
  }),
};

const analytics = implement(AnalyticsServiceService, {
  query: tells('query', (request) => {
    if (!['faults', 'consultations', 'complaints', 'top-ups'].includes(request.statistic)) throw refusal('unknown', 'STATISTIC_UNKNOWN', 'statistic');
    return statistics.answer(request);
  }),
  listFacts: tells('listFacts', () => ({
    watermark: AT, revision: '1.7', columns: ['channel', 'opened_at'], namedColumns: [{ id: 'channel', zh: '渠道', en: 'Channel', unit: '' }, { id: 'opened_at', zh: '发生', en: 'Began', unit: '' }], factCount: 1n, nextPageToken: '',
    facts: [{ topic: 'service-desk.case.v1', subject: 'case-1', sequence: 2n, eventId: 'case-1:2:0', revision: '1.6', sign: 1, values: ['HOTLINE', '2026-11-24T01:00:00.000Z'] }],
  })),
  listEvents: tells('listEvents', () => ({ events: [{ id: 'case-1:1:0', type: 'youdian.desk.v1.CaseOpened', sequence: 1n, time: AT, data: '{"caseId":"case-1"}' }], more: false })),
  getCatalogue: tells('getCatalogue', () => statistics.catalogue()),
});

const exporting = implement(StatisticsExportServiceService, {
  export: query(EVERYONE, async function* (request, call) {
    record('export', request, call);
    if (request.query!.statistic !== 'faults') throw refusal('unknown', 'STATISTIC_UNKNOWN', 'statistic');
    const xlsx = request.format === 'EXPORT_FORMAT_XLSX';
    yield { header: { fileName: `faults-1-7.${xlsx ? 'xlsx' : 'csv'}`, contentType: xlsx ? 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' : 'text/csv; charset=utf-8', revision: '1.7', watermark: AT } };
    yield { content: Buffer.from('\uFEFF片区,数量\r\n') };
    yield { content: Buffer.from('城东,3\r\n') };
  }),
  exportFacts: query(EVERYONE, async function* (request, call) {
    record('exportFacts', request, call);
    yield { header: { fileName: 'faults-facts-1-7.csv', contentType: 'text/csv; charset=utf-8', revision: '1.7', watermark: AT } };
    yield { content: Buffer.from('\uFEFF对象\r\ncase-1\r\n') };
  }),
});
const analystSql = implement(AnalystSqlServiceService, {
  runSql: tells('runSql', ({ sql }) => {
    if (!/^SELECT /.test(sql)) throw refusal('invalid', 'ONLY_SELECT', 'sql');
    return { columns: [{ name: 'kind', type: 'VARCHAR' }, { name: 'n', type: 'BIGINT' }], rows: [{ cells: [{ text: 'FAULT' }, {}] }], revision: '1.7' };
  }),
});
const aRebuild: Rebuild = {
  state: 'REBUILD_STATE_SWITCHED', eventsDone: 10n, eventsTotal: 10n, eventsPerSecond: 5, startedAt: AT, endedAt: undefined, revision: '1.7',
  tables: [{ table: 'case_facts', rowsBefore: 3n, rowsAfter: 3n, equal: true }], subjectsLeftOut: 0n, reason: '',
};
const upkeep = implement(AnalyticsUpkeepServiceService, {
  getArchive: tells('getArchive', () => ({ partitions: [{ topic: 'service-desk.case.v1', partition: 0, nextOffset: 12n }], pieces: 1n, missing: 0n, trouble: '' })),
  startRebuild: does('startRebuild', () => ({ rebuild: aRebuild })),
  getRebuild: tells('getRebuild', () => ({ rebuild: aRebuild })),
});

export const FAKES = {
  CUSTOMER_PROFILE_GRPC: [customerProfile],
  SERVICE_DESK_GRPC: [serviceDesk, fakeOutages],
  PREPAID_BILLING_GRPC: [prepaidBilling, intake, fakeShifts, dayClose, keepers, settlement, fakeInvoices, fakeRovingRoutes, fakeDevices],
  NOTIFICATION_GRPC: [notification],
  ANALYTICS_GRPC: [analytics, exporting, analystSql, upkeep],
} as const;

/** Serves one of them; given an address again, it is back at the same place. */
export async function serveFake(services: readonly Implementation[], listen = '127.0.0.1:0'): Promise<FakePeer> {
  let stop = async (): Promise<unknown> => undefined;
  const host: Host = {
    name: 'fake',
    log: createLogger('fake', 'silent'),
    clock: () => AT,
    onStop: (_what, stopping) => (stop = async () => stopping()),
    onReady: () => undefined,
    waitFor: (_what, attempt) => attempt(),
  };
  const address = await serveGrpc(host, { listen, services, descriptors: [] });
  return { address, stop: async () => void (await stop()) };
}

/** All five; the addresses are the gateway's configuration. */
export async function serveFakes() {
  const peers = new Map<keyof typeof FAKES, FakePeer>();
  for (const [name, services] of Object.entries(FAKES)) peers.set(name as keyof typeof FAKES, await serveFake(services));
  return {
    addresses: Object.fromEntries([...peers].map(([name, { address }]) => [name, address])) as Record<keyof typeof FAKES, string>,
    peers,
    stop: () => Promise.all([...peers.values()].map((peer) => peer.stop())),
  };
}
