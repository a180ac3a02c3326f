import type { Name } from './names.ts';

/** A column of facts where they are listed, for people. Amounts are whole, in the unit. */
export interface FactColumn {
  readonly name: Name;
  readonly unit?: 'fen' | 'ms' | 'kVA' | 'customers' | 'stars';
}

const COLUMNS: Readonly<Record<string, FactColumn>> = {
  channel: { name: ['渠道', 'Channel'] }, region_id: { name: ['片区', 'Region'] }, line_id: { name: ['线路', 'Line'] }, account_no: { name: ['户号', 'Account'] },
  classification: { name: ['分类', 'Classification'] }, opened_at: { name: ['发生', 'Began'] }, resolved_at: { name: ['办结', 'Resolved'] }, closed_at: { name: ['关闭', 'Closed'] },
  customers_affected: { name: ['影响户数', 'Customers'], unit: 'customers' }, satisfaction: { name: ['满意度', 'Satisfaction'], unit: 'stars' }, posting_id: { name: ['记账号', 'Posting'] },
  amount_fen: { name: ['金额', 'Amount'], unit: 'fen' }, taken_at: { name: ['收款', 'Taken'] }, kind: { name: ['类型', 'Kind'] }, charge_id: { name: ['电费编号', 'Charge'] },
  period: { name: ['电费月份', 'Month'] }, posted_at: { name: ['入账', 'Posted'] }, due_on: { name: ['到期日', 'Due'] }, rule: { name: ['规则', 'Rule'] }, status: { name: ['状态', 'Status'] },
  reason: { name: ['原因', 'Reason'] }, queued_at: { name: ['生成', 'Queued'] }, previous_at: { name: ['前一次', 'The one before'] }, planned: { name: ['计划', 'Planned'] }, cause: { name: ['原因', 'Cause'] },
  equipment: { name: ['设备', 'Equipment'] }, started_at: { name: ['停电', 'Began'] }, ended_at: { name: ['恢复', 'Ended'] }, interrupted: { name: ['停电户次', 'Interruptions'], unit: 'customers' },
  customer_ms: { name: ['停电时户数', 'Customer time'], unit: 'ms' }, usage_nature: { name: ['用电性质', 'Usage nature'] }, installed_capacity_kva: { name: ['容量', 'Capacity'], unit: 'kVA' },
  effective_at: { name: ['生效', 'From'] }, outlet_id: { name: ['网点', 'Outlet'] }, team_id: { name: ['班组', 'Team'] }, day: { name: ['日期', 'Day'] }, float_fen: { name: ['备用金', 'Float'], unit: 'fen' },
  records_fen: { name: ['录入', 'Recorded'], unit: 'fen' }, invoices_fen: { name: ['发票', 'Invoiced'], unit: 'fen' }, slips_fen: { name: ['进账单', 'Banked'], unit: 'fen' },
  counted_cash_fen: { name: ['清点现金', 'Cash counted'], unit: 'fen' }, invoices_missing: { name: ['缺发票', 'Invoices missing'] }, voids_missing: { name: ['缺作废', 'Voids missing'] },
  item_id: { name: ['欠费项', 'Item'] }, owed_fen: { name: ['欠费', 'Owed'], unit: 'fen' }, started_on: { name: ['欠费起', 'Since'] }, cleared_on: { name: ['结清', 'Cleared'] },
};

export function columnOf(id: string): FactColumn {
  return COLUMNS[id] ?? { name: [id, id] };
}
