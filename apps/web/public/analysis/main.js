import { NoAnswer } from '../ask.js';
import { formatTime } from '../block-view.js';
import { element } from '../element.js';
import { rememberedLanguage, rememberLanguage } from '../words.js';
import { cards } from './cards.js';
import { chartIn } from './chart.js';
import { factsDialog } from './facts.js';
import { fileButtons } from './files.js';
import { inOrder } from './order.js';
import { panel } from './panel.js';
import { quickDays } from './periods.js';
import { askCatalogue, askChoices, askFile, askView } from './questions.js';
import { ROWS_AT_ONCE, table } from './table.js';
import { drilledDown, groupsOf, readView, tidied, TIME, writeView } from './view.js';
import { nameOf, say } from './words.js';

/** @typedef {import('./view.js').View} View */
/** @typedef {import('./view.js').Statistic} Statistic */
/** @typedef {import('./questions.js').Choice} Choice */

let language = rememberedLanguage();
/** @type {readonly Statistic[]} */
let statistics = [];
/** @type {View | undefined} */
let view;
/** @type {import('./questions.js').Result | undefined} */
let result;
/** @type {NoAnswer | undefined} */
let problem;
let rowsMax = ROWS_AT_ONCE;
let asking = new AbortController();
/** Values to filter by, by the question that they were asked with. @type {Map<string, readonly Choice[] | undefined>} */
const choices = new Map();

const word = (/** @type {Parameters<typeof say>[1]} */ key, values = {}) => say(language, key, values);

const skip = element('a', { class: 'skip', href: '#result' });
const brand = element('span', { class: 'brand' });
const title = element('span', { class: 'title' });
const today = element('a', { href: '/' });
const switchLanguage = element('button', { type: 'button', class: 'quiet', onclick: () => speak(language === 'zh' ? 'en' : 'zh') });
const question = panel({ onView: (next) => look(next), onFilter: (dimension) => void filterBy(dimension), now: () => new Date() });
const folded = element('details', { class: 'question', open: true }, element('summary', {}), question.form);
const headline = element('h1', { tabindex: '-1' });
const subline = element('p', { class: 'faint' });
const actions = element('div', { class: 'actions' });
const notice = element('div', { class: 'notice', role: 'status' });
const overall = element('div', {});
const chartHead = element('div', { class: 'chart-head' });
const chartPlace = element('div', { class: 'chart' });
const chart = chartIn(chartPlace);
const chartNote = element('p', { class: 'faint small' });
const figures = element('div', { class: 'figures' });
const facts = factsDialog();
const source = element('p', { class: 'source' });
const revisions = element('div', { class: 'revision-links' });
const api = element('a', { href: '/api/openapi.json' });
const sheet = element('section', { class: 'block', 'aria-labelledby': 'headline' }, element('header', { class: 'result-head' }, element('div', {}, headline, subline, source, revisions), actions), notice, overall, chartHead, chartPlace, chartNote, figures);
headline.id = 'headline';

document.querySelector('#page')?.replaceChildren(
  skip,
  element('header', { class: 'top' }, element('div', { class: 'bounds wide-bounds' }, brand, title, today, switchLanguage)),
  element('main', { class: 'bounds wide-bounds analysis' }, folded, element('div', { id: 'result', tabindex: '-1' }, sheet)),
  element('footer', { class: 'bounds wide-bounds bottom' }, api),
  facts.dialog,
);
// On a phone the question is folded away, for the result is what somebody came for.
if (matchMedia('(max-width: 56rem)').matches) folded.open = false;

/** @returns {Statistic} */
function statistic() {
  return /** @type {Statistic} */ (statistics.find(({ id }) => id === view?.statistic));
}

/** Another view: it stands in the address, and "back" leads back. @param {View} next @param {'push' | 'replace'} [how] */
function look(next, how = 'push') {
  const same = view && JSON.stringify({ ...view, sort: '', chart: '', measures: [] }) === JSON.stringify({ ...next, sort: '', chart: '', measures: [] });
  view = next;
  history[how === 'push' ? 'pushState' : 'replaceState'](null, '', writeView(view));
  if (same && result) return show();
  void count();
}

/** Asks for the view's figures. */
async function count() {
  if (!view) return;
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const asked = view;
  result = undefined;
  problem = undefined;
  rowsMax = ROWS_AT_ONCE;
  show();
  for (const dimension of Object.keys(asked.filters)) void learnChoices(dimension);
  try {
    const answer = await askView(asked, signal);
    if (!signal.aborted) result = answer;
  } catch (error) {
    if (signal.aborted) return;
    problem = error instanceof NoAnswer ? error : NoAnswer.saying('unreachable');
  }
  if (!signal.aborted) show();
}

/** @param {string} dimension */
const choicesKey = (dimension) => JSON.stringify([view?.statistic, dimension, view?.from, view?.to, Object.entries(view?.filters ?? {}).filter(([id]) => id !== dimension)]);

/** @param {string} dimension */
async function learnChoices(dimension) {
  const key = choicesKey(dimension);
  if (!view || choices.has(key)) return choices.get(key);
  choices.set(key, undefined);
  try {
    choices.set(key, await askChoices(view, statistic(), dimension, AbortSignal.any([])));
  } catch {
    // The filter still says its value; it is asked for again with the next view.
    choices.delete(key);
  }
  if (view) showQuestion();
  return choices.get(key);
}

/** The first of its values is taken, and the list then offers the others. @param {string} dimension */
async function filterBy(dimension) {
  const known = await learnChoices(dimension);
  if (view) look({ ...view, filters: { ...view.filters, [dimension]: [known?.[0]?.key ?? ''] } });
  document.getElementById(`ask-filter-${dimension}`)?.focus();
}

/** What a row counts, or all of them. @param {import('./questions.js').Row | undefined} row */
function showFacts(row) {
  if (!view) return;
  const what = row ? groupsOf(view).map((id) => row.labels[id]?.[language] || row.keys[id] || word('unknown')).join(word('and')) : caption();
  facts.open({ language, what, view, statistic: statistic(), statistics, row, rows: result?.rows ?? [] });
}

/** @param {string} dimension @param {string} value */
function drill(dimension, value) {
  if (view) look(drilledDown(view, statistic(), dimension, value));
  headline.focus();
}

/** @param {import('../words.js').Language} chosen */
function speak(chosen) {
  language = chosen;
  rememberLanguage(chosen);
  show();
}

function show() {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  skip.textContent = word('skip');
  brand.textContent = word('brand');
  title.textContent = word('title');
  today.textContent = word('today');
  switchLanguage.textContent = word('otherLanguage');
  switchLanguage.lang = language === 'zh' ? 'en' : 'zh-CN';
  api.textContent = word('api');
  /** @type {HTMLElement} */ (folded.querySelector('summary')).textContent = word('question');
  showQuestion();
  showResult();
  document.title = `${word('brand')} · ${headline.textContent || word('title')}`;
}

function showQuestion() {
  if (view) question.show({ language, view, statistics, choicesOf: (dimension) => choices.get(choicesKey(dimension)) });
}

function showResult() {
  const waits = !result && !problem;
  sheet.setAttribute('aria-busy', String(waits));
  notice.replaceChildren(...noticeOf());
  const measures = view ? statistic().measures.filter(({ id }) => view?.measures.includes(id)) : [];
  headline.textContent = view ? caption() : word('title');
  subline.textContent = view ? daysInWords(view) : '';
  actions.replaceChildren(...(view ? [exportButtons(view), copyButton()] : []));
  const has = view !== undefined && result !== undefined && !isEmpty();
  overall.replaceChildren(...(has ? [cards({ language, statistic: statistic(), measures, changes: view?.changesSince !== '', result: /** @type {NonNullable<typeof result>} */ (result), onFacts: () => showFacts(undefined) })] : []));
  const focused = figures.contains(document.activeElement) ? document.activeElement?.id : undefined;
  if (!has || !view || !result) {
    figures.replaceChildren();
    chartHead.replaceChildren();
    chartNote.textContent = '';
    source.textContent = '';
    revisions.replaceChildren();
    void chart.show(undefined);
    return;
  }
  const current = view;
  const rows = inOrder(result.rows, { by: groupsOf(current), sort: current.sort }, measures);
  source.textContent = sourceOf(result);
  revisions.replaceChildren(...revisionButtons(current, result));
  showChart(measures);
  figures.replaceChildren(...(groupsOf(current).length === 0 ? [] : table({
    language, caption: caption(), view: current, statistic: statistic(), measures, rows, result, rowsMax,
    onSort: (sort) => look({ ...current, sort }, 'replace'), onDrill: drill, onFacts: (row) => showFacts(row), onMore: () => ((rowsMax += ROWS_AT_ONCE), showResult()),
  })));
  if (focused) document.getElementById(focused)?.focus();
}

/** From what is seen to the same at this revision, and to what is different later. @param {View} current @param {NonNullable<typeof result>} answer */
function revisionButtons(current, { revision }) {
  const ask = (/** @type {'keepRevision' | 'seeChanges'} */ name, /** @type {Partial<View>} */ changes) => element('button', { type: 'button', class: 'link', onclick: () => look(tidied({ ...current, ...changes }, statistic())) }, word(name));
  return [...(current.asOf ? [] : [ask('keepRevision', { asOf: revision })]), ...(current.changesSince ? [] : [ask('seeChanges', { changesSince: revision, asOf: '' })])];
}

/** @param {readonly import('./view.js').Measure[]} measures */
function showChart(measures) {
  if (!view || !result) return;
  const current = view;
  const measure = measures.find(({ id }) => id === current.chart) ?? measures[0];
  const groups = groupsOf(current);
  const draws = measure && groups.length > 0 && groups.length <= 2;
  chartHead.replaceChildren(...(draws && measures.length > 1 ? [chartMeasures(current, measures, measure)] : []));
  if (!measure) return;
  const rows = inOrder(result.rows, { by: groups, sort: '' }, [measure]);
  void chart.show({ language, caption: caption(), by: groups, measure, rows, onDrill: drill }).then((said) => {
    chartNote.textContent = said === 'chartTooDeep' ? word('chartTooDeep') : typeof said === 'object' ? word('chartSome', { n: String(said.some) }) : '';
  });
}

/** @param {View} current @param {readonly import('./view.js').Measure[]} measures @param {import('./view.js').Measure} drawn */
function chartMeasures(current, measures, drawn) {
  const select = element('select', { id: 'chart-measure', onchange: () => look(tidied({ ...current, chart: select.value }, statistic()), 'replace') },
    ...measures.map((one) => element('option', { value: one.id }, nameOf(one, language))));
  select.value = drawn.id;
  return element('label', {}, element('span', { class: 'faint' }, word('chartMeasure')), select);
}

function isEmpty() {
  return result !== undefined && (view && groupsOf(view).length > 0 ? result.rows.length === 0 : Object.values(result.total).every((value) => value === null || Number(value) === 0));
}

/** @returns {HTMLElement[]} */
function noticeOf() {
  if (problem) {
    const reason = problem.word ? word(problem.word) : problem.reason[language];
    return [element('p', { class: 'problem' }, `${word('failed')}${language === 'en' ? ' ' : ''}${reason}`), element('button', { type: 'button', class: 'quiet', onclick: () => void (view ? count() : begin()) }, word('retry'))];
  }
  if (!result) return [element('p', { class: 'faint waiting' }, word(view ? 'loading' : 'loadingCatalogue'))];
  if (!isEmpty()) return [];
  return view?.changesSince ? [element('p', {}, word('noChanges'))] : [element('p', {}, word('nothing')), element('p', { class: 'faint' }, word('nothingHint'))];
}

function caption() {
  if (!view) return '';
  const own = statistic();
  const dimensions = groupsOf(view).map((id) => (id === TIME ? word(/** @type {any} */ (view?.grain)) : own.dimensions.find((one) => one.id === id)?.[language]) ?? id).join(word('and'));
  return dimensions ? word('byWhat', { statistic: own[language], dimensions }) : word('inAll', { statistic: own[language] });
}

/** @param {View} shown */
function daysInWords({ from, to, grain, compare, changesSince }) {
  const days = from && to ? word('period', { from, to }) : from ? word('since', { from }) : to ? word('until', { to }) : word('allDays');
  if (changesSince) return `${days} · ${word('changedSince', { revision: changesSince })}`;
  if (!result?.comparedWith) return days;
  const against = grain ? word(compare === 'previous' ? 'comparedEach' : 'comparedEachYear') : word('comparedWith', { ...result.comparedWith });
  return `${days} · ${against}`;
}

/** @param {NonNullable<typeof result>} answer */
function sourceOf({ watermark, revision }) {
  // Of an older revision nobody knows what it was complete to.
  if (view?.asOf && !watermark) return word('asItWas', { revision });
  return `${watermark ? word('complete', { time: formatTime(new Date(watermark)) }) : word('incomplete')} · ${word('revision', { revision })}`;
}

/** @param {View} shown */
function exportButtons(shown) {
  return fileButtons(language, (format) => askFile(shown, format, AbortSignal.any([])), (reason) => notice.replaceChildren(element('p', { class: 'problem' }, reason)));
}

function copyButton() {
  const button = element('button', { type: 'button', class: 'quiet', onclick: async () => {
    await navigator.clipboard.writeText(location.href);
    button.textContent = word('copied');
  } }, word('link'));
  return button;
}

/** What can be asked comes first: everything on the page is made of it. */
async function begin() {
  problem = undefined;
  show();
  try {
    statistics = await askCatalogue(AbortSignal.any([]));
    view = readView(location.search, statistics, quickDays('pastYear', new Date()));
    look(view, 'replace');
  } catch (error) {
    problem = error instanceof NoAnswer ? error : NoAnswer.saying('unreachable');
    show();
  }
}

addEventListener('popstate', () => {
  if (statistics.length === 0) return;
  view = readView(location.search, statistics, quickDays('pastYear', new Date()));
  void count();
});
void begin();
