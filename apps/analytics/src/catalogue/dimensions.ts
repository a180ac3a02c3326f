import type { Dimension } from './catalogue.ts';
import {
  CAPACITY_BANDS, CASE_CHANNELS, CATEGORIES, CAUSES, CLASSES, EQUIPMENT, MESSAGE_RULES, MESSAGE_STATUSES, OUTAGE_CAUSES, SHIFT_STATUSES, TOP_UP_CHANNELS, USAGE_NATURES, YES_OR_NO,
} from './names.ts';

const MONTH = { form: /^\d{4}-(0[1-9]|1[0-2])$/, example: '2026-11' };

export const region: Dimension = { id: 'region', zh: '片区', en: 'Region', sql: 'f.region_id', values: { place: 'region_names' } };
export const line: Dimension = { id: 'line', zh: '线路', en: 'Line', sql: 'f.line_id', values: { place: 'line_names' } };
/** For facts that know only their account. */
export const accountRegion: Dimension = { ...region, sql: 'a.region_id' };
export const accountLine: Dimension = { ...line, sql: 'a.line_id' };

export const hour: Dimension = { id: 'hour', zh: '时段(小时)', en: 'Hour of the day', sql: 'f.hour', values: { form: /^([01]\d|2[0-3])$/, example: '08' } };
export const day: Dimension = { id: 'day', zh: '日期', en: 'Day', sql: 'f.day', values: { form: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, example: '2026-11-24' } };
export const month: Dimension = { id: 'month', zh: '月份', en: 'Month', sql: 'f.month', values: MONTH };
export const period: Dimension = { id: 'period', zh: '电费月份', en: 'Month of usage', sql: 'f.period', values: MONTH };

export const cause: Dimension = { id: 'cause', zh: '故障原因', en: 'Cause', sql: 'f.classification', values: { codes: CAUSES } };
export const outageCause: Dimension = { id: 'cause', zh: '停电原因', en: 'Cause', sql: 'f.cause', values: { codes: OUTAGE_CAUSES } };
export const equipment: Dimension = { id: 'equipment', zh: '故障设备', en: 'Equipment', sql: 'f.equipment', values: { codes: EQUIPMENT } };
export const planned: Dimension = { id: 'planned', zh: '计划停电', en: 'Planned', sql: 'f.planned', values: { codes: YES_OR_NO } };
export const majorEventDay: Dimension = {
  id: 'majorEventDay', zh: '重大事件日', en: 'Major event day', sql: "CASE WHEN f.day IN (SELECT day FROM major_event_days) THEN 'YES' ELSE 'NO' END", values: { codes: YES_OR_NO },
};
export const category: Dimension = { id: 'category', zh: '咨询类别', en: 'Category', sql: 'f.classification', values: { codes: CATEGORIES } };
export const complaintClass: Dimension = { id: 'class', zh: '投诉类别', en: 'Class', sql: 'f.classification', values: { codes: CLASSES } };
export const caseChannel: Dimension = { id: 'channel', zh: '受理渠道', en: 'Channel', sql: 'f.channel', values: { codes: CASE_CHANNELS } };
export const topUpChannel: Dimension = { id: 'channel', zh: '缴费渠道', en: 'Channel', sql: 'f.channel', values: { codes: TOP_UP_CHANNELS } };

export const usageNature: Dimension = { id: 'usageNature', zh: '用电性质', en: 'Usage nature', sql: 'a.usage_nature', values: { codes: USAGE_NATURES } };
export const capacityBand: Dimension = {
  id: 'capacityBand', zh: '装接容量', en: 'Installed capacity', values: { codes: CAPACITY_BANDS },
  sql: `CASE WHEN a.installed_capacity_kva < 100 THEN 'UNDER_100' WHEN a.installed_capacity_kva < 500 THEN '100_TO_499'
    WHEN a.installed_capacity_kva <= 800 THEN '500_TO_800' WHEN a.installed_capacity_kva > 800 THEN 'OVER_800' END`,
};

export const rule: Dimension = { id: 'rule', zh: '发送规则', en: 'Rule', sql: 'f.rule', values: { codes: MESSAGE_RULES } };
export const status: Dimension = { id: 'status', zh: '状态', en: 'Status', sql: 'f.status', values: { codes: MESSAGE_STATUSES } };

const OUTLET = { form: /^[A-Za-z0-9-]{1,32}$/, example: 'H01' };
export const outlet: Dimension = { id: 'outlet', zh: '网点', en: 'Outlet', sql: 'f.outlet_id', values: OUTLET };
export const team: Dimension = { id: 'team', zh: '收费队', en: 'Team', sql: 'f.team_id', values: OUTLET };
export const shiftStatus: Dimension = { id: 'status', zh: '状态', en: 'Status', sql: 'f.status', values: { codes: SHIFT_STATUSES } };

/** A day that is not called `day`, and its month. */
export const dayIn = (column: string): Dimension => ({ ...day, sql: `f.${column}` });
export const monthIn = (column: string): Dimension => ({ ...month, sql: `left(f.${column}, 7)` });
