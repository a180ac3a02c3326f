/** Words of all pages for staff, in Chinese and English. */
const COMMON = {
  zh: {
    brand: '优电', skip: '跳到正文', otherLanguage: 'English', statistics: '统计', more: '下一页', refresh: '刷新', none: '—', cancel: '取消',
    unreachable: '网关没有应答，请检查网络后重试。', unavailable: '服务暂时没有应答，请稍后重试；重试不会办理两次。',
    who: '办理人', role: '身份', manager: '主管', cashier: '收费员', staffId: '工号', enter: '进入', actingAs: '{role} {id}', change: '换人',
    collectorId: '收费员', teamId: '班组', status: '状态', reason: '说明', apply: '查看', choose: '请选择',
    numberWrong: '请填整数。', yuanWrong: '请填金额，最多两位小数，例如 1820.00。', lineWrong: '第 {n} 行应写作：{form}',
    foot: '时间为北京时间。尚无登录，办理人以所填为准。', api: '接口说明 OpenAPI',
  },
  en: {
    brand: 'Youdian', skip: 'Skip to the content', otherLanguage: '中文', statistics: 'Statistics', more: 'Next page', refresh: 'Refresh', none: '—', cancel: 'Cancel',
    unreachable: 'The gateway does not answer; check the network and try again.', unavailable: 'The service does not answer at the moment. Try again: nothing is done twice.',
    who: 'Who acts', role: 'Role', manager: 'Manager', cashier: 'Collector', staffId: 'Staff id', enter: 'Enter', actingAs: '{role} {id}', change: 'Somebody else',
    collectorId: 'Collector', teamId: 'Team', status: 'State', reason: 'Reason', apply: 'Show', choose: 'Choose',
    numberWrong: 'It is a whole number.', yuanWrong: 'It is an amount with at most two places, such as 1820.00.', lineWrong: 'Line {n} is to be: {form}',
    foot: 'Times are those of Shanghai. There is no sign-in yet: who acts is who you say you are.', api: 'API (OpenAPI)',
  },
};

/** @typedef {import('../words.js').Language} Language */
/** @typedef {keyof typeof COMMON.zh} Common */
/** @typedef {Common | 'title' | 'all'} ShellWord what every page must have */

export const common = sayer({ zh: {}, en: {} });

/**
 * Says a page's own words and the common ones; what stands in braces is filled in.
 * @template {string} W
 * @param {{ readonly zh: Readonly<Record<W, string>>, readonly en: Readonly<Record<W, string>> }} own
 */
export function sayer(own) {
  const words = { zh: { ...COMMON.zh, ...own.zh }, en: { ...COMMON.en, ...own.en } };
  /** @param {Language} language @param {W | Common} word @param {Record<string, string | number>} [values] */
  return (language, word, values = {}) => /** @type {Record<string, string>} */ (words[language])[word]?.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? '')) ?? '';
}
