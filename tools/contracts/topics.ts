/** What is on Kafka: one row a topic. Everything else in docs/asyncapi.yaml comes from the protos. */

export interface TopicRow {
  readonly topic: string;
  /** The service whose topic it is: it publishes it, and its history has all of it. */
  readonly owner: string;
  /** What the record's key is, and `ce_subject` with it. */
  readonly key: string;
  /** `youdian.<domain>.v1`, whose messages these are. */
  readonly proto: string;
  readonly messages: readonly string[];
  /** event: ours · ledger: ours, with the shard in its headers · charges: what the billing center hands in. */
  readonly kind: 'event' | 'ledger' | 'charges';
  readonly zh: string;
  readonly en: string;
}

export const TOPICS: readonly TopicRow[] = [
  {
    topic: 'billing-center.charges.v1', owner: 'billing-center', key: 'accountNo, or batchId of a manifest', proto: 'youdian.billing.v1', kind: 'charges',
    messages: ['Charge', 'ChargeBatchManifest'],
    zh: '算费中心等发送方送来的电费及批次清单。', en: 'Charges, and manifests of batches of them, that the billing center and other senders hand in.',
  },
  {
    topic: 'prepaid-billing.posting.v1', owner: 'prepaid-billing', key: 'accountNo', proto: 'youdian.billing.v1', kind: 'ledger',
    messages: ['TopUpPosted', 'TopUpReversed', 'ChargePosted', 'ChargeAdjusted', 'RefundPosted', 'TransferPosted', 'AccountClosed', 'CorrectionPosted'],
    zh: '账户资金的每一笔记账。', en: 'Every posting of money of every account.',
  },
  {
    topic: 'prepaid-billing.day.v1', owner: 'prepaid-billing', key: 'shard, two digits', proto: 'youdian.billing.v1', kind: 'ledger',
    messages: ['DayClosed'],
    zh: '日结屏障：每个分片每日一条。', en: 'The day barrier: one a shard and day.',
  },
  {
    topic: 'prepaid-billing.charge-batch.v1', owner: 'prepaid-billing', key: 'batchId', proto: 'youdian.billing.v1', kind: 'ledger',
    messages: ['ChargeBatchSettled'],
    zh: '电费批次的处理结果。', en: 'What became of a batch of charges.',
  },
  {
    topic: 'prepaid-billing.charge-rejected.v1', owner: 'prepaid-billing', key: 'chargeId', proto: 'youdian.billing.v1', kind: 'ledger',
    messages: ['ChargeRejected'],
    zh: '被拒绝的电费及原因。', en: 'Charges that were refused, and why.',
  },
  {
    topic: 'prepaid-billing.balance.v1', owner: 'prepaid-billing', key: 'accountNo', proto: 'youdian.billing.v1', kind: 'ledger',
    messages: ['BalanceLow'],
    zh: '余额不足提醒。', en: 'Balances that became low.',
  },
  {
    topic: 'prepaid-billing.arrears.v1', owner: 'prepaid-billing', key: 'accountNo', proto: 'youdian.billing.v1', kind: 'ledger',
    messages: ['ArrearsStarted', 'ArrearsCleared'],
    zh: '欠费的开始与结清。', en: 'Arrears that began, and that were paid.',
  },
  {
    topic: 'prepaid-billing.shift.v1', owner: 'prepaid-billing', key: 'shiftId', proto: 'youdian.billing.v1', kind: 'event',
    messages: ['ShiftOpened', 'ShiftClosed', 'ShiftSignedOff', 'CorrectionProposed', 'CorrectionDecided', 'ShiftBooked', 'SlipsFiled', 'InvoicesRecounted', 'CloseDueSoon', 'CloseOverdue', 'CashNotBanked', 'CashLimitExceeded', 'CashBackInLimit'],
    zh: '收费员的班次：开班、交班、更正、审核；截止前后的提醒，现金超限。', en: "Collectors' shifts: opened, closed, corrected, signed off; what is due, and cash above its limit.",
  },
  {
    topic: 'prepaid-billing.bank.v1', owner: 'prepaid-billing', key: 'lineId', proto: 'youdian.billing.v1', kind: 'event',
    messages: ['BankLineTaken', 'BankLineMatched', 'BankLineBooked'],
    zh: '银行对账单明细：收到、与进账单对上、入账。', en: "Lines of the bank's statements: taken in, matched with a slip, booked.",
  },
  {
    topic: 'prepaid-billing.keeper.v1', owner: 'prepaid-billing', key: 'fund', proto: 'youdian.billing.v1', kind: 'event',
    messages: ['KeeperAppointed', 'KeeperConfirmed'],
    zh: '资金保管人：任命、确认。', en: 'Keepers of funds: appointed, confirmed.',
  },
  {
    topic: 'prepaid-billing.invoice-block.v1', owner: 'prepaid-billing', key: 'series', proto: 'youdian.billing.v1', kind: 'event',
    messages: ['InvoiceBlockIssued', 'InvoiceBlockReturned', 'InvoiceBlockUsedUp'],
    zh: '发票号段：发放、退回、用完。', en: 'Blocks of invoice numbers: handed out, returned, used up.',
  },
  {
    topic: 'prepaid-billing.roving-route.v1', owner: 'prepaid-billing', key: 'routeId', proto: 'youdian.billing.v1', kind: 'event',
    messages: ['RovingRoutePlanned', 'RovingRoutePublished', 'RovingRouteChanged', 'RovingRouteCancelled', 'RovingStopMarked'],
    zh: '流动收费路线：计划、发布、变更、取消，停靠点的到访。', en: "Roving teams' routes: planned, published, changed, cancelled, and their stops as they were visited.",
  },
  {
    topic: 'prepaid-billing.device.v1', owner: 'prepaid-billing', key: 'deviceId', proto: 'youdian.billing.v1', kind: 'event',
    messages: ['DeviceEnrolled', 'DeviceRevoked', 'DeviceSynced'],
    zh: '流动收费终端：登记、注销、同步进度。', en: "Roving teams' devices: enrolled, revoked, how far their records have come.",
  },
  {
    topic: 'prepaid-billing.device-record.v1', owner: 'prepaid-billing', key: 'deviceId.sequence', proto: 'youdian.billing.v1', kind: 'event',
    messages: ['DeviceRecordReceived', 'DeviceRecordForked', 'DeviceRecordPreferred', 'DeviceRecordUnchained', 'DeviceRecordSettled'],
    zh: '终端离线签名的收费记录：收到、分叉、断链、处理结果。', en: 'What devices signed without a network: received, forked, unchained, settled.',
  },
  {
    topic: 'customer-profile.network.v1', owner: 'customer-profile', key: 'regionId or lineId', proto: 'youdian.customer.v1', kind: 'event',
    messages: ['RegionDefined', 'LineDefined'],
    zh: '供电区域与线路。', en: 'Regions and lines of the grid.',
  },
  {
    topic: 'customer-profile.customer.v1', owner: 'customer-profile', key: 'customerId', proto: 'youdian.customer.v1', kind: 'event',
    messages: ['CustomerRegistered', 'CustomerUpdated'],
    zh: '客户档案（不含个人信息）。', en: 'Customers, without what is personal.',
  },
  {
    topic: 'customer-profile.account.v1', owner: 'customer-profile', key: 'accountNo', proto: 'youdian.customer.v1', kind: 'event',
    messages: ['AccountRegistered', 'AccountUpdated'],
    zh: '户号档案（不含个人信息）。', en: 'Account numbers, without what is personal.',
  },
  {
    topic: 'service-desk.case.v1', owner: 'service-desk', key: 'caseId', proto: 'youdian.desk.v1', kind: 'event',
    messages: ['CaseOpened', 'CaseClassified', 'CaseResolved', 'CaseClosed'],
    zh: '服务台工单：咨询、报修、投诉。', en: 'Cases of the service desk: consultations, faults, complaints.',
  },
  {
    topic: 'service-desk.outage.v1', owner: 'service-desk', key: 'outageId', proto: 'youdian.desk.v1', kind: 'event',
    messages: ['OutageRecorded', 'OutageRestored', 'OutageCorrected', 'OutageCancelled'],
    zh: '停电事件：线路、影响户数、分步恢复，以及更正。', en: 'Outages: line, customers affected, restoration by steps, and their corrections.',
  },
  {
    topic: 'notification.message.v1', owner: 'notification', key: 'messageId', proto: 'youdian.notification.v1', kind: 'event',
    messages: ['MessageQueued', 'MessageDeferred', 'MessageAttempted', 'MessageSent', 'MessageDelivered', 'MessageFailed', 'MessageWithdrawn'],
    zh: '发给客户的通知（不含正文与收件人）。', en: 'Messages to customers, without their text and recipient.',
  },
];
