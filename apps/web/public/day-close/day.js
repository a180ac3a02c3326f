import { element } from '../element.js';
import { get, post } from '../staff/call.js';
import { form } from '../staff/form.js';
import { typed } from '../staff/typed.js';
import { table, yuanCells } from './rows.js';
import { say } from './words.js';

/** @typedef {import('../staff/shell.js').Shown} Shown */
/** @typedef {import('./shift.js').Shift} Shift */
/** @typedef {{ id: string, shifts: number, open: number, waiting: number, invoicesFen: string, recordsFen: string, slipsFen: string, unbalanced: number }} Total */
/** @typedef {{ shifts: readonly Shift[], outlets: readonly Total[], teams: readonly Total[], company: Total }} Day */

/** The shifts of a day: a manager's with the totals, a collector's own. @param {Shown} shown @param {string} day */
export async function dayView(shown, day) {
  const { language, actor, isManager, look } = shown;
  /** @type {Day} */
  const { shifts, outlets, teams, company } = await get(actor, `/api/v1/day-closes/${encodeURIComponent(day)}`);
  const own = isManager ? shifts : shifts.filter(({ collectorId }) => `cashier:${collectorId}` === actor);
  const { form: chosen } = form({ language, submit: say(language, 'apply'), fields: [{ name: 'day', label: say(language, 'day'), value: day }], onSubmit: async (values) => look(values) });
  chosen.classList.add('inline');
  const named = (/** @type {readonly Total[]} */ totals, /** @type {'outletId' | 'teamId'} */ what) => totals.map((total) => ({ ...total, name: say(language, 'of', { what: say(language, what), id: total.id }) }));
  return [
    ...(isManager ? [] : [element('details', { class: 'block', id: 'open' }, element('summary', {}, say(language, 'openShift')), openForm(shown))]),
    element('section', { class: 'block', id: 'shifts', 'aria-label': say(language, 'shifts') }, chosen, own.length === 0 ? element('p', { class: 'faint' }, say(language, 'noShifts')) : shiftTable(own, shown)),
    ...(isManager && shifts.length > 0 ? [element('section', { class: 'block', id: 'totals', 'aria-labelledby': 'totals-heading' }, element('h2', { id: 'totals-heading' }, say(language, 'totals')), totalTable([...named(teams, 'teamId'), ...named(outlets, 'outletId'), { ...company, name: say(language, 'company') }], shown))] : []),
  ];
}

/** @param {readonly Shift[]} shifts @param {Shown} shown */
function shiftTable(shifts, { language, look }) {
  const rows = shifts.map(({ shiftId, collectorId, outletId, teamId, status, sums }) => element('tr', {},
    element('th', { scope: 'row' }, element('button', { type: 'button', class: 'open', onclick: () => look({ shift: shiftId }) }, shiftId)),
    element('td', {}, collectorId), element('td', {}, outletId), element('td', {}, teamId ?? say(language, 'none')),
    element('td', {}, element('span', { class: `mark is-${status.toLowerCase()}` }, say(language, status))),
    ...yuanCells([sums?.invoicesFen, sums?.recordsFen, sums?.slipsFen], language),
    element('td', {}, sums ? say(language, sums.balanced ? 'balanced' : 'unbalanced') : say(language, 'none'))));
  return table(language, 'shifts', ['shiftId', 'collectorId', 'outletId', 'teamId', 'status', 'invoices', 'records', 'slips', 'difference'], rows);
}

/** @param {readonly (Total & { name: string })[]} totals @param {Shown} shown */
function totalTable(totals, { language }) {
  const rows = totals.map(({ name, shifts, open, waiting, invoicesFen, recordsFen, slipsFen, unbalanced }) => element('tr', {},
    element('th', { scope: 'row' }, name), element('td', { class: 'figure' }, String(shifts)), ...yuanCells([invoicesFen, recordsFen, slipsFen], language), element('td', { class: 'figure' }, String(unbalanced)),
    element('td', {}, [...(open > 0 ? [say(language, 'open', { n: open })] : []), ...(waiting > 0 ? [say(language, 'toSign', { n: waiting })] : [])].join(' · ') || say(language, 'SIGNED_OFF'))));
  return table(language, 'totals', ['totals', 'shifts', 'invoices', 'records', 'slips', 'unbalanced', 'status'], rows);
}

/** @param {Shown} shown */
function openForm({ language, actor, done, look }) {
  return form({
    language, submit: say(language, 'openShift'), hint: say(language, 'openHint'),
    fields: [{ name: 'outletId', label: say(language, 'outletId') }, { name: 'teamId', label: say(language, 'optionalTeam') }, { name: 'floatFen', label: say(language, 'floatYuan'), numeric: true }],
    onSubmit: async (values, key) => {
      const read = typed(values);
      const floatFen = read.fen('floatFen');
      read.check();
      const { outletId, teamId } = values;
      const { shiftId } = await post(actor, '/api/v1/shifts', { outletId, ...(teamId && { teamId }), floatFen }, key);
      done(say(language, 'opened', { id: shiftId }));
      look({ shift: shiftId });
    },
  }).form;
}
