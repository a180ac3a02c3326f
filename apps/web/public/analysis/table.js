import { element } from '../element.js';
import { keyOf } from './questions.js';
import { groupsOf, OTHERS, TIME } from './view.js';
import { changeOf, writerOf } from './values.js';
import { nameOf, say, unitName } from './words.js';

/** @typedef {import('./questions.js').Row} Row */
/** @typedef {import('./view.js').View} View */
/** @typedef {import('./view.js').Measure} Measure */
/** @typedef {import('./view.js').Statistic} Statistic */

/**
 * @typedef {{
 *   language: import('../words.js').Language, caption: string, view: View, statistic: Statistic, measures: readonly Measure[], rows: readonly Row[],
 *   result: import('./questions.js').Result, rowsMax: number, onSort: (sort: string) => void, onDrill: (dimension: string, value: string) => void,
 *   onFacts?: ((row: Row | undefined) => void) | undefined, onMore: () => void,
 * }} Shown
 */

export const ROWS_AT_ONCE = 100;

/** Rows in the order given; a name leads one level down, a number to what it counts. @param {Shown} shown */
export function table({ language, caption, view, statistic, measures, rows, result, rowsMax, onSort, onDrill, onFacts, onMore }) {
  const { total, totalBefore } = result;
  const compares = rows.some(({ before }) => before);
  const writers = measures.map((measure) => writerOf(measure, [...rows.flatMap(({ values, before }) => [values[measure.id], before?.[measure.id]]), total[measure.id]]));
  const groups = groupsOf(view);
  const dimensions = groups.map((id) => (id === TIME ? { id, zh: say('zh', 'time'), en: say('en', 'time') } : statistic.dimensions.find((one) => one.id === id) ?? { id, zh: id, en: id }));
  const number = (/** @type {Row | undefined} */ row, /** @type {string} */ text) => (onFacts && text !== '—' ? element('button', { type: 'button', class: 'facts-of', 'aria-label': say(language, 'factsOf', { n: text }), onclick: () => onFacts(row) }, text) : text);

  const head = (/** @type {string} */ id, /** @type {string} */ name, /** @type {string} */ className, unit = '') => {
    const up = view.sort === id;
    const down = view.sort === `-${id}`;
    const next = className ? (down ? id : `-${id}`) : up ? `-${id}` : id;
    const button = element('button', { type: 'button', class: 'sort', id: `sort-${id}`, 'aria-label': say(language, 'sortBy', { column: name }), onclick: () => onSort(next) }, name, unit ? element('span', { class: 'in-unit' }, ` (${unit})`) : null, element('span', { class: 'arrow', 'aria-hidden': 'true' }, up ? '▲' : down ? '▼' : ''));
    return element('th', { scope: 'col', class: className, 'aria-sort': up ? 'ascending' : down ? 'descending' : undefined }, button);
  };
  const values = (/** @type {import('./questions.js').Values} */ now, /** @type {import('./questions.js').Values | undefined} */ before, /** @type {Row | undefined} */ row) => measures.flatMap(({ id }, at) => {
    const write = /** @type {(value: any) => string} */ (writers[at]);
    const own = element('td', { class: 'figure' }, number(row, write(now[id])));
    return compares ? [own, element('td', { class: 'figure faint' }, write(before?.[id])), element('td', { class: 'figure change' }, changeOf(now[id], before?.[id]))] : [own];
  });

  const shown = rows.slice(0, rowsMax);
  const body = shown.map((row) => element('tr', { 'data-key': keyOf(row, groups) },
    ...dimensions.map(({ id }, at) => {
      const value = row.keys[id] ?? '';
      const label = row.labels[id]?.[language] || value || say(language, 'unknown');
      if (value === OTHERS) return element('th', { scope: at === 0 ? 'row' : undefined }, label);
      const name = element('button', { type: 'button', class: 'open', 'aria-label': say(language, 'drill', { label }), onclick: () => onDrill(id, value) }, label);
      return element('th', { scope: at === 0 ? 'row' : undefined }, name);
    }),
    ...values(row.values, row.before, row)));

  const made = element('table', { class: 'result' },
    element('caption', { class: 'unseen' }, caption),
    element('thead', {}, element('tr', {},
      ...dimensions.map((dimension) => head(dimension.id, dimension[language], '')),
      ...measures.flatMap((measure) => [
        head(measure.id, nameOf(measure, language), 'figure', unitName(language, measure.unit)),
        ...(compares ? [element('th', { scope: 'col', class: 'figure' }, say(language, view.changesSince ? 'then' : 'before')), element('th', { scope: 'col', class: 'figure' }, say(language, 'change'))] : []),
      ]))),
    element('tbody', {}, ...body),
    element('tfoot', {}, element('tr', {}, element('th', { scope: 'row', colspan: String(Math.max(1, dimensions.length)), title: say(language, 'overallHint') }, say(language, 'overall')), ...values(total, totalBefore, undefined))));
  const left = rows.length - shown.length;
  return [
    element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption }, made),
    element('p', { class: 'faint small rows' }, say(language, 'rowsShown', { n: String(rows.length) }),
      left > 0 ? element('button', { type: 'button', class: 'quiet small', onclick: onMore }, say(language, 'more', { n: String(Math.min(left, ROWS_AT_ONCE)) })) : null),
  ];
}
