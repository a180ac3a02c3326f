import type { Counted, Measure, Ratio, Statistic } from './catalogue.ts';
import {
  accountLine, accountRegion, capacityBand, caseChannel, category, cause, complaintClass, day, dayIn, equipment, hour, line, majorEventDay, month, monthIn, outageCause, outlet,
  period, planned, region, rule, shiftStatus, status, team, topUpChannel, usageNature,
} from './dimensions.ts';
import { SUSTAINED_FROM_MINUTES } from '../facts/outages.ts';
import type { Name } from './names.ts';
import { FIRST_LOAD_DAYS, MAJOR_EVENT_BETAS, MAJOR_EVENT_YEARS, REPEAT_WITHIN_DAYS, repeatsOf } from './relations.ts';

/** What a company promises, where it says nothing else. 供电服务承诺: in town a crew is there within 45 minutes, and power is back within 3 hours after that. */
export const RESTORE_COMMITMENT_MINUTES = 225;

const count = (unit: string, formula: Name): Measure => ({ id: 'count', zh: '数量', en: 'Count', unit, formula, sql: 'coalesce(sum(f.sign), 0)', ofNothing: 0n });
const amountFen = (formula: Name): Measure => ({ id: 'amountFen', zh: '金额(分)', en: 'Amount (fen)', unit: 'fen', formula, sql: 'coalesce(sum(f.amount), 0)', ofNothing: 0n });
const AMOUNT = { amount: 'f.sign * f.amount_fen' };

const CASE_COLUMNS = ['channel', 'region_id', 'line_id', 'account_no', 'classification', 'opened_at', 'resolved_at', 'closed_at', 'customers_affected', 'satisfaction'];
const ACCOUNT = [accountRegion, accountLine, usageNature, capacityBand];

/** Between off and on again, of a fault that is restored. */
const OFF_MS = '(epoch_ms(f.resolved_at) - epoch_ms(f.opened_at))';

const faults = (commitmentMinutes: number): Counted => ({
  id: 'faults', zh: '故障', en: 'Faults', facts: 'case_facts', where: "f.kind = 'FAULT'", at: 'opened_at', dayIs: ['停电时间', 'when the power went off'], columns: CASE_COLUMNS, rolledUp: true, timed: true,
  sums: {
    affected: 'f.sign * f.customers_affected', off_ms: `f.sign * ${OFF_MS}`, restored: 'CASE WHEN f.resolved_at IS NOT NULL THEN f.sign ELSE 0 END',
    restored_in_time: `CASE WHEN ${OFF_MS} <= ${commitmentMinutes * 60_000} THEN f.sign ELSE 0 END`,
  },
  measures: [
    count('cases', ['故障数，按停电时间', 'faults, by when the power went off']),
    { id: 'customersAffected', zh: '影响户数', en: 'Customers affected', unit: 'customers', formula: ['Σ 停电户数，以已知的为准', 'Σ customers without power, as far as known'], sql: 'coalesce(sum(f.affected), 0)', ofNothing: 0n },
    {
      id: 'restoreMinutesMean', zh: '平均恢复时间', en: 'Mean time to restore', unit: 'minutes', formula: ['Σ（恢复 − 停电）÷ 已恢复的故障数；没有时无意义', 'Σ (restored − off) ÷ restored faults; undefined without any'],
      sql: 'sum(f.off_ms) / (60000.0::DOUBLE * nullif(sum(f.restored), 0))',
    },
    {
      id: 'withinCommitment', zh: '承诺时限内恢复率', en: 'Restored within the commitment', unit: 'share',
      formula: [`承诺的 ${commitmentMinutes} 分钟内恢复的故障数 ÷ 已恢复的故障数`, `faults restored within the ${commitmentMinutes} minutes that are promised ÷ restored faults`],
      sql: 'sum(f.restored_in_time) / nullif(sum(f.restored), 0)::DOUBLE',
    },
  ],
  dimensions: [region, line, cause, month, day, hour],
});

const consultations: Counted = {
  id: 'consultations', zh: '咨询', en: 'Consultations', facts: 'case_facts', where: "f.kind = 'CONSULTATION'", at: 'opened_at', dayIs: ['受理时间', 'when it began'], columns: CASE_COLUMNS, rolledUp: true,
  measures: [count('cases', ['咨询数，按受理时间；用电性质和容量取当时的档案', 'consultations, by when they began; usage nature and capacity are the account’s at that time'])],
  dimensions: [category, usageNature, capacityBand, region, caseChannel, month, day],
};

const complaints: Counted = {
  id: 'complaints', zh: '投诉', en: 'Complaints', facts: 'case_facts', where: "f.kind = 'COMPLAINT'", at: 'opened_at', dayIs: ['受理时间', 'when it began'], columns: CASE_COLUMNS, rolledUp: true,
  measures: [count('cases', ['投诉数，按受理时间', 'complaints, by when they began'])],
  dimensions: [complaintClass, region, line, caseChannel, month, day],
};

const topUps: Counted = {
  id: 'top-ups', zh: '缴费', en: 'Top-ups', facts: 'top_up_facts', at: 'taken_at', dayIs: ['收款时间', 'when the money was taken'], columns: ['posting_id', 'account_no', 'amount_fen', 'channel', 'taken_at'],
  rolledUp: true, sums: AMOUNT,
  measures: [count('payments', ['缴费笔数，按收款时间', 'top-ups, by when the money was taken']), amountFen(['Σ 缴费金额', 'Σ amount of the top-ups'])],
  dimensions: [accountRegion, accountLine, usageNature, topUpChannel, month, day],
};

const CHARGE_COLUMNS = ['kind', 'charge_id', 'account_no', 'amount_fen', 'period', 'posted_at', 'due_on'];
const CHARGE_SUMS = { ...AMOUNT, charges: "CASE WHEN f.kind = 'CHARGE' THEN f.sign ELSE 0 END" };
const chargeCount = (formula: Name): Measure => ({ ...count('charges', formula), sql: 'coalesce(sum(f.charges), 0)' });

const charges: Counted = {
  id: 'charges', zh: '电费', en: 'Charges', facts: 'charge_facts', at: 'posted_at', dayIs: ['入账日', 'when the ledger posted it'], columns: CHARGE_COLUMNS, rolledUp: true, sums: CHARGE_SUMS,
  measures: [chargeCount(['电费笔数；起止日期为入账日', 'charges; from and to are days on which the ledger posted them']), amountFen(['Σ 电费金额，含调增和调减', 'Σ amount of the charges, and of what they were raised and lowered by'])],
  dimensions: [accountRegion, accountLine, usageNature, period],
};

const messages: Counted = {
  id: 'messages', zh: '消息', en: 'Messages', facts: 'message_facts', at: 'queued_at', dayIs: ['生成时间', 'when it was queued'], columns: ['rule', 'status', 'reason', 'account_no', 'queued_at'],
  rolledUp: true, sums: { delivered: "CASE WHEN f.status = 'DELIVERED' THEN f.sign ELSE 0 END", ended: "CASE WHEN f.status IN ('DELIVERED', 'FAILED') THEN f.sign ELSE 0 END" },
  measures: [
    count('messages', ['消息数，按生成时间，取最新状态', 'messages, by when they were queued, with their newest status']),
    {
      id: 'deliveryRate', zh: '送达率', en: 'Delivery rate', unit: 'share', formula: ['送达 ÷（送达 + 失败）；都还没有结果时无意义', 'delivered ÷ (delivered + failed); undefined while none has an outcome'],
      sql: 'coalesce(sum(f.delivered), 0) / nullif(sum(f.ended), 0)::DOUBLE',
    },
  ],
  dimensions: [rule, status, month, day],
};

const repeatFaults = (faults: Counted): Counted => ({
  id: 'repeat-faults', zh: '重复故障', en: 'Repeat faults', facts: 'faults_of_lines', at: 'opened_at', dayIs: ['停电时间', 'when the power went off'], columns: [...CASE_COLUMNS, 'previous_at'],
  sums: { repeats: 'CASE WHEN f.previous_at IS NOT NULL THEN f.sign ELSE 0 END' }, madeOf: { statistic: faults, rows: repeatsOf },
  measures: [
    { ...count('cases', [`同一线路上距前一次故障 ${REPEAT_WITHIN_DAYS} 天以内的故障数`, `faults of a line within ${REPEAT_WITHIN_DAYS} days after its fault before`]), sql: 'coalesce(sum(f.repeats), 0)' },
    { id: 'repeatRate', zh: '重复率', en: 'Repeat rate', unit: 'share', formula: ['重复故障数 ÷ 线路已知的故障数', 'repeat faults ÷ faults whose line is known'], sql: 'sum(f.repeats) / nullif(sum(f.sign), 0)::DOUBLE' },
  ],
  dimensions: [region, line, cause, month, day, hour],
});

const outages: Counted = {
  id: 'outages', zh: '停电', en: 'Outages', facts: 'outages', at: 'started_at', dayIs: ['停电时间', 'when the power went off'], nth: { within: 'f.line_id', order: 'f.interrupted DESC, f.subject' },
  columns: ['region_id', 'line_id', 'planned', 'cause', 'equipment', 'started_at', 'ended_at', 'customers_affected', 'interrupted', 'customer_ms'],
  measures: [
    count('outages', ['停电次数，按停电时间', 'outages, by when the power went off']),
    { id: 'customersAffected', zh: '影响户数', en: 'Customers affected', unit: 'customers', formula: ['Σ 停电户数', 'Σ customers without power'], sql: 'coalesce(sum(f.customers_affected), 0)', ofNothing: 0n },
    {
      id: 'interruptions', zh: '停电户次', en: 'Customer interruptions', unit: 'customer interruptions',
      formula: [`Σ 停电 ${SUSTAINED_FROM_MINUTES} 分钟及以上后恢复的户数（IEEE 1366：持续停电）`, `Σ customers who have power again after ${SUSTAINED_FROM_MINUTES} minutes or more (IEEE 1366: sustained)`], sql: 'coalesce(sum(f.interrupted), 0)', ofNothing: 0n,
    },
    {
      id: 'customerMinutes', zh: '停电时户数(分钟)', en: 'Customer minutes', unit: 'customer minutes', formula: ['Σ 各恢复步骤：户数 ×（恢复 − 停电），只计持续停电', 'Σ over steps of restoration: customers × (restored − off), sustained ones only'],
      sql: 'coalesce(sum(f.customer_ms), 0) / 60000.0::DOUBLE', ofNothing: 0,
    },
    {
      id: 'restoreMinutesMean', zh: '平均恢复时间', en: 'Mean time to restore', unit: 'minutes', formula: ['Σ（全部恢复 − 停电）÷ 已结束的停电次数；没有时无意义', 'Σ (all restored − off) ÷ ended outages; undefined without any'],
      sql: 'sum(epoch_ms(f.ended_at) - epoch_ms(f.started_at)) / (60000.0::DOUBLE * nullif(count(f.ended_at), 0))',
    },
    {
      id: 'interruptedThrice', zh: '三次及以上停电户数', en: 'Customers interrupted 3 times or more', unit: 'customers',
      formula: ['Σ 各线路：期内第三大停电的户数。停电只记户数、不记是哪些户：按小的包含在大的之内计算', 'Σ over lines: customers of the third-largest outage of the period. An outage says how many customers and not which: the smaller is taken to lie within the larger'],
      sql: 'coalesce(sum(f.interrupted) FILTER (f.nth = 3), 0)', ofNothing: 0n,
    },
  ],
  dimensions: [region, line, outageCause, equipment, planned, majorEventDay, month, day, hour],
};

const customers: Counted = {
  id: 'customers', zh: '用电客户', en: 'Customers', facts: 'account_periods', at: 'effective_at', lasting: true, dayIs: ['计算户数的期间', 'the period over which accounts are counted'],
  columns: ['account_no', 'usage_nature', 'installed_capacity_kva', 'region_id', 'line_id', 'effective_at'],
  measures: [
    {
      id: 'customers', zh: '平均户数', en: 'Customers, on average', unit: 'customers',
      formula: [`Σ 各户在册时间（至销户止）÷ 期长；建档最初 ${FIRST_LOAD_DAYS} 天的户视为此前已在册`, `Σ time that accounts were there, up to their closing ÷ length of the period; accounts of the first ${FIRST_LOAD_DAYS} days of the records were there before`],
      sql: 'coalesce(sum(f.there_ms) / any_value(f.period_ms)::DOUBLE, 0)', ofNothing: 0,
    },
    { id: 'customerHours', zh: '用户小时', en: 'Customer hours', unit: 'customer hours', formula: ['Σ 各户在册时间', 'Σ time that accounts were there'], sql: 'coalesce(sum(f.there_ms), 0) / 3600000.0::DOUBLE', ofNothing: 0 },
  ],
  dimensions: [region, line, { ...usageNature, sql: 'f.usage_nature' }, { ...capacityBand, sql: capacityBand.sql.replaceAll('a.', 'f.') }],
};

const reliability: Ratio = {
  id: 'reliability', zh: '供电可靠性', en: 'Reliability', over: outages, per: customers, dayIs: ['停电时间', 'when the power went off'],
  measures: [
    { id: 'saifi', zh: '系统平均停电频率(SAIFI)', en: 'SAIFI', unit: 'interruptions per customer', formula: ['停电户次 ÷ 期内平均户数（IEEE 1366）', 'customer interruptions ÷ customers of the period (IEEE 1366)'], sql: 'coalesce(n.interruptions, 0) / nullif(d.customers, 0)' },
    { id: 'saidi', zh: '系统平均停电时间(SAIDI)', en: 'SAIDI', unit: 'minutes per customer', formula: ['停电时户数（分钟）÷ 期内平均户数（IEEE 1366）', 'customer minutes ÷ customers of the period (IEEE 1366)'], sql: 'coalesce(n."customerMinutes", 0) / nullif(d.customers, 0)' },
    { id: 'caidi', zh: '用户平均停电时间(CAIDI)', en: 'CAIDI', unit: 'minutes per interruption', formula: ['停电时户数（分钟）÷ 停电户次；没有停电时无意义（IEEE 1366）', 'customer minutes ÷ customer interruptions; undefined without any (IEEE 1366)'], sql: 'n."customerMinutes" / nullif(n.interruptions, 0)' },
    { id: 'asai', zh: '平均供电可用率(ASAI)', en: 'ASAI', unit: 'share', formula: ['1 − 停电户·小时 ÷ 期内用户小时（IEEE 1366）', '1 − customer hours without power ÷ customer hours of the period (IEEE 1366)'], sql: '1 - coalesce(n."customerMinutes", 0) / 60 / nullif(d."customerHours", 0)' },
    { id: 'cemi3', zh: '三次及以上停电用户比例(CEMI3)', en: 'CEMI-3', unit: 'share', formula: [`停电三次及以上的户数 ÷ 期内平均户数（IEEE 1366）。停电只记户数、不记是哪些户，因此户数是估计：同一线路上小的停电算在大的之内，即各线路期内第三大的停电之和。某日 SAIDI 超过此前 ${MAJOR_EVENT_YEARS} 个日历年（有多少算多少）的 exp(α + ${MAJOR_EVENT_BETAS}β) 即为重大事件日，可用 majorEventDay 筛选`, `customers interrupted 3 times or more ÷ customers of the period (IEEE 1366). An outage says how many customers and not which, so their number is an estimate: of each line the smaller outages are taken to lie within the larger, which makes it the sum over lines of the third-largest outage of the period. A day is a major event day when its SAIDI is beyond exp(α + ${MAJOR_EVENT_BETAS}β) of the ${MAJOR_EVENT_YEARS} calendar years before, as far as there are any: filter by majorEventDay`], sql: 'coalesce(n."interruptedThrice", 0) / nullif(d.customers, 0)' },
  ],
  dimensions: [region, line, outageCause, equipment, planned, majorEventDay],
};

const complaintRate: Ratio = {
  id: 'complaint-rate', zh: '万户投诉量', en: 'Complaints per 10,000 customers', over: complaints, per: customers, dayIs: ['受理时间', 'when it began'],
  measures: [{ id: 'per10000', zh: '每万户投诉', en: 'Per 10,000 customers', unit: 'cases per 10,000 customers', formula: ['投诉数 × 10,000 ÷ 期内平均户数', 'complaints × 10,000 ÷ customers of the period'], sql: 'coalesce(n.count, 0) * 10000 / nullif(d.customers, 0)' }],
  dimensions: [complaintClass, region, line, caseChannel],
};

const arrears: Counted = {
  id: 'arrears', zh: '欠费', en: 'Arrears', facts: 'arrears', at: 'due_at', on: 'started_on', dayIs: ['欠费首日', 'the first day in arrears'], columns: ['account_no', 'item_id', 'period', 'due_on', 'owed_fen', 'started_on', 'cleared_on'],
  measures: [
    count('episodes', ['到期未付清的电费笔数，按到期日的次日', 'charges that were not paid by their due day, by the day after it']),
    { id: 'owedFen', zh: '欠费金额(分)', en: 'Owed (fen)', unit: 'fen', formula: ['Σ 欠费开始时的欠额', 'Σ owed when the arrears began'], sql: 'coalesce(sum(f.owed_fen), 0)', ofNothing: 0n },
    { id: 'openCount', zh: '未清欠费', en: 'Still in arrears', unit: 'episodes', formula: ['至今未付清的笔数', 'those that are not yet paid'], sql: 'count(*) FILTER (f.cleared_on IS NULL)', ofNothing: 0n },
    { id: 'openFen', zh: '未清金额(分)', en: 'Still owed (fen)', unit: 'fen', formula: ['Σ 至今未付清的欠费在开始时的欠额', 'Σ owed when the arrears began, of those that are not yet paid'], sql: 'coalesce(sum(f.owed_fen) FILTER (f.cleared_on IS NULL), 0)', ofNothing: 0n },
  ],
  dimensions: [...ACCOUNT, period, monthIn('started_on'), dayIn('started_on')],
};

const dueCharges: Counted = {
  id: 'due-charges', zh: '到期电费', en: 'Charges due', facts: 'charge_facts', at: 'due_at', on: 'due_on', dayIs: ['到期日', 'the due day'], columns: CHARGE_COLUMNS, sums: CHARGE_SUMS,
  // By the ledger's own days, not by a clock: the same revision has the same answer.
  where: 'f.due_on < (SELECT day FROM ledger_day)',
  measures: [chargeCount(['到期日已过的电费笔数：账务已有更晚日期的记账', 'charges whose due day is over: the ledger has posted something on a later day']), amountFen(['Σ 电费金额，含调增和调减', 'Σ amount of the charges, and of what they were raised and lowered by'])],
  dimensions: [...ACCOUNT, period],
};

const lateCharges: Counted = {
  id: 'late-charges', zh: '逾期电费', en: 'Charges paid late or not', facts: 'arrears', at: 'due_at', on: 'due_on', dayIs: ['到期日', 'the due day'], columns: arrears.columns,
  where: 'f.period IS NOT NULL AND f.due_on < (SELECT day FROM ledger_day)',
  measures: arrears.measures.map((measure) => (measure.id === 'count' ? count('charges', ['到期时没有全部付清的电费笔数', 'charges that were not wholly paid by their due day']) : measure)),
  dimensions: [...ACCOUNT, period],
};

const collection: Ratio = {
  id: 'collection', zh: '电费回收率', en: 'Collection rate', over: lateCharges, per: dueCharges, dayIs: ['到期日', 'the due day'],
  measures: [
    { id: 'collectionRate', zh: '电费回收率', en: 'Collected', unit: 'share', formula: ['1 − Σ 仍欠 ÷ Σ 到期电费；逾期后部分付款的仍计为欠', '1 − Σ still owed ÷ Σ charges due; a late charge that is paid in part counts as owed'], sql: '1 - coalesce(n."openFen", 0)::DOUBLE / nullif(d."amountFen", 0)' },
    { id: 'onTimeRate', zh: '按期回收率', en: 'Collected in time', unit: 'share', formula: ['1 − Σ 到期后的欠额 ÷ Σ 到期电费', '1 − Σ owed after the due day ÷ Σ charges due'], sql: '1 - coalesce(n."owedFen", 0)::DOUBLE / nullif(d."amountFen", 0)' },
  ],
  dimensions: [...ACCOUNT, period],
};

const prepaidCustomers: Counted = {
  ...topUps, id: 'prepaid-customers', zh: '预存客户', en: 'Prepaid customers', facts: 'standing_top_ups', rolledUp: false,
  measures: [{ ...count('customers', ['期内有缴费的户数', 'accounts with a top-up in the period']), sql: 'count(DISTINCT f.account_no)' }],
  dimensions: [...ACCOUNT, topUpChannel],
};

const prepaidAdoption: Ratio = {
  id: 'prepaid-adoption', zh: '预存普及率', en: 'Prepaid adoption', over: prepaidCustomers, per: customers, dayIs: ['收款时间', 'when the money was taken'],
  measures: [{ id: 'adoptionRate', zh: '预存普及率', en: 'Adoption', unit: 'share', formula: ['期内有缴费的户数 ÷ 期内平均户数', 'accounts with a top-up in the period ÷ customers of the period'], sql: 'coalesce(n.count, 0) / nullif(d.customers, 0)' }],
  dimensions: [...ACCOUNT, topUpChannel],
};

const fen = (id: string, zh: string, en: string, formula: Name, column: string): Measure => ({ id, zh, en, unit: 'fen', formula, sql: `coalesce(sum(f.sign * f.${column}), 0)`, ofNothing: 0n });

const shifts: Counted = {
  id: 'shifts', zh: '收费班次', en: 'Shifts', facts: 'shift_facts', at: 'opened_at', on: 'day', dayIs: ['班次日期', 'the shift’s day'],
  columns: ['status', 'outlet_id', 'team_id', 'day', 'opened_at', 'closed_at', 'float_fen', 'records_fen', 'invoices_fen', 'slips_fen', 'counted_cash_fen', 'invoices_missing', 'voids_missing'],
  measures: [
    count('shifts', ['班次数，按班次日期', 'shifts, by their day']),
    fen('recordsFen', '录入金额(分)', 'Recorded (fen)', ['Σ 已交班班次的缴费 − 冲正，以账务为准', 'Σ top-ups − reversals of closed shifts, of the ledger'], 'records_fen'),
    fen('invoicesFen', '发票金额(分)', 'Invoiced (fen)', ['Σ 已交班班次申报的发票金额', 'Σ invoices of closed shifts, as declared'], 'invoices_fen'),
    fen('slipsFen', '进账单金额(分)', 'Banked (fen)', ['Σ 已交班班次申报的进账单金额', 'Σ bank slips of closed shifts, as declared'], 'slips_fen'),
    {
      id: 'unbalanced', zh: '不平班次', en: 'Not balanced', unit: 'shifts', formula: ['交班时录入、发票、进账单、现金或发票张数不一致的班次数', 'closed shifts whose records, invoices, slips, cash or numbers of invoices differ when they were closed'], ofNothing: 0n,
      sql: `coalesce(sum(f.sign) FILTER (f.records_fen <> f.invoices_fen OR f.records_fen <> f.slips_fen OR f.counted_cash_fen <> f.float_fen + f.records_fen
        OR f.invoices_missing <> 0 OR f.voids_missing <> 0), 0)`,
    },
  ],
  dimensions: [outlet, team, shiftStatus, monthIn('day'), day],
};

/** Everything that can be asked. A new measure or dimension is one entry here, with its test. */
export function statisticsWith({ restoreCommitmentMinutes }: { readonly restoreCommitmentMinutes: number }): readonly Statistic[] {
  const allFaults = faults(restoreCommitmentMinutes);
  return [
    allFaults, consultations, complaints, topUps, charges, messages, repeatFaults(allFaults), outages, reliability, customers, complaintRate, arrears, dueCharges, lateCharges, collection,
    prepaidCustomers, prepaidAdoption, shifts,
  ];
}

export const STATISTICS: readonly Statistic[] = statisticsWith({ restoreCommitmentMinutes: RESTORE_COMMITMENT_MINUTES });
