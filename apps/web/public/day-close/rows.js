import { element } from '../element.js';
import { formatYuan } from '../figures.js';
import { rowsTable } from '../staff/table.js';
import { say } from './words.js';

/** @typedef {import('../words.js').Language} Language */
/** @typedef {Parameters<typeof say>[1]} Word */

const FIGURES = new Set(['invoices', 'records', 'slips', 'amount', 'off', 'shifts', 'unbalanced']);

/** @param {Language} language @param {Word} caption @param {readonly Word[]} head @param {readonly Node[]} rows */
export function table(language, caption, head, rows) {
  return rowsTable(say(language, caption), head.map((word) => ({ label: say(language, word), figure: FIGURES.has(word) })), element('tbody', {}, ...rows));
}

/** @param {readonly (string | undefined)[]} amounts @param {Language} language */
export function yuanCells(amounts, language) {
  return amounts.map((fen) => element('td', { class: 'figure' }, fen === undefined ? say(language, 'none') : formatYuan(BigInt(fen))));
}
