import { CASE_TOPIC, MESSAGE_TOPIC, POSTING_TOPIC } from '../topics.ts';
import type { Measure, Statistic } from './catalogue.ts';
import {
  accountLine, accountRegion, capacityBand, caseChannel, category, cause, complaintClass, day, hour, line, month, period, region, rule, status, topUpChannel, usageNature,
} from './dimensions.ts';

const count = (unit: string, formula: string): Measure => ({ id: 'count', zh: '数量', en: 'Count', unit, formula, sql: 'coalesce(sum(f.sign), 0)' });

const amountFen = (formula: string): Measure => ({ id: 'amountFen', zh: '金额(分)', en: 'Amount (fen)', unit: 'fen', formula, sql: 'coalesce(sum(f.sign * f.amount_fen), 0)' });

/** Everything that can be asked. A new measure or dimension is one entry here, with its test. */
export const STATISTICS: readonly Statistic[] = [
  {
    id: 'faults', zh: '故障', en: 'Faults', facts: 'case_facts', where: "f.kind = 'FAULT'", at: 'opened_at', topics: [CASE_TOPIC],
    measures: [
      count('cases', 'faults, by when the power went off'),
      { id: 'customersAffected', zh: '影响户数', en: 'Customers affected', unit: 'customers', formula: 'Σ customers without power, as far as known', sql: 'coalesce(sum(f.sign * f.customers_affected), 0)' },
      {
        id: 'restoreMinutesMean', zh: '平均恢复时间', en: 'Mean time to restore', unit: 'minutes', formula: 'Σ (restored − off) ÷ restored faults; undefined without any',
        sql: `sum(f.sign * (epoch_ms(f.resolved_at) - epoch_ms(f.opened_at))) FILTER (f.resolved_at IS NOT NULL)
          / (60000.0::DOUBLE * nullif(sum(f.sign) FILTER (f.resolved_at IS NOT NULL), 0))`,
      },
    ],
    dimensions: [region, line, cause, month, day, hour],
  },
  {
    id: 'consultations', zh: '咨询', en: 'Consultations', facts: 'case_facts', where: "f.kind = 'CONSULTATION'", at: 'opened_at', topics: [CASE_TOPIC],
    measures: [count('cases', 'consultations, by when they began; usage nature and capacity are the account’s at that time')],
    dimensions: [category, usageNature, capacityBand, region, caseChannel, month, day],
  },
  {
    id: 'complaints', zh: '投诉', en: 'Complaints', facts: 'case_facts', where: "f.kind = 'COMPLAINT'", at: 'opened_at', topics: [CASE_TOPIC],
    measures: [count('cases', 'complaints, by when they began')],
    dimensions: [complaintClass, region, line, caseChannel, month, day],
  },
  {
    id: 'top-ups', zh: '缴费', en: 'Top-ups', facts: 'top_up_facts', at: 'taken_at', topics: [POSTING_TOPIC],
    measures: [count('payments', 'top-ups, by when the money was taken'), amountFen('Σ amount of the top-ups')],
    dimensions: [accountRegion, accountLine, usageNature, topUpChannel, month, day],
  },
  {
    id: 'charges', zh: '电费', en: 'Charges', facts: 'charge_facts', at: 'posted_at', topics: [POSTING_TOPIC],
    measures: [count('charges', 'charges; from and to are days on which the ledger posted them'), amountFen('Σ amount of the charges')],
    dimensions: [accountRegion, accountLine, usageNature, period],
  },
  {
    id: 'messages', zh: '消息', en: 'Messages', facts: 'message_facts', at: 'queued_at', topics: [MESSAGE_TOPIC],
    measures: [count('messages', 'messages, by when they were queued, with their newest status')],
    dimensions: [rule, status, month, day],
  },
];
