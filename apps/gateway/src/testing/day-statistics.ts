/** One day's statistics, small enough to be known by heart, for the tests of the page. */
import { GetCatalogueResponse, QueryResponse, type QueryRequest } from '@youdian/contracts-analytics/analytics';

type Figures = readonly (readonly [key: string, zh: string, en: string, ...values: string[]])[];

const FAULTS = ['count', 'customersAffected', 'restoreMinutesMean'];
const BY_REGION: Figures = [
  ['R1', '城东', 'East', '12', '1860', '46.25'], ['R2', '城西', 'West', '7', '640', '38.5'], ['R3', '河口', 'River Mouth', '19', '4127', '72.04'],
  ['R4', '南山', 'South Hill', '4', '212', ''], ['R5', '新区', 'New District', '2', '38', '25'], ['R6', '郊县', 'County', '9', '1405', '95.5'],
];
const BY_LINE: Figures = [
  ['L301', '河口一线', 'River 1', '8', '2100', '81.5'], ['L302', '河口二线', 'River 2', '6', '1527', '60'], ['L305', '码头线', 'Wharf', '5', '500', '71.2'],
];
const BY_CAUSE: Figures = [
  ['STORM', '大风暴雨', 'Storm', '21', '5300', '80'], ['EQUIPMENT_AGEING', '设备老化', 'Ageing equipment', '11', '1200', '50'], ['TREE', '树障', 'Tree', '8', '900', '41'],
  ['EXTERNAL_DAMAGE', '外力破坏', 'External damage', '5', '602', '66'], ['CUSTOMER_EQUIPMENT', '用户设备', "Customer's equipment", '4', '10', '22'], ['', '未知', 'Unknown', '4', '270', ''],
];
const BY_CATEGORY: Figures = [['BILLING', '电费电价', 'Billing', '64'], ['PREPAID', '预存电费', 'Prepaid electricity', '41'], ['OUTAGE_INFO', '停电信息', 'Outage information', '37'], ['INSTALLATION', '业扩报装', 'Installation', '12'], ['ENERGY_SAVING', '节能用电', 'Energy saving', '3']];
const BY_CLASS: Figures = [['SLOW_RESTORATION', '抢修不及时', 'Slow restoration', '5'], ['POWER_QUALITY', '供电质量', 'Power quality', '2'], ['SERVICE_ATTITUDE', '服务态度', 'Service attitude', '1']];
const BY_CHANNEL: Figures = [['COUNTER', '柜台', 'Counter', '184', '3120450'], ['ONLINE', '网上', 'Online', '402', '2875300'], ['ROVING', '流动收费', 'Roving team', '36', '289000'], ['BANK_TRANSFER', '银行转账', 'Bank transfer', '8', '48200000']];

const TOTALS: Readonly<Record<string, readonly string[]>> = { faults: ['53', '8282', '59.8'], consultations: ['157'], complaints: ['8'], 'top-ups': ['630', '54484750'] };

/** What the page for analysts is made of: a few statistics by a few dimensions. */
export const CATALOGUE = GetCatalogueResponse.fromPartial({
  statistics: [
    {
      id: 'faults', zh: '故障', en: 'Faults',
      measures: [
        { id: 'count', zh: '数量', en: 'Count', unit: 'cases', formula: 'faults, by when the power went off' },
        { id: 'customersAffected', zh: '影响户数', en: 'Customers affected', unit: 'customers', formula: 'Σ customers without power' },
        { id: 'restoreMinutesMean', zh: '平均恢复时间', en: 'Mean time to restore', unit: 'minutes', formula: 'Σ (restored − off) ÷ restored faults', formulaZh: 'Σ（恢复 − 停电）÷ 已恢复的故障数' },
      ],
      dimensions: [{ id: 'region', zh: '片区', en: 'Region' }, { id: 'line', zh: '线路', en: 'Line' }, { id: 'cause', zh: '故障原因', en: 'Cause', codes: [{ code: 'STORM', zh: '大风暴雨', en: 'Storm' }, { code: 'TREE', zh: '树障', en: 'Tree' }] }],
      sources: ['service-desk.case.v1'], grains: ['day', 'month', 'year'], dayIs: 'when the power went off',
    },
    {
      id: 'top-ups', zh: '缴费', en: 'Top-ups',
      measures: [{ id: 'count', zh: '数量', en: 'Count', unit: 'payments', formula: 'top-ups' }, { id: 'amountFen', zh: '金额', en: 'Amount', unit: 'fen', formula: 'Σ amount' }],
      dimensions: [{ id: 'channel', zh: '缴费渠道', en: 'Channel' }, { id: 'region', zh: '片区', en: 'Region' }],
      sources: ['prepaid-billing.posting.v1'],
    },
  ],
});

const WATERMARK = new Date('2026-11-24T06:03:20.000Z');

const BY_MONTH: Figures = [['2026-09', '2026-09', '2026-09', '31', '5200', '80.5'], ['2026-10', '2026-10', '2026-10', '22', '3082', '39.1']];

export function dayStatistics({ statistic, groupBy, grain, conditions, totals, compare }: QueryRequest): QueryResponse {
  const dimension = grain ? 'time' : groupBy.at(-1);
  const [measures, figures] = tableOf(statistic, dimension, conditions.find((one) => one.dimension === 'region')?.values[0]);
  // Twice as much as now.
  const before = (values: readonly string[]) => values.map((value) => (value === '' ? '' : String(Number(value) * 2)));
  const earlier = (values: readonly string[]) => (compare.length > 0 ? { previousValues: before(values), yearBeforeValues: before(values) } : {});
  const total = { values: [...TOTALS[statistic]!], ...earlier(TOTALS[statistic]!) };
  return QueryResponse.fromPartial({
    watermark: WATERMARK, revision: '3.1523', dimensions: [...(grain ? ['time'] : []), ...groupBy], measures: [...measures], ...(totals ? { totals: total } : {}),
    rows: dimension === undefined ? [total] : figures.map(([key, zh, en, ...values]) => {
      const [region, regionZh, regionEn] = groupBy.length > 1 ? [['R3'], ['河口'], ['River Mouth']] : [[], [], []];
      return { keys: [...region, key], labelsZh: [...regionZh, zh], labelsEn: [...regionEn, en], values, ...earlier(values) };
    }),
  });
}

function tableOf(statistic: string, dimension: string | undefined, region: string | undefined): readonly [readonly string[], Figures] {
  if (statistic === 'consultations') return [['count'], BY_CATEGORY];
  if (statistic === 'complaints') return [['count'], BY_CLASS];
  if (statistic === 'top-ups') return [['count', 'amountFen'], BY_CHANNEL];
  if (dimension === 'time') return [FAULTS, BY_MONTH];
  if (dimension === 'line') return [FAULTS, region === 'R3' ? BY_LINE : []];
  return [FAULTS, dimension === 'cause' ? BY_CAUSE : BY_REGION];
}
