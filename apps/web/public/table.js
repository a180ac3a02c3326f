import { element } from './element.js';
import { formatFigure, isAdditive, magnitude, sum } from './figures.js';
import { say } from './words.js';

/** @typedef {import('./ask.js').Row} Row */
/** @typedef {import('./blocks.js').Block} Block */
/** @typedef {import('./words.js').Language} Language */

/**
 * Where there is money, it is what the rows are ordered and their bars drawn by.
 * @param {Block} block
 */
function leading({ measures }) {
  return measures.some(({ id }) => id === 'amountFen') ? 'amountFen' : 'count';
}

/**
 * Largest first, so that what matters is on top; equal ones by key, so that nothing jumps at a refresh.
 * @param {Block} block
 * @param {readonly Row[]} rows
 */
export function inOrder(block, rows) {
  const { dimension } = block;
  const by = leading(block);
  const key = (/** @type {Row} */ row) => row.keys[dimension] ?? '';
  return [...rows].sort((a, b) => magnitude(b.values[by]) - magnitude(a.values[by]) || key(a).localeCompare(key(b)));
}

/**
 * @param {Row} row
 * @param {string} dimension
 * @param {Language} language
 */
export function labelOf(row, dimension, language) {
  return row.labels[dimension]?.[language] || row.keys[dimension] || say(language, 'unknown');
}

/**
 * @param {{ block: Block, caption: string, rows: readonly Row[], language: Language, onOpen?: ((row: Row) => void) | undefined }} options
 * `onOpen` makes the row's name a button.
 */
export function table({ block, caption, rows, language, onOpen }) {
  const { dimension, measures } = block;
  const ordered = inOrder(block, rows);
  const by = leading(block);
  const largest = Math.max(1, ...rows.map(({ values }) => magnitude(values[by])));
  return element(
    'table',
    {},
    element('caption', { class: 'unseen' }, caption),
    element(
      'thead',
      {},
      element('tr', {}, element('th', { scope: 'col' }, say(language, /** @type {any} */ (dimension))), ...measures.map(({ word }) => element('th', { scope: 'col', class: 'figure' }, say(language, word)))),
    ),
    element(
      'tbody',
      {},
      ...ordered.map((row) => {
        const label = labelOf(row, dimension, language);
        const bar = element('span', { class: 'bar', 'aria-hidden': 'true' });
        bar.style.inlineSize = `${(100 * magnitude(row.values[by])) / largest}%`;
        const name = onOpen
          ? element('button', { type: 'button', class: 'open', 'aria-label': say(language, 'openRegion', { region: label }), 'data-key': row.keys[dimension] ?? '', onclick: () => onOpen(row) }, label)
          : element('span', {}, label);
        return element(
          'tr',
          {},
          element('th', { scope: 'row' }, element('div', { class: 'name' }, name, element('span', { class: 'track' }, bar))),
          ...measures.map(({ id }) => element('td', { class: 'figure' }, formatFigure(id, row.values[id]))),
        );
      }),
    ),
    element(
      'tfoot',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, say(language, 'total')),
        ...measures.map(({ id }) => element('td', { class: 'figure' }, isAdditive(id) ? formatFigure(id, sum(id, rows.map(({ values }) => values[id]))) : '')),
      ),
    ),
  );
}
