/** From a number to the facts that it counts, from a fact to what was told, and to the case itself. */

import { NoAnswer } from '../ask.js';
import { formatTime } from '../block-view.js';
import { element } from '../element.js';
import { formatYuan } from '../figures.js';
import { fileButtons } from './files.js';
import { askEvents, askFacts, askFactsFile, askWhole, FACTS_AT_ONCE } from './questions.js';
import { columnName, say } from './words.js';

/** @typedef {import('../words.js').Language} Language */
/** @typedef {import('./questions.js').Fact} Fact */
/** @typedef {import('./questions.js').FactColumn} FactColumn */
/** @typedef {import('./questions.js').Row} Row */
/** @typedef {{ language: Language, what: string, view: import('./view.js').View, statistic: import('./view.js').Statistic, statistics: readonly import('./view.js').Statistic[], row: Row | undefined, rows: readonly Row[] }} Shown `rows`: that `row` is one of */

/** One dialog, opened for one number at a time. */
export function factsDialog() {
  const dialog = element('dialog', { class: 'facts', 'aria-labelledby': 'facts-heading' });
  let asking = new AbortController();
  dialog.addEventListener('close', () => asking.abort());

  /** @param {Shown} shown */
  function open(shown) {
    const { language, what, statistic, statistics } = shown;
    const names = new Map(statistic.dimensions.flatMap(({ codes }) => codes.map((code) => /** @type {[string, string]} */ ([code.id, code[language]]))));
    const list = element('div', { class: 'scroll', tabindex: '0' });
    const status = element('p', { class: 'faint', role: 'status' });
    const more = element('div', {});
    const part = statistic.per ? element('select', { 'aria-label': say(language, 'part'), onchange: () => void begin() },
      element('option', { value: '' }, say(language, 'partOver', { statistic: statistic[language] })),
      element('option', { value: statistic.per }, say(language, 'partPer', { statistic: statistics.find(({ id }) => id === statistic.per)?.[language] ?? statistic.per }))) : null;
    const begin = async () => {
      asking.abort();
      asking = new AbortController();
      list.replaceChildren();
      more.replaceChildren();
      await page('', undefined);
    };
    /** @param {string} pageToken @param {HTMLElement | undefined} body */
    const page = async (pageToken, body) => {
      const { signal } = asking;
      status.textContent = say(language, 'loading');
      try {
        const { namedColumns: columns, facts, factCount, nextPageToken } = await askFacts({ ...shown, per: part?.value ?? '' }, pageToken, signal);
        status.textContent = factCount === 0 ? say(language, 'noFacts') : say(language, 'factCount', { n: factCount.toLocaleString('en-US') });
        const rows = body ?? tableIn(list, columns, language);
        for (const fact of facts) rows.append(...rowsOf(fact, columns, language, names));
        more.replaceChildren(...(nextPageToken ? [element('button', { type: 'button', class: 'quiet', onclick: () => void page(nextPageToken, rows) }, say(language, 'moreFacts', { n: String(FACTS_AT_ONCE) }))] : []));
      } catch (error) {
        if (signal.aborted) return;
        status.textContent = reasonOf(error, language);
      }
    };
    dialog.replaceChildren(
      element('header', {}, element('h2', { id: 'facts-heading', tabindex: '-1', autofocus: true }, say(language, 'facts', { what })), part,
        fileButtons(language, (format) => askFactsFile({ ...shown, per: part?.value ?? '' }, format, asking.signal), (reason) => (status.textContent = reason)),
        element('button', { type: 'button', class: 'quiet', onclick: () => dialog.close() }, say(language, 'close'))),
      status, list, more);
    dialog.showModal();
    void begin();
  }

  /** @param {HTMLElement} list @param {readonly FactColumn[]} columns @param {Language} language */
  function tableIn(list, columns, language) {
    const body = element('tbody');
    list.replaceChildren(element('table', { class: 'result' },
      element('caption', { class: 'unseen' }, say(language, 'facts', { what: '' })),
      element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, say(language, 'events')), ...columns.map((column) => element('th', { scope: 'col', class: column.unit ? 'figure' : '' }, columnName(language, column))))), body));
    return body;
  }

  /** @param {Fact} fact @param {readonly FactColumn[]} columns @param {Language} language @param {ReadonlyMap<string, string>} names of codes */
  function rowsOf(fact, columns, language, names) {
    const detail = element('div');
    const below = element('tr', { class: 'detail', hidden: true }, element('td', { colspan: String(columns.length + 1) }, detail));
    const opener = element('button', { type: 'button', class: 'quiet small', 'aria-expanded': 'false', 'aria-label': say(language, 'eventsOf', { subject: fact.subject }), onclick: () => {
      below.hidden = !below.hidden;
      opener.setAttribute('aria-expanded', String(!below.hidden));
      if (!below.hidden && detail.childElementCount === 0) void tell(fact, detail, language);
    } }, say(language, 'events'));
    return [element('tr', {}, element('td', {}, opener), ...columns.map((column) => element('td', { class: column.unit ? 'figure' : '' }, names.get(fact.values[column.id] ?? '') ?? written(column, fact.values[column.id] ?? null)))), below];
  }

  /** @param {Fact} fact @param {HTMLElement} detail @param {Language} language */
  async function tell(fact, detail, language) {
    const { signal } = asking;
    detail.replaceChildren(element('p', { class: 'faint' }, say(language, 'loading')));
    try {
      const [events, whole] = await Promise.all([askEvents(fact, signal), askWhole(fact, signal)]);
      detail.replaceChildren(
        element('ol', { class: 'events' }, ...events.map(({ type, time, data }) => element('li', {},
          element('p', {}, element('strong', {}, type.split('.').at(-1) ?? type), element('span', { class: 'faint' }, time ? ` ${formatTime(new Date(time))}` : '')), pairs(data)))),
        ...(whole ? [element('details', {}, element('summary', {}, say(language, 'whole')), pairs(whole))] : []));
    } catch (error) {
      if (!signal.aborted) detail.replaceChildren(element('p', { class: 'problem' }, reasonOf(error, language)));
    }
  }

  return { dialog, open };
}

/** @param {unknown} error @param {Language} language */
function reasonOf(error, language) {
  if (!(error instanceof NoAnswer)) return say(language, 'unreachable');
  return error.word ? say(language, error.word) : error.reason[language];
}

/** @param {Record<string, unknown>} data */
function pairs(data) {
  return element('dl', { class: 'pairs' }, ...Object.entries(data).flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, inWords(name, value))]));
}

/** @param {string} name @param {unknown} value @returns {string | HTMLElement} */
function inWords(name, value) {
  if (Array.isArray(value)) return value.length === 0 ? '—' : element('div', {}, ...value.map((one) => element('div', {}, inWords(name, one))));
  if (typeof value === 'object' && value !== null) return pairs(/** @type {Record<string, unknown>} */ (value));
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) ? formatTime(new Date(value)) : /Fen$/.test(name) && /^-?\d+$/.test(value) ? `${formatYuan(BigInt(value))} 元` : value;
  return JSON.stringify(value);
}

/** Instants by the clock of Shanghai, money in yuan, lengths of time in minutes. @param {FactColumn} column @param {string | null} value */
function written({ id, unit }, value) {
  if (value === null) return '—';
  if (id.endsWith('_at')) return formatTime(new Date(value));
  if (unit === 'fen' && /^-?\d+$/.test(value)) return formatYuan(BigInt(value));
  if (unit === 'ms') return (Number(value) / 60_000).toLocaleString('en-US', { maximumFractionDigits: 1 });
  return value;
}
