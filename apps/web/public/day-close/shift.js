import { formatTime } from '../block-view.js';
import { element } from '../element.js';
import { formatYuan } from '../figures.js';
import { get } from '../staff/call.js';
import { closeForm, recountForm, signOffForm, slipsForm } from './close.js';
import { differencesPanel } from './differences.js';
import { table, yuanCells } from './rows.js';
import { say } from './words.js';

/** @typedef {import('../staff/shell.js').Shown} Shown */
/** @typedef {{ differenceId: string, status: 'PROPOSED' | 'APPROVED' | 'REFUSED' | 'BOOKED', proposedBy: string, decidedBy?: string, reason?: string }} Correction */
/**
 * @typedef {{ shiftId: string, collectorId: string, outletId: string, teamId?: string, day: string, floatFen: string, status: 'OPEN' | 'CLOSED' | 'SIGNED_OFF', openedAt?: string, closedAt?: string,
 *   records?: { topUpCount: number, topUpFen: string, reversedCount: number, reversedFen: string }, sums?: { invoicesFen: string, recordsFen: string, slipsFen: string, balanced: boolean },
 *   signedOffBy?: string, signOffReason?: string, signedOffAt?: string, invoiceRecounts: number, corrections: readonly Correction[] }} Shift
 */
/** @typedef {{ postingId: string, accountNo: string, invoiceNo: string, amountFen: string, takenAt?: string }} ShiftRecord */

/** One shift: what it came to, what differs, and what can be done by whom. @param {Shown} shown @param {string} shiftId */
export async function shiftView(shown, shiftId) {
  const { language, actor } = shown;
  const path = `/api/v1/shifts/${encodeURIComponent(shiftId)}`;
  /** @type {Shift} */
  const shift = await get(actor, path);
  const isOwn = actor === `cashier:${shift.collectorId}`;
  const section = (/** @type {'close' | 'file' | 'recount' | 'signOff'} */ id, /** @type {Node} */ content) => element('details', { class: 'block', id, ...(id === 'close' && { open: true }) }, element('summary', {}, say(language, id)), content);
  if (shift.status === 'OPEN') return [factsOf(shift, language), isOwn ? section('close', closeForm(shown, path, shift)) : element('p', { class: 'block faint' }, say(language, 'notClosed'))];
  const [explained, { records }] = await Promise.all([get(actor, `${path}/differences`), get(actor, `${path}/records`)]);
  return [
    factsOf(shift, language),
    sumsOf(explained, language),
    differencesPanel(shown, path, shift, explained.differences),
    ...(shift.status === 'CLOSED' ? (isOwn ? [section('file', slipsForm(shown, path, shift)), section('recount', recountForm(shown, path))] : [section('signOff', signOffForm(shown, path, shift))]) : []),
    element('details', { class: 'block', id: 'records' }, element('summary', {}, say(language, 'recordList')), recordsOf(records, language)),
  ];
}

/** @param {Shift} shift @param {import('../words.js').Language} language */
function factsOf({ shiftId, collectorId, outletId, teamId, day, floatFen, status, openedAt, closedAt, records, invoiceRecounts, signedOffBy, signedOffAt, signOffReason }, language) {
  const time = (/** @type {string | undefined} */ at) => (at ? formatTime(new Date(at)) : say(language, 'none'));
  const yuan = (/** @type {string} */ fen) => formatYuan(BigInt(fen));
  const taken = records && [say(language, 'topUps', { n: records.topUpCount, yuan: yuan(records.topUpFen) }), ...(records.reversedCount > 0 ? [say(language, 'reversed', { n: records.reversedCount, yuan: yuan(records.reversedFen) })] : []), ...(invoiceRecounts > 0 ? [say(language, 'recounted', { n: invoiceRecounts })] : [])].join(' · ');
  /** @type {[string, Node | string][]} */
  const pairs = [
    [say(language, 'status'), element('span', { class: `mark is-${status.toLowerCase()}` }, say(language, status))], [say(language, 'collectorId'), collectorId], [say(language, 'outletId'), outletId], [say(language, 'teamId'), teamId ?? say(language, 'none')],
    [say(language, 'day'), day], [say(language, 'floatYuan'), yuan(floatFen)], [say(language, 'openedAt'), time(openedAt)],
    ...(closedAt ? [/** @type {[string, string]} */ ([say(language, 'closedAt'), time(closedAt)])] : []), ...(taken ? [/** @type {[string, string]} */ ([say(language, 'records'), taken])] : []),
    ...(signedOffBy ? [/** @type {[string, string]} */ ([say(language, 'signedOffBy'), [signedOffBy, time(signedOffAt), signOffReason].filter(Boolean).join(' · ')])] : []),
  ];
  return element('section', { class: 'block', id: 'facts', 'aria-label': shiftId }, element('dl', { class: 'facts-list' }, ...pairs.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)])));
}

/** Each side against what was really taken. @param {{ takenFen: string, sums: Record<string, string | undefined> }} explained @param {import('../words.js').Language} language */
function sumsOf({ takenFen, sums }, language) {
  const rows = /** @type {const} */ (['invoices', 'records', 'cash', 'slips', 'bank']).map((side) => {
    const fen = sums[`${side}Fen`];
    const off = fen === undefined ? undefined : String(BigInt(fen) - BigInt(takenFen));
    return element('tr', {}, element('th', { scope: 'row' }, say(language, side)), ...(fen === undefined ? [element('td', { class: 'figure faint' }, say(language, 'bankLater')), element('td', {})] : yuanCells([fen, off], language)));
  });
  return element('section', { class: 'block', id: 'sums', 'aria-labelledby': 'sums-heading' }, element('h2', { id: 'sums-heading' }, say(language, 'sums')), element('p', {}, say(language, 'taken', { yuan: formatYuan(BigInt(takenFen)) })), table(language, 'sums', ['side', 'amount', 'off'], rows));
}

/** @param {readonly ShiftRecord[]} records @param {import('../words.js').Language} language */
function recordsOf(records, language) {
  if (records.length === 0) return element('p', { class: 'faint' }, say(language, 'noRecords'));
  return table(language, 'recordList', ['invoiceNo', 'accountNo', 'amount', 'takenAt', 'postingId'], records.map(({ invoiceNo, accountNo, amountFen, takenAt, postingId }) => element('tr', {},
    element('th', { scope: 'row' }, invoiceNo), element('td', {}, accountNo), ...yuanCells([amountFen], language), element('td', {}, takenAt ? formatTime(new Date(takenAt)) : say(language, 'none')), element('td', {}, postingId))));
}
