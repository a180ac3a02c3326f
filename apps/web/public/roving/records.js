import { formatTime } from '../block-view.js';
import { element } from '../element.js';
import { formatYuan } from '../figures.js';
import { get, post } from '../staff/call.js';
import { form } from '../staff/form.js';
import { rowsTable } from '../staff/table.js';
import { say } from './words.js';

/** @typedef {import('../staff/shell.js').Shown} Shown */
/** @typedef {{ sequence: number, kind: 'RECEIPT' | 'VOID', status: 'RECEIVED' | 'POSTED' | 'HELD' | 'REFUSED', invoiceNo: string, accountNo: string, amountFen: string, takenAt?: string, code?: string, zh?: string, en?: string, decidedBy?: string, reason?: string, forked: boolean, unchained: boolean }} Row */

const RECORDS_AT_ONCE = 50;
/** A receipt that was taken back on the device before it came: there is nothing to decide. */
const TAKEN_BACK = 'TAKEN_BACK';

/** What a device signed and what became of it, with what a second person may decide. @param {Shown} shown @param {string} path @param {boolean} openOnly */
export async function recordsPanel(shown, path, openOnly) {
  const { language, actor, look } = shown;
  const body = element('tbody');
  const more = element('div', {});
  const dialog = element('dialog', { class: 'ask' });
  const head = /** @type {const} */ (['sequence', 'kind', 'invoiceNo', 'accountNo', 'amount', 'takenAt', 'outcome']);
  const table = rowsTable(say(language, 'records'), head.map((word) => ({ label: say(language, word), figure: word === 'amount' })), body);

  /** @param {number} fromSequence */
  const page = async (fromSequence) => {
    const query = new URLSearchParams({ open: String(openOnly), pageSize: String(RECORDS_AT_ONCE), ...(fromSequence > 0 && { fromSequence: String(fromSequence) }) });
    /** @type {{ records: readonly Row[], nextFromSequence?: number }} */
    const { records, nextFromSequence } = await get(actor, `${path}/records?${query}`);
    body.append(...records.map((record) => rowOf(record, shown, path, dialog)));
    more.replaceChildren(...(nextFromSequence ? [element('button', { type: 'button', class: 'quiet', onclick: () => void shown.trying(() => page(nextFromSequence)) }, say(language, 'more'))] : []));
  };
  await page(0);
  const choice = (/** @type {boolean} */ open, /** @type {'onlyOpen' | 'allRecords'} */ word) => element('button', { type: 'button', 'aria-pressed': String(open === openOnly), onclick: () => look({ records: open ? '' : 'all' }) }, say(language, word));
  return element('section', { class: 'block', id: 'records', 'aria-labelledby': 'records-heading' },
    element('header', {}, element('h2', { id: 'records-heading' }, say(language, 'records')), element('div', { class: 'choices' }, choice(true, 'onlyOpen'), choice(false, 'allRecords'))),
    body.childElementCount === 0 ? element('p', { class: 'faint' }, say(language, openOnly ? 'noRecords' : 'noRecordsAtAll')) : table, more, dialog);
}

/** @param {Row} record @param {Shown} shown @param {string} path @param {HTMLDialogElement} dialog @returns {HTMLTableRowElement} */
function rowOf(record, shown, path, dialog) {
  const { language, isManager } = shown;
  const { sequence, kind, status, forked, unchained, decidedBy, reason, takenAt, code } = record;
  const mayDecide = isManager && !forked && code !== TAKEN_BACK && (status === 'HELD' || status === 'REFUSED');
  const made = element('tr', {},
    element('th', { scope: 'row' }, String(sequence)), element('td', {}, say(language, kind)), element('td', {}, record.invoiceNo), element('td', {}, record.accountNo),
    element('td', { class: 'figure' }, formatYuan(BigInt(record.amountFen))), element('td', {}, takenAt ? formatTime(new Date(takenAt)) : say(language, 'none')),
    element('td', {}, element('div', { class: 'outcome' },
      element('span', { class: 'marks' }, element('span', { class: `mark ${status.toLowerCase()}` }, say(language, status)), ...(forked ? [element('span', { class: 'mark forked' }, say(language, 'isForked'))] : []), ...(unchained ? [element('span', { class: 'mark unchained' }, say(language, 'isUnchained'))] : [])),
      element('span', {}, record[language] ?? ''),
      decidedBy ? element('span', { class: 'faint small' }, say(language, 'decidedBy', { who: decidedBy, reason: reason ?? '' })) : null,
      mayDecide ? element('span', { class: 'acts' }, button(true), ...(status === 'HELD' ? [button(false)] : [])) : null)));

  /** @param {boolean} approve */
  function button(approve) {
    const what = say(language, !approve ? 'refuse' : status === 'HELD' ? 'approve' : 'retry');
    return element('button', { type: 'button', class: 'quiet small', onclick: () => ask(approve, what) }, what);
  }

  /** @param {boolean} approve @param {string} what */
  function ask(approve, what) {
    const { form: asked } = form({
      language, submit: what, hint: say(language, 'decideHint'), fields: [{ name: 'reason', label: say(language, 'reason') }],
      onSubmit: async (values, key) => {
        /** @type {Row} */
        const now = await post(shown.actor, `${path}/records/${sequence}/decision`, { approve, ...values }, key);
        dialog.close();
        made.replaceWith(rowOf(now, shown, path, dialog));
        shown.done(now.status === 'POSTED' ? say(language, 'decidedPosted', { n: sequence }) : say(language, 'decidedOther', { n: sequence, why: now[language] || say(language, now.status) }));
      },
    });
    asked.querySelector('.acts')?.append(element('button', { type: 'button', class: 'quiet', onclick: () => dialog.close() }, say(language, 'cancel')));
    dialog.replaceChildren(element('h2', {}, say(language, 'decide', { n: sequence, what })), asked);
    dialog.showModal();
  }

  return made;
}
