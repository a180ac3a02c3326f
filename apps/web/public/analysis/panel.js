/** The question: every control says at once what is asked, and changing it asks anew. */

import { isDay } from '../days.js';
import { element } from '../element.js';
import { QUICK, quickDays } from './periods.js';
import { GROUPS_MAX, tidied, withStatistic } from './view.js';
import { nameOf, say } from './words.js';

/** @typedef {import('../words.js').Language} Language */
/** @typedef {import('./view.js').View} View */
/** @typedef {import('./view.js').Statistic} Statistic */
/** @typedef {import('./questions.js').Choice} Choice */
/** @typedef {{ language: Language, view: View, statistics: readonly Statistic[], choicesOf: (dimension: string) => readonly Choice[] | undefined }} Shown */

/** @param {{ onView: (view: View) => void, onFilter: (dimension: string) => void, now: () => Date }} listeners `onFilter`: a filter whose values must be asked for first */
export function panel({ onView, onFilter, now }) {
  const form = element('form', { class: 'panel', novalidate: true, onsubmit: (/** @type {Event} */ event) => event.preventDefault() });

  /** @param {Shown} shown */
  function show({ language, view, statistics, choicesOf }) {
    const statistic = /** @type {Statistic} */ (statistics.find(({ id }) => id === view.statistic));
    const focused = form.contains(document.activeElement) ? document.activeElement?.id : undefined;
    const word = (/** @type {Parameters<typeof say>[1]} */ key, values = {}) => say(language, key, values);
    const change = (/** @type {Partial<View>} */ changes) => onView(tidied({ ...view, ...changes }, statistic));
    form.setAttribute('aria-label', word('question'));

    const chosen = select('ask-statistic', statistics.map((one) => [one.id, one[language]]), view.statistic, (id) => {
      const other = statistics.find((one) => one.id === id);
      if (other) onView(withStatistic(view, other));
    });

    const measures = statistic.measures.map((measure) => {
      const box = element('input', { type: 'checkbox', id: `ask-measure-${measure.id}`, checked: view.measures.includes(measure.id), onchange: () => {
        const wanted = statistic.measures.map(({ id }) => id).filter((id) => (id === measure.id ? !view.measures.includes(id) : view.measures.includes(id)));
        // The last one stays.
        change({ measures: wanted.length > 0 ? wanted : view.measures });
        if (wanted.length === 0) /** @type {HTMLInputElement} */ (box).checked = true;
      } });
      return element('label', { class: 'check' }, box, element('span', {}, nameOf(measure, language)));
    });

    const levels = Array.from({ length: Math.min(view.by.length + 1, GROUPS_MAX, statistic.dimensions.length) }, (_, level) => {
      const free = statistic.dimensions.filter(({ id }) => id === view.by[level] || !view.by.includes(id));
      const nothing = level === 0 ? word('noGroup') : word('addGroup');
      const own = select(`ask-group-${level}`, [['', view.by[level] ? '—' : nothing], ...free.map((one) => /** @type {[string, string]} */ ([one.id, one[language]]))], view.by[level] ?? '', (id) => {
        const by = [...view.by];
        by.splice(level, 1, ...(id ? [id] : []));
        change({ by, sort: '' });
      });
      own.setAttribute('aria-label', word('groupNth', { n: String(level + 1) }));
      return own;
    });

    const wrong = element('p', { class: 'problem', role: 'alert' });
    const day = (/** @type {'from' | 'to'} */ end) => element('input', { type: 'date', id: `ask-${end}`, value: view[end], onchange: (/** @type {any} */ { target }) => {
      const days = { from: view.from, to: view.to, [end]: isDay(target.value) ? target.value : '' };
      wrong.textContent = days.from && days.to && days.from > days.to ? word('rangeWrong') : '';
      if (!wrong.textContent) change(days);
    } });
    const quick = QUICK.map((name) => {
      const days = quickDays(name, now());
      const pressed = days.from === view.from && days.to === view.to;
      return element('button', { type: 'button', class: 'chip', id: `ask-days-${name}`, 'aria-pressed': String(pressed), onclick: () => change(days) }, word(name));
    });

    const filters = Object.entries(view.filters).map(([id, value]) => {
      const name = statistic.dimensions.find((one) => one.id === id)?.[language] ?? id;
      const known = choicesOf(id);
      const options = /** @type {[string, string][]} */ ((known ?? []).map(({ key, label }) => [key, key === '' ? word('unknown') : label[language]]));
      if (!options.some(([key]) => key === value)) options.unshift([value, known ? value || word('unknown') : value || '…']);
      const own = select(`ask-filter-${id}`, options, value, (key) => change({ filters: { ...view.filters, [id]: key } }));
      own.setAttribute('aria-label', word('filterValue', { dimension: name }));
      const { [id]: _, ...rest } = view.filters;
      return element('div', { class: 'filter' }, element('span', { class: 'faint' }, name), own,
        element('button', { type: 'button', class: 'remove', id: `ask-unfilter-${id}`, 'aria-label': word('removeFilter', { what: name }), onclick: () => change({ filters: rest }) }, '×'));
    });
    const free = statistic.dimensions.filter(({ id }) => !(id in view.filters));
    const more = free.length === 0 ? null : select('ask-filter-more', [['', word('addFilter')], ...free.map((one) => /** @type {[string, string]} */ ([one.id, one[language]]))], '', (id) => id && onFilter(id));
    more?.setAttribute('aria-label', word('addFilter'));

    const compare = select('ask-compare', [['', word('compareNone')], ['previous', word('comparePrevious')], ['yearBefore', word('compareYearBefore')]], view.compare, (value) => change({ compare: /** @type {View['compare']} */ (value) }));
    const grain = statistic.grains.length === 0 ? null : select('ask-grain', [['', word('noGrain')], ...statistic.grains.map((one) => /** @type {[string, string]} */ ([one, word(/** @type {any} */ (one))]))], view.grain, (value) => change({ grain: value, sort: '' }));
    const cannot = view.compare && !(view.from && view.to) ? element('p', { class: 'faint small' }, word('noComparison')) : null;

    form.replaceChildren(
      group(word('statistic'), 'ask-statistic', chosen),
      group(word('measures'), undefined, ...measures),
      group(word('groupBy'), undefined, ...levels),
      group(word('days'), undefined, element('div', { class: 'chips', role: 'group', 'aria-label': word('quick') }, ...quick),
        element('div', { class: 'between' }, element('label', {}, element('span', { class: 'faint' }, word('from')), day('from')), element('label', {}, element('span', { class: 'faint' }, word('to')), day('to'))), wrong),
      ...(grain ? [group(word('grain'), 'ask-grain', grain)] : []),
      group(word('filters'), undefined, ...filters, more),
      group(word('compare'), 'ask-compare', compare, cannot),
    );
    if (focused) document.getElementById(focused)?.focus();
  }

  return { form, show };
}

/**
 * @param {string} id
 * @param {readonly (readonly [value: string, label: string])[]} options
 * @param {string} value
 * @param {(value: string) => void} onChoice
 */
function select(id, options, value, onChoice) {
  const made = element('select', { id, onchange: () => onChoice(made.value) }, ...options.map(([key, label]) => element('option', { value: key }, label)));
  made.value = value;
  return made;
}

/**
 * @param {string} title
 * @param {string | undefined} target where the title names one control
 * @param {...(Node | null)} controls
 */
function group(title, target, ...controls) {
  const named = target ? element('label', { class: 'group-title', for: target }, title) : element('legend', { class: 'group-title' }, title);
  return element(target ? 'div' : 'fieldset', { class: 'group' }, named, ...controls);
}
