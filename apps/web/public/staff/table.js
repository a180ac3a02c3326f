import { element } from '../element.js';

/**
 * A table of rows that its caption names to who cannot see it.
 * @param {string} caption @param {readonly { readonly label: string, readonly figure?: boolean }[]} head @param {HTMLTableSectionElement} body
 */
export function rowsTable(caption, head, body) {
  return element('div', { class: 'scroll' }, element('table', { class: 'rows' },
    element('caption', { class: 'unseen' }, caption),
    element('thead', {}, element('tr', {}, ...head.map(({ label, figure = false }) => element('th', { scope: 'col', class: figure ? 'figure' : '' }, label)))),
    body));
}
