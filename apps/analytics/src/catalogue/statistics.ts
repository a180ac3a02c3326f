import type { Counted, Measure, Ratio, Statistic } from './catalogue.ts';
import {
  accountLine, accountRegion, capacityBand, caseChannel, category, cause, complaintClass, day, dayIn, equipment, hour, line, majorEventDay, month, monthIn, outageCause, outlet,
  period, planned, region, rule, shiftStatus, status, team, topUpChannel, usageNature,
} from './dimensions.ts';
import { SUSTAINED_FROM_MINUTES } from '../facts/outages.ts';
import { FIRST_LOAD_DAYS, MAJOR_EVENT_BETAS, MAJOR_EVENT_YEARS, REPEAT_WITHIN_DAYS } from './relations.ts';

/** 供电服务承诺: in town a crew is there within 45 minutes, and power is back within 3 hours after that. */
export const RESTORE_COMMITMENT_MINUTES = 225;

const count = (unit: string, formula: string): Measure => ({ id: 'count', zh: '数量', en: 'Count', unit, formula, sql: 'coalesce(sum(f.sign), 0)', zeroOfNothing: true });
const amountFen = (formula: string): Measure => ({ id: 'amountFen', zh: '金额(分)', en: 'Amount (fen)', unit: 'fen', formula, sql: 'coalesce(sum(f.sign * f.amount_fen), 0)', zeroOfNothing: true });

const CASE_COLUMNS = ['channel', 'region_id', 'line_id', 'account_no', 'classification', 'opened_at', 'resolved_at', 'closed_at', 'customers_affected', 'satisfaction'];
const ACCOUNT = [accountRegion, accountLine, usageNature, capacityBand];

const faults: Counted = {
  id: 'faults', zh: '故障', en: 'Faults', facts: 'case_facts', where: "f.kind = 'FAULT'", at: 'opened_at', dayIs: 'when the power went off', columns: CASE_COLUMNS,
  measures: [
    count('cases', 'faults, by when the power went off'),
    { id: 'customersAffected', zh: '影响户数', en: 'Customers affected', unit: 'customers', formula: 'Σ customers without power, as far as known', sql: 'coalesce(sum(f.sign * f.customers_affected), 0)', zeroOfNothing: true },
    {
      id: 'restoreMinutesMean', zh: '平均恢复时间', en: 'Mean time to restore', unit: 'minutes', formula: 'Σ (restored − off) ÷ restored faults; undefined without any',
      sql: `sum(f.sign * (epoch_ms(f.resolved_at) - epoch_ms(f.opened_at))) FILTER (f.resolved_at IS NOT NULL)
        / (60000.0::DOUBLE * nullif(sum(f.sign) FILTER (f.resolved_at IS NOT NULL), 0))`,
    },
    {
      id: 'withinCommitment', zh: '承诺时限内恢复率', en: 'Restored within the commitment', unit: 'share',
      formula: `faults restored within ${RESTORE_COMMITMENT_MINUTES} minutes (45 to arrive, 180 to restore: the commitment in town) ÷ restored faults`,
      sql: `sum(CASE WHEN epoch_ms(f.resolved_at) - epoch_ms(f.opened_at) <= ${RESTORE_COMMITMENT_MINUTES * 60_000} THEN f.sign ELSE 0 END) FILTER (f.resolved_at IS NOT NULL)
        / nullif(sum(f.sign) FILTER (f.resolved_at IS NOT NULL), 0)::DOUBLE`,
    },
  ],
  dimensions: [region, line, cause, month, day, hour],
};

const consultations: Counted = {
  id: 'consultations', zh: '咨询', en: 'Consultations', facts: 'case_facts', where: "f.kind = 'CONSULTATION'", at: 'opened_at', dayIs: 'when it began', columns: CASE_COLUMNS,
  measures: [count('cases', 'consultations, by when they began; usage nature and capacity are the account’s at that time')],
  dimensions: [category, usageNature, capacityBand, region, caseChannel, month, day],
};

const complaints: Counted = {
  id: 'complaints', zh: '投诉', en: 'Complaints', facts: 'case_facts', where: "f.kind = 'COMPLAINT'", at: 'opened_at', dayIs: 'when it began', columns: CASE_COLUMNS,
  measures: [count('cases', 'complaints, by when they began')],
  dimensions: [complaintClass, region, line, caseChannel, month, day],
};

const topUps: Counted = {
  id: 'top-ups', zh: '缴费', en: 'Top-ups', facts: 'top_up_facts', at: 'taken_at', dayIs: 'when the money was taken', columns: ['posting_id', 'account_no', 'amount_fen', 'channel', 'taken_at'],
  measures: [count('payments', 'top-ups, by when the money was taken'), amountFen('Σ amount of the top-ups')],
  dimensions: [accountRegion, accountLine, usageNature, topUpChannel, month, day],
};

const CHARGE_COLUMNS = ['kind', 'charge_id', 'account_no', 'amount_fen', 'period', 'posted_at', 'due_on'];
const chargeCount = (formula: string): Measure => ({ ...count('charges', formula), sql: "coalesce(sum(f.sign) FILTER (f.kind = 'CHARGE'), 0)" });

const charges: Counted = {
  id: 'charges', zh: '电费', en: 'Charges', facts: 'charge_facts', at: 'posted_at', dayIs: 'when the ledger posted it', columns: CHARGE_COLUMNS,
  measures: [chargeCount('charges; from and to are days on which the ledger posted them'), amountFen('Σ amount of the charges, and of what they were raised and lowered by')],
  dimensions: [accountRegion, accountLine, usageNature, period],
};

const messages: Counted = {
  id: 'messages', zh: '消息', en: 'Messages', facts: 'message_facts', at: 'queued_at', dayIs: 'when it was queued', columns: ['rule', 'status', 'reason', 'account_no', 'queued_at'],
  measures: [
    count('messages', 'messages, by when they were queued, with their newest status'),
    {
      id: 'deliveryRate', zh: '送达率', en: 'Delivery rate', unit: 'share', formula: 'delivered ÷ (delivered + failed); undefined while none has an outcome',
      sql: "coalesce(sum(f.sign) FILTER (f.status = 'DELIVERED'), 0) / nullif(sum(f.sign) FILTER (f.status IN ('DELIVERED', 'FAILED')), 0)::DOUBLE",
    },
  ],
  dimensions: [rule, status, month, day],
};

const repeatFaults: Counted = {
  id: 'repeat-faults', zh: '重复故障', en: 'Repeat faults', facts: 'faults_of_lines', at: 'opened_at', dayIs: 'when the power went off', columns: [...CASE_COLUMNS, 'previous_at'],
  measures: [
    { ...count('cases', `faults of a line within ${REPEAT_WITHIN_DAYS} days after its fault before`), sql: `count(*) FILTER (f.opened_at - f.previous_at <= INTERVAL ${REPEAT_WITHIN_DAYS} DAY)` },
    { id: 'repeatRate', zh: '重复率', en: 'Repeat rate', unit: 'share', formula: 'repeat faults ÷ faults whose line is known', sql: `count(*) FILTER (f.opened_at - f.previous_at <= INTERVAL ${REPEAT_WITHIN_DAYS} DAY) / nullif(count(*), 0)::DOUBLE` },
  ],
  dimensions: [region, line, cause, month, day, hour],
};

const outages: Counted = {
  id: 'outages', zh: '停电', en: 'Outages', facts: 'outages', at: 'started_at', dayIs: 'when the power went off', nth: { within: 'f.line_id', order: 'f.interrupted DESC, f.subject' },
  columns: ['region_id', 'line_id', 'planned', 'cause', 'equipment', 'started_at', 'ended_at', 'customers_affected', 'interrupted', 'customer_ms'],
  measures: [
    count('outages', 'outages, by when the power went off'),
    { id: 'customersAffected', zh: '影响户数', en: 'Customers affected', unit: 'customers', formula: 'Σ customers without power', sql: 'coalesce(sum(f.customers_affected), 0)', zeroOfNothing: true },
    {
      id: 'interruptions', zh: '停电户次', en: 'Customer interruptions', unit: 'customer interruptions',
      formula: `Σ customers who have power again after ${SUSTAINED_FROM_MINUTES} minutes or more (IEEE 1366: sustained)`, sql: 'coalesce(sum(f.interrupted), 0)', zeroOfNothing: true,
    },
    {
      id: 'customerMinutes', zh: '停电时户数(分钟)', en: 'Customer minutes', unit: 'customer minutes', formula: 'Σ over steps of restoration: customers × (restored − off), sustained ones only',
      sql: 'coalesce(sum(f.customer_ms), 0) / 60000.0::DOUBLE',
    },
    {
      id: 'restoreMinutesMean', zh: '平均恢复时间', en: 'Mean time to restore', unit: 'minutes', formula: 'Σ (all restored − off) ÷ ended outages; undefined without any',
      sql: 'sum(epoch_ms(f.ended_at) - epoch_ms(f.started_at)) / (60000.0::DOUBLE * nullif(count(f.ended_at), 0))',
    },
    {
      id: 'interruptedThrice', zh: '三次及以上停电户数', en: 'Customers interrupted 3 times or more', unit: 'customers',
      formula: 'Σ over lines: customers of the third-largest outage of the period. An outage says how many customers and not which: the smaller is taken to lie within the larger',
      sql: 'coalesce(sum(f.interrupted) FILTER (f.nth = 3), 0)', zeroOfNothing: true,
    },
  ],
  dimensions: [region, line, outageCause, equipment, planned, majorEventDay, month, day, hour],
};

const customers: Counted = {
  id: 'customers', zh: '用电客户', en: 'Customers', facts: 'account_periods', at: 'effective_at', lasting: true, dayIs: 'the period over which accounts are counted',
  columns: ['account_no', 'usage_nature', 'installed_capacity_kva', 'region_id', 'line_id', 'effective_at'],
  measures: [
    {
      id: 'customers', zh: '平均户数', en: 'Customers, on average', unit: 'customers',
      formula: `Σ time that accounts were there ÷ length of the period; accounts of the first ${FIRST_LOAD_DAYS} days of the records were there before`,
      sql: 'coalesce(sum(f.there_ms) / any_value(f.period_ms)::DOUBLE, 0)',
    },
    { id: 'customerHours', zh: '用户小时', en: 'Customer hours', unit: 'customer hours', formula: 'Σ time that accounts were there', sql: 'coalesce(sum(f.there_ms), 0) / 3600000.0::DOUBLE' },
  ],
  dimensions: [region, line, { ...usageNature, sql: 'f.usage_nature' }, { ...capacityBand, sql: capacityBand.sql.replaceAll('a.', 'f.') }],
};

const reliability: Ratio = {
  id: 'reliability', zh: '供电可靠性', en: 'Reliability', over: outages, per: customers, dayIs: 'when the power went off',
  measures: [
    { id: 'saifi', zh: '系统平均停电频率(SAIFI)', en: 'SAIFI', unit: 'interruptions per customer', formula: 'customer interruptions ÷ customers of the period (IEEE 1366)', sql: 'coalesce(n.interruptions, 0) / nullif(d.customers, 0)' },
    { id: 'saidi', zh: '系统平均停电时间(SAIDI)', en: 'SAIDI', unit: 'minutes per customer', formula: 'customer minutes ÷ customers of the period (IEEE 1366)', sql: 'coalesce(n."customerMinutes", 0) / nullif(d.customers, 0)' },
    { id: 'caidi', zh: '用户平均停电时间(CAIDI)', en: 'CAIDI', unit: 'minutes per interruption', formula: 'customer minutes ÷ customer interruptions; undefined without any (IEEE 1366)', sql: 'n."customerMinutes" / nullif(n.interruptions, 0)' },
    { id: 'asai', zh: '平均供电可用率(ASAI)', en: 'ASAI', unit: 'share', formula: '1 − customer hours without power ÷ customer hours of the period (IEEE 1366)', sql: '1 - coalesce(n."customerMinutes", 0) / 60 / nullif(d."customerHours", 0)' },
    { id: 'cemi3', zh: '三次及以上停电用户比例(CEMI3)', en: 'CEMI-3', unit: 'share', formula: `customers interrupted 3 times or more ÷ customers of the period (IEEE 1366). A day is a major event day when its SAIDI is beyond exp(α + ${MAJOR_EVENT_BETAS}β) of the ${MAJOR_EVENT_YEARS} calendar years before, as far as there are any: filter by majorEventDay`, sql: 'coalesce(n."interruptedThrice", 0) / nullif(d.customers, 0)' },
  ],
  dimensions: [region, line, outageCause, equipment, planned, majorEventDay],
};

const complaintRate: Ratio = {
  id: 'complaint-rate', zh: '万户投诉量', en: 'Complaints per 10,000 customers', over: complaints, per: customers, dayIs: 'when it began',
  measures: [{ id: 'per10000', zh: '每万户投诉', en: 'Per 10,000 customers', unit: 'cases per 10,000 customers', formula: 'complaints × 10,000 ÷ customers of the period', sql: 'coalesce(n.count, 0) * 10000 / nullif(d.customers, 0)' }],
  dimensions: [complaintClass, region, line, caseChannel],
};

const arrears: Counted = {
  id: 'arrears', zh: '欠费', en: 'Arrears', facts: 'arrears', at: 'due_at', on: 'started_on', dayIs: 'the first day in arrears', columns: ['account_no', 'item_id', 'period', 'due_on', 'owed_fen', 'started_on', 'cleared_on'],
  measures: [
    count('episodes', 'charges that were not paid by their due day, by the day after it'),
    { id: 'owedFen', zh: '欠费金额(分)', en: 'Owed (fen)', unit: 'fen', formula: 'Σ owed when the arrears began', sql: 'coalesce(sum(f.owed_fen), 0)', zeroOfNothing: true },
    { id: 'openCount', zh: '未清欠费', en: 'Still in arrears', unit: 'episodes', formula: 'those that are not yet paid', sql: 'count(*) FILTER (f.cleared_on IS NULL)', zeroOfNothing: true },
    { id: 'openFen', zh: '未清金额(分)', en: 'Still owed (fen)', unit: 'fen', formula: 'Σ owed when the arrears began, of those that are not yet paid', sql: 'coalesce(sum(f.owed_fen) FILTER (f.cleared_on IS NULL), 0)', zeroOfNothing: true },
  ],
  dimensions: [...ACCOUNT, period, monthIn('started_on'), dayIn('started_on')],
};

const dueCharges: Counted = {
  id: 'due-charges', zh: '到期电费', en: 'Charges due', facts: 'charge_facts', at: 'due_at', on: 'due_on', dayIs: 'the due day', columns: CHARGE_COLUMNS,
  // By the ledger's own days, not by a clock: the same revision has the same answer.
  where: 'f.due_on < (SELECT day FROM ledger_day)',
  measures: [chargeCount('charges whose due day is over: the ledger has posted something on a later day'), amountFen('Σ amount of the charges, and of what they were raised and lowered by')],
  dimensions: [...ACCOUNT, period],
};

const lateCharges: Counted = {
  id: 'late-charges', zh: '逾期电费', en: 'Charges paid late or not', facts: 'arrears', at: 'due_at', on: 'due_on', dayIs: 'the due day', columns: arrears.columns,
  where: 'f.period IS NOT NULL AND f.due_on < (SELECT day FROM ledger_day)',
  measures: arrears.measures.map((measure) => (measure.id === 'count' ? count('charges', 'charges that were not wholly paid by their due day') : measure)),
  dimensions: [...ACCOUNT, period],
};

const collection: Ratio = {
  id: 'collection', zh: '电费回收率', en: 'Collection rate', over: lateCharges, per: dueCharges, dayIs: 'the due day',
  measures: [
    { id: 'collectionRate', zh: '电费回收率', en: 'Collected', unit: 'share', formula: '1 − Σ still owed ÷ Σ charges due; a late charge that is paid in part counts as owed', sql: '1 - coalesce(n."openFen", 0)::DOUBLE / nullif(d."amountFen", 0)' },
    { id: 'onTimeRate', zh: '按期回收率', en: 'Collected in time', unit: 'share', formula: '1 − Σ owed after the due day ÷ Σ charges due', sql: '1 - coalesce(n."owedFen", 0)::DOUBLE / nullif(d."amountFen", 0)' },
  ],
  dimensions: [...ACCOUNT, period],
};

const prepaidCustomers: Counted = {
  ...topUps, id: 'prepaid-customers', zh: '预存客户', en: 'Prepaid customers', facts: 'standing_top_ups',
  measures: [{ ...count('customers', 'accounts with a top-up in the period'), sql: 'count(DISTINCT f.account_no)' }],
  dimensions: [...ACCOUNT, topUpChannel],
};

const prepaidAdoption: Ratio = {
  id: 'prepaid-adoption', zh: '预存普及率', en: 'Prepaid adoption', over: prepaidCustomers, per: customers, dayIs: 'when the money was taken',
  measures: [{ id: 'adoptionRate', zh: '预存普及率', en: 'Adoption', unit: 'share', formula: 'accounts with a top-up in the period ÷ customers of the period', sql: 'coalesce(n.count, 0) / nullif(d.customers, 0)' }],
  dimensions: [...ACCOUNT, topUpChannel],
};

const fen = (id: string, zh: string, en: string, formula: string, column: string): Measure => ({ id, zh, en, unit: 'fen', formula, sql: `coalesce(sum(f.sign * f.${column}), 0)`, zeroOfNothing: true });

const shifts: Counted = {
  id: 'shifts', zh: '收费班次', en: 'Shifts', facts: 'shift_facts', at: 'opened_at', on: 'day', dayIs: 'the shift’s day',
  columns: ['status', 'outlet_id', 'team_id', 'day', 'opened_at', 'closed_at', 'float_fen', 'records_fen', 'invoices_fen', 'slips_fen', 'counted_cash_fen', 'invoices_missing', 'voids_missing'],
  measures: [
    count('shifts', 'shifts, by their day'),
    fen('recordsFen', '录入金额(分)', 'Recorded (fen)', 'Σ top-ups − reversals of closed shifts, of the ledger', 'records_fen'),
    fen('invoicesFen', '发票金额(分)', 'Invoiced (fen)', 'Σ invoices of closed shifts, as declared', 'invoices_fen'),
    fen('slipsFen', '进账单金额(分)', 'Banked (fen)', 'Σ bank slips of closed shifts, as declared', 'slips_fen'),
    {
      id: 'unbalanced', zh: '不平班次', en: 'Not balanced', unit: 'shifts', formula: 'closed shifts whose records, invoices, slips, cash or numbers of invoices differ when they were closed', zeroOfNothing: true,
      sql: `coalesce(sum(f.sign) FILTER (f.records_fen <> f.invoices_fen OR f.records_fen <> f.slips_fen OR f.counted_cash_fen <> f.float_fen + f.records_fen
        OR f.invoices_missing <> 0 OR f.voids_missing <> 0), 0)`,
    },
  ],
  dimensions: [outlet, team, shiftStatus, monthIn('day'), day],
};

/** Everything that can be asked. A new measure or dimension is one entry here, with its test. */
export const STATISTICS: readonly Statistic[] = [
  faults, consultations, complaints, topUps, charges, messages, repeatFaults, outages, reliability, customers, complaintRate, arrears, dueCharges, lateCharges, collection,
  prepaidCustomers, prepaidAdoption, shifts,
];
