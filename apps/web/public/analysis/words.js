/** The words of the analysts' page, in Chinese and English. What is counted is named by the catalogue, never here. */

/** @typedef {import('../words.js').Language} Language */

const WORDS = {
  zh: {
    title: '统计分析', brand: '优电', skip: '跳到结果', otherLanguage: 'English', today: '今日统计', api: '接口说明 OpenAPI',
    question: '查询条件', statistic: '统计', measures: '指标', groupBy: '分组', groupNth: '第 {n} 层分组', noGroup: '不分组', addGroup: '再分一层',
    grain: '时间粒度', noGrain: '不按时间', hour: '小时', day: '日', week: '周', month: '月', quarter: '季', year: '年', time: '时间', dayIs: '日期口径', facts: '{what}：明细', factsOf: '{n}：看明细', factCount: '共 {n} 条', moreFacts: '再显示 {n} 条', noFacts: '没有明细。', events: '事件', eventsOf: '{subject} 的事件', whole: '全部内容', partOver: '分子：{statistic}', partPer: '分母：{statistic}', part: '分子或分母',
    days: '日期', from: '起', to: '止', quick: '常用日期', thisMonth: '本月', lastMonth: '上月', thisYear: '今年', pastYear: '近一年', allTime: '全部',
    filters: '筛选', addFilter: '按维度筛选…', filterValue: '{dimension}的值', oneOf: '{first} 等 {n} 个', removeFilter: '取消筛选：{what}', unknown: '未知', empty: '（空）',
    compare: '比较', top: '前几名', topAll: '全部', topCount: '前 {n} 名', topOf: '按哪个维度取前几名', topBy: '按哪个指标排名', revisions: '版本', asOf: '按当时的版本', changesSince: '此版本以来的变化', revisionForm: '例如 1764115200.42', revisionWrong: '版本写作“数字.数字”，见结果中的“版本”。', keepRevision: '固定在此版本', seeChanges: '看此后的变化', changedSince: '版本 {revision} 以来有变化的行', asItWas: '按版本 {revision} 当时的统计', noChanges: '该版本以来没有变化。', then: '当时', compareNone: '不比较', comparePrevious: '上一期', compareYearBefore: '去年同期', comparedEach: '每段与上一段相比', comparedEachYear: '每段与去年同期相比', comparedWith: '与 {from} 至 {to} 相比', noComparison: '没有起止日期，无法比较',
    loading: '正在统计…', loadingCatalogue: '正在取得统计目录…', failed: '没能取得统计。', retry: '重试', nothing: '所选条件下没有记录。', nothingHint: '可以放宽日期，或取消一些筛选。',
    unreachable: '网关没有应答，请检查网络后重试。', unavailable: '统计服务暂时没有应答，请稍后重试。',
    total: '合计', overall: '总计', overallHint: '全部记录的数，不是各行相加', before: '上期', change: '变化', byWhat: '{statistic}：按{dimensions}', inAll: '{statistic}：总计', and: '、',
    complete: '统计截至 {time}', revision: '版本 {revision}', incomplete: '有数据来源尚未报到，数字可能不全',
    definition: '{measure}的定义', unit: '单位', formula: '算法', source: '来源', close: '关闭',
    chartOf: '{caption}，{measure}图；数字见下面的表格', chartMeasure: '图中的指标', chartTooDeep: '图表最多画两层分组；数字见下面的表格。', chartSome: '图中只画前 {n} 项。',
    sortBy: '按{column}排序', drill: '{label}：看下一层', more: '再显示 {n} 行', rowsShown: '共 {n} 行',
    link: '复制链接', copied: '已复制', exportAs: '导出', rangeWrong: '开始日期不能晚于结束日期。',
    allDays: '全部日期', period: '{from} 至 {to}', since: '{from} 起', until: '至 {to}',
  },
  en: {
    title: 'Analytics', brand: 'Youdian', skip: 'Skip to the result', otherLanguage: '中文', today: 'Today', api: 'API (OpenAPI)',
    question: 'Question', statistic: 'Statistic', measures: 'Measures', groupBy: 'Group by', groupNth: 'Level {n} of grouping', noGroup: 'Not grouped', addGroup: 'One level more',
    grain: 'Time', noGrain: 'Not by time', hour: 'Hour', day: 'Day', week: 'Week', month: 'Month', quarter: 'Quarter', year: 'Year', time: 'Time', dayIs: 'Counted on the day', facts: '{what}: the facts', factsOf: '{n}: see the facts', factCount: 'Facts: {n}', moreFacts: 'Show {n} more', noFacts: 'There are no facts.', events: 'Events', eventsOf: 'Events of {subject}', whole: 'All of it', partOver: 'Above the line: {statistic}', partPer: 'Below the line: {statistic}', part: 'Above or below the line',
    days: 'Days', from: 'From', to: 'To', quick: 'Usual days', thisMonth: 'This month', lastMonth: 'Last month', thisYear: 'This year', pastYear: 'Past year', allTime: 'All',
    filters: 'Filters', addFilter: 'Filter by…', filterValue: 'Values of {dimension}', oneOf: '{first}, {n} in all', removeFilter: 'Remove filter: {what}', unknown: 'Unknown', empty: '(empty)',
    compare: 'Compare', top: 'The largest', topAll: 'All', topCount: 'Top {n}', topOf: 'Of which dimension', topBy: 'By which measure', revisions: 'Revision', asOf: 'As of revision', changesSince: 'Changes since revision', revisionForm: 'for example 1764115200.42', revisionWrong: 'A revision is number.number, as the result names it.', keepRevision: 'Keep this revision', seeChanges: 'See what changes after it', changedSince: 'rows that are different since revision {revision}', asItWas: 'As it was at revision {revision}', noChanges: 'Nothing is different since that revision.', then: 'Then', compareNone: 'No comparison', comparePrevious: 'Period before', compareYearBefore: 'Year before', comparedEach: 'Each piece compared with the one before', comparedEachYear: 'Each piece compared with that of the year before', comparedWith: 'Compared with {from} to {to}', noComparison: 'Without first and last day there is nothing to compare with',
    loading: 'Counting…', loadingCatalogue: 'Asking what can be asked…', failed: 'The statistic could not be had.', retry: 'Try again', nothing: 'Nothing was recorded that answers this.', nothingHint: 'Ask for more days, or remove a filter.',
    unreachable: 'The gateway does not answer; check the network and try again.', unavailable: 'The statistics service does not answer at the moment; try again shortly.',
    total: 'Total', overall: 'Overall', overallHint: 'of all records, not the sum of the rows', before: 'Before', change: 'Change', byWhat: '{statistic} by {dimensions}', inAll: '{statistic}, overall', and: ', ',
    complete: 'Complete to {time}', revision: 'revision {revision}', incomplete: 'Some source has not reported yet; figures may be incomplete',
    definition: 'Definition of {measure}', unit: 'Unit', formula: 'Formula', source: 'Source', close: 'Close',
    chartOf: '{caption}, chart of {measure}; the figures are in the table below', chartMeasure: 'Measure in the chart', chartTooDeep: 'A chart has at most two levels of grouping; the figures are in the table below.', chartSome: 'The chart has the first {n} only.',
    sortBy: 'Sort by {column}', drill: '{label}: one level down', more: 'Show {n} more rows', rowsShown: '{n} rows',
    link: 'Copy link', copied: 'Copied', exportAs: 'Export', rangeWrong: 'The first day cannot be after the last.',
    allDays: 'All days', period: '{from} to {to}', since: 'From {from}', until: 'To {to}',
  },
};

/** Units as the catalogue has them; one that is not here is shown as it is. @type {Record<string, { zh: string, en: string }>} */
const UNITS = {
  share: { zh: '%', en: '%' }, shifts: { zh: '班', en: 'shifts' }, episodes: { zh: '笔', en: 'episodes' }, 'customer interruptions': { zh: '户次', en: 'customer interruptions' }, 'customer minutes': { zh: '户·分钟', en: 'customer min' },
  'customer hours': { zh: '户·小时', en: 'customer h' }, 'interruptions per customer': { zh: '次/户', en: 'per customer' }, 'minutes per customer': { zh: '分钟/户', en: 'min per customer' },
  'minutes per interruption': { zh: '分钟/次', en: 'min per interruption' }, 'cases per 10,000 customers': { zh: '件/万户', en: 'per 10,000' },
  cases: { zh: '件', en: 'cases' }, customers: { zh: '户', en: 'customers' }, minutes: { zh: '分钟', en: 'min' }, hours: { zh: '小时', en: 'h' }, fen: { zh: '元', en: 'yuan' },
  payments: { zh: '笔', en: 'payments' }, charges: { zh: '笔', en: 'charges' }, messages: { zh: '条', en: 'messages' }, outages: { zh: '次', en: 'outages' }, accounts: { zh: '户', en: 'accounts' },
};

/** @typedef {keyof typeof WORDS.zh} Word */

/**
 * @param {Language} language
 * @param {Word} word
 * @param {Record<string, string>} [values] what stands in the braces
 */
export function say(language, word, values = {}) {
  return WORDS[language][word].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

/**
 * @param {Language} language
 * @param {string} unit
 */
export function unitName(language, unit) {
  return UNITS[unit]?.[language] ?? unit;
}

/**
 * Money is shown in yuan, whatever it is counted in.
 * @param {{ zh: string, en: string, unit: string }} measure
 * @param {Language} language
 */
export function nameOf(measure, language) {
  return measure.unit === 'fen' ? measure[language].replace(/\s*[(（](分|fen)[)）]$/, '') : measure[language];
}

/** Amounts of facts are shown in other units than they are kept in. @type {Record<string, { zh: string, en: string }>} */
const SHOWN_UNITS = { fen: { zh: '（元）', en: ' (yuan)' }, ms: { zh: '（分钟）', en: ' (min)' }, kVA: { zh: '（千伏安）', en: ' (kVA)' } };

/** @param {Language} language @param {import('./questions.js').FactColumn} column */
export function columnName(language, column) {
  return `${column[language]}${SHOWN_UNITS[column.unit]?.[language] ?? ''}`;
}
