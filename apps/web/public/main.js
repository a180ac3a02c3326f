import { ask, NoAnswer } from './ask.js';
import { blockView, formatTime } from './block-view.js';
import { LINES, OTHERS, PLACES } from './blocks.js';
import { barChart } from './chart.js';
import { daysOf, isDay } from './days.js';
import { element } from './element.js';
import { overviewView } from './overview-view.js';
import { rangeView } from './range-view.js';
import { EVERY_SECONDS, startRefreshing } from './refresh.js';
import { rememberedLanguage, rememberLanguage, say } from './words.js';

/** @typedef {import('./days.js').Choice} Choice */
/** @typedef {import('./days.js').Days} Days */
/** @typedef {import('./ask.js').Row} Row */
/** @typedef {import('./block-view.js').State} State */

let language = rememberedLanguage();
/** What is asked for stands in the address, so that it can be sent to a colleague. */
const asked = readAddress();
/** @type {Map<string, State>} */
const states = new Map();
/** @type {string} */
let said = '';
let loading = new AbortController();

const skip = element('a', { class: 'skip', href: '#figures' });
const brand = element('span', { class: 'brand' });
const title = element('span', { class: 'title' });
const switchLanguage = element('button', { type: 'button', class: 'quiet', onclick: () => speak(language === 'zh' ? 'en' : 'zh') });
const headline = element('h1');
const status = element('p', { class: 'faint', role: 'status' });
const refresh = element('button', { type: 'button', class: 'quiet', onclick: () => refreshing.now() });
const range = rangeView({
  onChoice: (choice) => change({ choice, days: undefined }),
  onDays: (days) => change({ choice: undefined, days }),
});
const overview = overviewView();
const chartPlace = element('div', { class: 'chart' });
const chart = barChart(chartPlace);
const placesView = blockView(PLACES.id, chartPlace);
const otherViews = OTHERS.map((block) => ({ block, view: blockView(block.id) }));
const foot = element('p');
const api = element('a', { href: '/api/openapi.json' });
const analysis = element('a', { href: '/analytics' });

document.querySelector('#page')?.replaceChildren(
  skip,
  element('header', { class: 'top' }, element('div', { class: 'bounds' }, brand, title, analysis, switchLanguage)),
  element('main', { class: 'bounds', id: 'figures', tabindex: '-1' },
    element('div', { class: 'asked' }, headline, range.section),
    element('div', { class: 'refreshing' }, status, refresh),
    overview.section, placesView.section, element('div', { class: 'grid' }, ...otherViews.map(({ view }) => view.section))),
  element('footer', { class: 'bounds bottom' }, foot, api),
);

function days() {
  return asked.days ?? daysOf(asked.choice ?? 'today', new Date());
}

function places() {
  return asked.region === undefined ? PLACES : LINES;
}

/** @param {Partial<typeof asked>} changes */
function change(changes) {
  Object.assign(asked, changes);
  writeAddress();
  // Figures of other days must not stand under the new heading while we wait; other blocks stay when only a region is chosen.
  if (!('region' in changes)) states.clear();
  states.delete(PLACES.id);
  loading.abort();
  show();
  void refreshing.now();
}

/** @param {Row | undefined} row */
function openRegion(row) {
  change({ region: row ? (row.keys['region'] ?? '') : undefined, regionName: row?.labels['region'] });
  placesView.heading.focus();
}

/** @param {import('./words.js').Language} chosen */
function speak(chosen) {
  language = chosen;
  rememberLanguage(chosen);
  show();
  sayRefreshed();
}

/** Asks everything; true when all was answered. */
async function load() {
  loading = new AbortController();
  const { signal } = loading;
  status.textContent = said || say(language, 'refreshing');
  const region = asked.region;
  const wanted = [{ block: places(), filters: region === undefined ? {} : { region } }, ...OTHERS.map((block) => ({ block, filters: {} }))];
  const outcomes = await Promise.all(wanted.map(async ({ block, filters }) => {
    // With its region beside the line, the answer also names the region.
    const groupBy = block === LINES ? 'region,line' : block.dimension;
    /** @type {State} */
    let state;
    try {
      state = { answer: await ask({ statistic: block.statistic, groupBy, days: days(), filters: /** @type {Record<string, string>} */ (filters) }, signal) };
    } catch (error) {
      if (signal.aborted) return true;
      state = { answer: states.get(block.id)?.answer, problem: error instanceof NoAnswer ? error : NoAnswer.saying('unreachable') };
    }
    if (signal.aborted) return true;
    states.set(block.id, state);
    show();
    return state.problem === undefined;
  }));
  if (signal.aborted) return true;
  const well = outcomes.every(Boolean);
  refreshedAt = well ? new Date() : undefined;
  sayRefreshed();
  return well;
}

/** @type {Date | undefined} */
let refreshedAt;

function sayRefreshed() {
  said = refreshedAt ? say(language, 'refreshedAt', { time: formatTime(refreshedAt).slice(11), seconds: String(EVERY_SECONDS) }) : say(language, 'refreshFailed');
  status.textContent = said;
}

function show() {
  const { from, to } = days();
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  document.title = `${say(language, 'brand')} · ${say(language, 'title')}`;
  skip.textContent = say(language, 'skip');
  brand.textContent = say(language, 'brand');
  title.textContent = say(language, 'title');
  switchLanguage.textContent = say(language, 'otherLanguage');
  switchLanguage.lang = language === 'zh' ? 'en' : 'zh-CN';
  headline.textContent = (asked.choice ? `${say(language, asked.choice)} ` : '') + (from === to ? say(language, 'oneDay', { day: from }) : say(language, 'days', { from, to }));
  refresh.textContent = say(language, 'refresh');
  foot.textContent = say(language, 'foot');
  api.textContent = say(language, 'api');
  analysis.textContent = say(language, 'analysis');
  range.show(language, asked.choice, { from, to });
  overview.show(language, stateOf);
  showPlaces();
  for (const { block, view } of otherViews) view.show({ block, caption: say(language, block.caption), language, state: stateOf(block.id), onRetry: () => refreshing.now() });
}

function showPlaces() {
  const block = places();
  const state = stateOf(block.id);
  const named = asked.regionName ?? state.answer?.rows[0]?.labels['region'];
  const caption = say(language, block.caption, { region: named?.[language] ?? (asked.region || say(language, 'unknown')) });
  const onOpen = asked.region === undefined ? openRegion : undefined;
  const back = element('button', { type: 'button', class: 'quiet back', onclick: () => openRegion(undefined) }, `‹ ${say(language, 'allRegions')}`);
  if (onOpen) placesView.lead.replaceChildren();
  else if (placesView.lead.textContent !== back.textContent) placesView.lead.replaceChildren(back);
  placesView.show({ block, caption, language, state, onOpen, onRetry: () => refreshing.now() });
  void chart.show({ block, rows: state.answer?.rows ?? [], language, label: say(language, 'chartOf', { caption }), onOpen });
}

/** @param {string} block */
function stateOf(block) {
  return states.get(block) ?? {};
}

/** @returns {{ choice: Choice | undefined, days: Days | undefined, region: string | undefined, regionName: { zh: string, en: string } | undefined }} */
function readAddress() {
  const given = new URLSearchParams(location.search);
  const from = given.get('from') ?? '';
  const to = given.get('to') ?? '';
  const named = { region: given.get('region') ?? undefined, regionName: undefined };
  if (isDay(from) && isDay(to) && from <= to) return { choice: undefined, days: { from, to }, ...named };
  const choice = given.get('days');
  return { choice: choice === 'month' || choice === 'year' ? choice : 'today', days: undefined, ...named };
}

function writeAddress() {
  const written = new URLSearchParams(asked.days ?? (asked.choice && asked.choice !== 'today' ? { days: asked.choice } : {}));
  if (asked.region !== undefined) written.set('region', asked.region);
  history.replaceState(null, '', written.size > 0 ? `?${written}` : location.pathname);
}

show();
const refreshing = startRefreshing(load);
