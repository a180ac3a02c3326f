/** One good request for each route, by operation. */
export interface Example {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly csv?: string;
}

const accountNo = '4101000001';
const anAccount = { params: { accountNo } };
const anOutage = { params: { outageId: 'outage-1' } };
const aCase = { params: { caseId: 'case-1' } };

export const EXAMPLES: Readonly<Record<string, Example>> = {
  defineRegion: { body: { regionId: 'R1', name: '城东' } },
  defineLine: { body: { lineId: 'L1', regionId: 'R1', name: '东一线' } },
  listNetwork: {},
  registerCustomer: { body: { kind: 'ENTERPRISE', name: '某厂', phone: '13900001111', language: 'zh' } },
  getCustomer: { params: { customerId: 'c-1' } },
  updateCustomer: { params: { customerId: 'c-1' }, body: { phone: '13900002222' } },
  registerAccount: { body: { accountNo, customerId: 'c-1', usageNature: 'RESIDENTIAL', installedCapacityKva: 8, lineId: 'L1', address: '东街 1 号' } },
  getAccount: anAccount,
  updateAccount: { ...anAccount, body: { installedCapacityKva: 630 } },
  topUp: { ...anAccount, body: { amountFen: '10000', channel: 'COUNTER', takenAt: '2026-11-24T08:30:00+08:00' } },
  getBalance: anAccount,
  getStatement: { ...anAccount, query: { from: '2026-11-01', to: '2026-11-24', pageSize: '20', pageToken: 'next' } },
  setLowBalanceThreshold: { ...anAccount, body: { thresholdFen: '0' } },
  reverseTopUp: { params: { accountNo, postingId: '01-1' }, body: { reason: '录错金额' } },
  requestRefund: { ...anAccount, body: { amountFen: '5000', reason: '搬迁' } },
  decideRefund: { params: { accountNo, refundId: '01-2' }, body: { approve: true, reason: '已核实' } },
  listPendingRefunds: {},
  transferBalance: { ...anAccount, body: { toAccountNo: '4101000002', amountFen: '5000', reason: '存错户' } },
  adjustCharge: { ...anAccount, body: { adjustmentId: 'A-1', chargeId: 'C-1', amountFen: '-300', period: '2026-10', dueOn: '2026-12-25', reason: '抄表差错' } },
  getChargeBatch: { params: { batchId: 'night-2026-11-24' } },
  uploadChargeFile: { params: { batchId: 'night-2026-11-24' }, query: { count: '20000', sumFen: '172800000', fromLine: '12001', columns: 'accountNo:户号' }, csv: 'chargeId,户号\nC1,4101000001\n' },
  listRejectedLines: { params: { batchId: 'rural-grid~night-2026-11-24' }, query: { pageSize: '20', pageToken: '0.1.2' } },
  giveFeedback: { ...anAccount, body: { rating: 2, text: '短信提醒太晚', channel: 'ONLINE' } },
  closeAccount: { ...anAccount, body: { reason: '拆迁' } },
  getArrears: anAccount,
  openShift: { body: { outletId: 'HALL-1', teamId: 'TEAM-1', floatFen: '20000' } },
  closeShift: { params: { shiftId: 'C01.2026-11-24.1' }, body: { invoiceCount: 3, voidCount: 1, invoiceFen: '50000', countedCashFen: '20000', slips: [{ slipNo: 'S1', bank: '农行', amountFen: '50000', depositedAt: '2026-11-24T09:00:00Z' }], invoices: { lines: [{ invoiceNo: '01-00000007', accountNo, amountFen: '100' }], withoutPaper: ['01-00000008'] } } },
  signOffShift: { params: { shiftId: 'C01.2026-11-24.1' }, body: { reason: '' } },
  getShift: { params: { shiftId: 'C01.2026-11-24.1' } },
  listShiftRecords: { params: { shiftId: 'C01.2026-11-24.1' } },
  explainShift: { params: { shiftId: 'C01.2026-11-24.1' } },
  proposeCorrection: { params: { shiftId: 'C01.2026-11-24.1' }, body: { differenceId: '3f2a9c0d1e4b' } },
  decideCorrection: { params: { shiftId: 'C01.2026-11-24.1', differenceId: '3f2a9c0d1e4b' }, body: { approve: true, reason: '已核实' } },
  importBankStatement: { query: { bankAccount: '6222', columns: 'entryRef:交易流水号' }, csv: '交易流水号,bookedOn,amount\nE1,2026-11-24,500.00\n' },
  listUnmatchedBankLines: { query: { bankAccount: '6222', pageSize: '20' } },
  getDayClose: { params: { day: '2026-11-24' } },
  getSettlementFile: { params: { day: '2026-11-24' } },
  openCase: { body: { kind: 'FAULT', channel: 'HOTLINE', accountNo, regionId: 'R1', lineId: 'L1', callerName: '来电人', callerPhone: '13900001111', description: '没电', occurredAt: '2026-11-24T00:00:00Z' } },
  getCase: aCase,
  classifyCase: { ...aCase, body: { classification: 'STORM' } },
  resolveCase: { ...aCase, body: { resolution: '已修复', restoredAt: '2026-11-24T01:00:00Z', customersAffected: 120 } },
  closeCase: { ...aCase, body: { satisfaction: 5 } },
  listClassifications: { query: { kind: 'FAULT' } },
  recordOutage: { body: { lineId: 'L1', regionId: 'R1', planned: false, startedAt: '2026-11-24T00:00:00Z', customersAffected: 200, cause: 'STORM', equipment: 'FUSE', caseIds: ['case-1'] } },
  listOutages: { query: { lineId: 'L1', day: '2026-11-24', status: 'OPEN', pageSize: '20', pageToken: 'next' } },
  getOutage: anOutage,
  restoreStep: { ...anOutage, body: { restoredAt: '2026-11-24T01:00:00Z', customersRestored: 120 } },
  correctOutage: { ...anOutage, body: { reason: '现场核实', lineId: 'L1', planned: false, startedAt: '2026-11-24T00:00:00Z', customersAffected: 210, cause: 'TREE', equipment: 'FUSE', restorations: [{ restoredAt: '2026-11-24T01:00:00Z', customersRestored: 210 }], caseIds: [] } },
  cancelOutage: { ...anOutage, body: { reason: '误记' } },
  listOutageCodes: {},
  listMessages: { query: { accountNo, status: 'SENT' } },
  listStatistics: {},
  listFacts: { params: { statistic: 'faults' }, query: { from: '2026-11-01', to: '2026-11-24', region: 'R1', cause: '!STORM,TREE', pageSize: '50', pageToken: 'next' } },
  listEvents: { query: { topic: 'service-desk.case.v1', subject: 'case-1', from: '1' } },
  queryStatistic: { params: { statistic: 'faults' }, query: { groupBy: 'region,line', measures: 'count', grain: 'month', from: '2026-11-01', to: '2026-11-24', totals: 'true', compare: 'previous', sort: '-count', top: 'line:5:count', cause: 'STORM' } },
  exportStatistic: { params: { statistic: 'faults' }, query: { format: 'csv', groupBy: 'region' } },
  runSql: { body: { sql: 'SELECT kind, sum(sign) FROM case_facts GROUP BY kind' } },
  startRebuild: { body: { acceptDifferences: false } },
  getRebuild: {},
  getArchive: {},
  importAccounts: { query: { source: 'old', columns: 'accountNo:户号' }, csv: '户号\n4101000001\n' },
  importTopUps: { csv: 'receiptNo\n1\n' },
  importOutages: { query: { source: 'old', columns: 'lineId:线路' }, csv: '线路\nL1\n' },
  importCases: { csv: 'kind\nFAULT\n' },
};
