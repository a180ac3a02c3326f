/** All words of the page, in Chinese and English. */

/** @typedef {'zh' | 'en'} Language */

const STORED_AS = 'youdian.language';

const WORDS = {
  zh: {
    title: '优质服务统计', brand: '优电', skip: '跳到统计数字', otherLanguage: 'English',
    range: '统计日期', today: '今日', month: '本月', year: '近一年', from: '起', to: '止', apply: '查看',
    fromAfterTo: '开始日期不能晚于结束日期。', dayMissing: '请填写开始和结束日期。', oneDay: '{day}', days: '{from} 至 {to}',
    refresh: '刷新', refreshing: '正在刷新…', refreshedAt: '{time} 刷新，每 {seconds} 秒自动更新', refreshFailed: '部分数字没能更新，稍后自动重试',
    summary: '概览', places: '故障：按片区', lines: '故障：{region}各线路', causes: '故障：按原因', categories: '咨询：按类别', classes: '投诉：按类别', channels: '缴费：按渠道',
    region: '片区', line: '线路', cause: '原因', category: '类别', class: '类别', channel: '渠道',
    faultCount: '故障（起）', consultationCount: '咨询（件）', complaintCount: '投诉（件）', topUpCount: '缴费（笔）',
    customersAffected: '影响户数', restoreMinutesMean: '平均恢复（分钟）', amountFen: '金额（元）', total: '合计',
    allRegions: '全部片区', openRegion: '查看{region}各线路', hint: '点片区看各线路', chartOf: '{caption}，条形图；数字见旁边的表格',
    faults: '故障', consultations: '咨询', complaints: '投诉', topUps: '缴费', unitFault: '起', unitCase: '件', unitPayment: '笔', affected: '影响 {n} 户', taken: '{n} 元',
    loading: '正在统计…', empty: '所选日期内没有记录。', failed: '没能取得这项统计。', stale: '以下仍是上次取得的数字。', retry: '重试', unreachable: '网关没有应答，请检查网络；稍后自动重试。', unavailable: '统计服务暂时没有应答，稍后自动重试。',
    watermark: '统计截至 {time}', revision: '版本 {revision}', noWatermark: '有数据来源尚未报到，数字可能不全', unknown: '未知',
    foot: '日期按北京时间：故障、咨询、投诉按发生或受理时间，缴费按收款时间。“统计截至”之前办理的都已计入。', api: '接口说明 OpenAPI', analysis: '统计分析',
  },
  en: {
    title: 'Quality of service', brand: 'Youdian', skip: 'Skip to the figures', otherLanguage: '中文',
    range: 'Days', today: 'Today', month: 'This month', year: 'Past year', from: 'From', to: 'To', apply: 'Show',
    fromAfterTo: 'The first day cannot be after the last.', dayMissing: 'Give the first and the last day.', oneDay: '{day}', days: '{from} to {to}',
    refresh: 'Refresh', refreshing: 'Refreshing…', refreshedAt: 'Refreshed at {time}, again every {seconds} s', refreshFailed: 'Some figures could not be refreshed; trying again shortly',
    summary: 'Overview', places: 'Faults by region', lines: 'Faults by line in {region}', causes: 'Faults by cause', categories: 'Consultations by category', classes: 'Complaints by class', channels: 'Top-ups by channel',
    region: 'Region', line: 'Line', cause: 'Cause', category: 'Category', class: 'Class', channel: 'Channel',
    faultCount: 'Faults', consultationCount: 'Consultations', complaintCount: 'Complaints', topUpCount: 'Top-ups',
    customersAffected: 'Customers affected', restoreMinutesMean: 'Mean restore (min)', amountFen: 'Amount (yuan)', total: 'Total',
    allRegions: 'All regions', openRegion: 'Lines of {region}', hint: 'Choose a region to see its lines', chartOf: '{caption}, bar chart; the figures are in the table beside it',
    faults: 'Faults', consultations: 'Consultations', complaints: 'Complaints', topUps: 'Top-ups', unitFault: '', unitCase: '', unitPayment: '', affected: '{n} customers affected', taken: '{n} yuan',
    loading: 'Counting…', empty: 'Nothing was recorded on these days.', failed: 'This statistic could not be had.', stale: 'The figures below are still the last ones.', retry: 'Try again', unreachable: 'The gateway does not answer; check the network. It is tried again shortly.', unavailable: 'The statistics service does not answer at the moment; it is tried again shortly.',
    watermark: 'Complete to {time}', revision: 'revision {revision}', noWatermark: 'Some source has not reported yet; figures may be incomplete', unknown: 'Unknown',
    foot: 'Days are those of Shanghai: faults, consultations and complaints by when they began, top-ups by when the money was taken. Everything done before “complete to” is counted.', api: 'API (OpenAPI)', analysis: 'Analytics',
  },
};

/** @typedef {keyof typeof WORDS.zh} Word */

/** @returns {Language} */
export function rememberedLanguage() {
  return localStorage.getItem(STORED_AS) === 'en' ? 'en' : 'zh';
}

/** @param {Language} language */
export function rememberLanguage(language) {
  localStorage.setItem(STORED_AS, language);
}

/**
 * @param {Language} language
 * @param {Word} word
 * @param {Record<string, string>} [values] what stands in the braces
 */
export function say(language, word, values = {}) {
  return WORDS[language][word].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}
