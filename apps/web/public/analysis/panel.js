/** The question: every control says at once what is asked, and changing it asks anew. */

import { isDay } from '../days.js';
import { element } from '../element.js';
import { QUICK, quickDays } from './periods.js';
import { GROUPS_MAX, isRevision, readTop, tidied, TOPS, withStatistic } from './view.js';
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

    const filters = Object.entries(view.filters).map(([id, values]) => {
      const name = statistic.dimensions.find((one) => one.id === id)?.[language] ?? id;
      const known = choicesOf(id);
      const options = /** @type {[string, string][]} */ ((known ?? []).map(({ key, label }) => [key, key === '' ? word('unknown') : label[language]]));
      for (const value of values) if (!options.some(([key]) => key === value)) options.unshift([value, known ? value || word('unknown') : value || '…']);
      const { [id]: _, ...rest } = view.filters;
      return element('div', { class: 'filter' }, element('span', { class: 'faint' }, name),
        several({ id, name: word('filterValue', { dimension: name }), options, values, words: (first, n) => word('oneOf', { first, n: String(n) }), onChoice: (chosen) => change({ filters: { ...view.filters, [id]: chosen } }) }),
        element('button', { type: 'button', class: 'remove', id: `ask-unfilter-${id}`, 'aria-label': word('removeFilter', { what: name }), onclick: () => change({ filters: rest }) }, '×'));
    });
    const free = statistic.dimensions.filter(({ id }) => !(id in view.filters));
    const more = free.length === 0 ? null : select('ask-filter-more', [['', word('addFilter')], ...free.map((one) => /** @type {[string, string]} */ ([one.id, one[language]]))], '', (id) => id && (unfolded.add(id), onFilter(id)));
    more?.setAttribute('aria-label', word('addFilter'));

    const compare = select('ask-compare', [['', word('compareNone')], ['previous', word('comparePrevious')], ['yearBefore', word('compareYearBefore')]], view.compare, (value) => change({ compare: /** @type {View['compare']} */ (value), changesSince: '' }));
    const grain = statistic.grains.length === 0 ? null : select('ask-grain', [['', word('noGrain')], ...statistic.grains.map((one) => /** @type {[string, string]} */ ([one, word(/** @type {any} */ (one))]))], view.grain, (value) => change({ grain: value, sort: '' }));
    const cannot = view.compare && !(view.from && view.to) ? element('p', { class: 'faint small' }, word('noComparison')) : null;

    const revision = (/** @type {'asOf' | 'changesSince'} */ name) => element('input', { type: 'text', id: `ask-${name}`, inputmode: 'decimal', autocomplete: 'off', placeholder: word('revisionForm'), value: view[name], onchange: (/** @type {any} */ { target }) => {
      const given = target.value.trim();
      ill.textContent = given === '' || isRevision(given) ? '' : word('revisionWrong');
      if (!ill.textContent) change({ [name]: given });
    } });
    const ill = element('p', { class: 'problem', role: 'alert' });

    form.replaceChildren(
      group(word('statistic'), 'ask-statistic', chosen),
      group(word('measures'), undefined, ...measures),
      group(word('groupBy'), undefined, ...levels),
      group(word('days'), undefined, element('div', { class: 'chips', role: 'group', 'aria-label': word('quick') }, ...quick),
        element('div', { class: 'between' }, element('label', {}, element('span', { class: 'faint' }, word('from')), day('from')), element('label', {}, element('span', { class: 'faint' }, word('to')), day('to'))), wrong),
      ...(grain ? [group(word('grain'), 'ask-grain', grain)] : []),
      group(word('filters'), undefined, ...filters, more),
      ...(view.by.length > 0 ? [group(word('top'), 'ask-top', ...topControls({ language, view, statistic, change }))] : []),
      group(word('compare'), 'ask-compare', compare, cannot),
      group(word('revisions'), undefined, element('div', { class: 'between revisions' }, ...(/** @type {const} */ (['asOf', 'changesSince'])).map((name) => element('label', {}, element('span', { class: 'faint' }, word(name)), revision(name)))), ill),
    );
    if (focused) document.getElementById(focused)?.focus();
  }

  return { form, show };
}

/** How many of the largest, of which dimension, and by which measure. @param {{ language: Language, view: View, statistic: Statistic, change: (changes: Partial<View>) => void }} shown */
function topControls({ language, view, statistic, change }) {
  const top = readTop(view.top);
  const ask = (/** @type {Partial<typeof top>} */ changes) => {
    const { dimension, count, measure } = { ...top, ...changes };
    change({ top: count === 0 ? '' : `${dimension}:${count}:${measure}`, changesSince: '' });
  };
  const counts = [...new Set([...TOPS, ...(top.count > 0 ? [top.count] : [])])].sort((a, b) => a - b);
  const count = select('ask-top', [['0', say(language, 'topAll')], ...counts.map((n) => /** @type {[string, string]} */ ([String(n), say(language, 'topCount', { n: String(n) })]))], String(top.count), (n) => ask({ count: Number(n) }));
  if (top.count === 0) return [count];
  const named = (/** @type {HTMLSelectElement} */ control, /** @type {'topOf' | 'topBy'} */ word) => (control.setAttribute('aria-label', say(language, word)), control);
  const of = statistic.dimensions.filter(({ id }) => view.by.includes(id)).map((one) => /** @type {[string, string]} */ ([one.id, one[language]]));
  const by = statistic.measures.filter(({ id }) => view.measures.includes(id)).map((one) => /** @type {[string, string]} */ ([one.id, nameOf(one, language)]));
  return [
    count,
    ...(of.length > 1 ? [named(select('ask-top-of', of, top.dimension, (dimension) => ask({ dimension })), 'topOf')] : []),
    ...(by.length > 1 ? [named(select('ask-top-by', by, top.measure, (measure) => ask({ measure })), 'topBy')] : []),
  ];
}

/** Filters whose values are in sight, from one showing to the next. */
const unfolded = new Set();

/**
 * Some of several values; the last one stays, for the filter goes by its own button.
 * @param {{ id: string, name: string, options: readonly [string, string][], values: readonly string[], words: (first: string, n: number) => string, onChoice: (values: string[]) => void }} asked
 */
function several({ id, name, options, values, words, onChoice }) {
  const chosen = options.filter(([key]) => values.includes(key)).map(([, label]) => label);
  const boxes = options.map(([key, label], at) => {
    const box = element('input', { type: 'checkbox', id: `ask-filter-${id}-${at}`, checked: values.includes(key), onchange: () => {
      const wanted = options.map(([one]) => one).filter((one) => (one === key ? box.checked : values.includes(one)));
      if (wanted.length > 0) onChoice(wanted);
      else box.checked = true;
    } });
    return element('label', { class: 'check' }, box, element('span', {}, label));
  });
  const made = element('details', { class: 'several', open: unfolded.has(id), ontoggle: () => (made.open ? unfolded.add(id) : unfolded.delete(id)) },
    element('summary', { id: `ask-filter-${id}`, 'aria-label': `${name}: ${chosen.join(', ')}` }, chosen.length > 1 ? words(chosen[0] ?? '', chosen.length) : chosen[0] ?? ''),
    element('div', { class: 'values', role: 'group', 'aria-label': name }, ...boxes));
  return made;
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
