import { element } from '../element.js';
import { formatYuan } from '../figures.js';
import { post } from '../staff/call.js';
import { form } from '../staff/form.js';
import { say } from './words.js';

/** @typedef {import('../staff/shell.js').Shown} Shown */
/** @typedef {import('./shift.js').Shift} Shift */
/**
 * @typedef {{ differenceId: string, kind: string, amountFen: string, zh: string, en: string, settled: boolean, invoiceNos: readonly string[], postingIds: readonly string[], slipNos: readonly string[], entryRefs: readonly string[], deviceRecords: readonly string[], otherShiftId?: string,
 *   correction: { zh: string, en: string, entries: readonly { account: string, amountFen: string }[] } }} Difference
 */

/** Each difference, why, what it is about, and how it is put right by two persons. @param {Shown} shown @param {string} path @param {Shift} shift @param {readonly Difference[]} differences */
export function differencesPanel(shown, path, shift, differences) {
  const { language } = shown;
  return element('section', { class: 'block', id: 'differences', 'aria-labelledby': 'differences-heading' },
    element('h2', { id: 'differences-heading' }, say(language, 'differences')),
    differences.length === 0 ? element('p', { class: 'faint' }, say(language, 'noDifferences')) : element('ul', { class: 'plain spaced' }, ...differences.map((one) => differenceOf(one, shown, path, shift))));
}

/** @param {Difference} difference @param {Shown} shown @param {string} path @param {Shift} shift */
function differenceOf(difference, shown, path, shift) {
  const { language, actor } = shown;
  const { differenceId, amountFen, settled, invoiceNos, postingIds, slipNos, entryRefs, deviceRecords, otherShiftId, correction: { entries, ...what } } = difference;
  const about = [...invoiceNos, ...postingIds, ...slipNos, ...entryRefs, ...deviceRecords, ...(otherShiftId ? [otherShiftId] : [])];
  const correction = shift.corrections.findLast((one) => one.differenceId === differenceId);
  const isOpen = shift.status === 'CLOSED' && !settled;
  const mayDecide = isOpen && correction?.status === 'PROPOSED' && ![`cashier:${shift.collectorId}`, correction.proposedBy].includes(actor);
  const mayPropose = isOpen && (!correction || correction.status === 'REFUSED');
  return element('li', { id: `difference-${differenceId}` },
    element('div', { class: 'head' }, element('strong', {}, difference[language]), element('span', { class: 'figure' }, formatYuan(BigInt(amountFen))), element('span', { class: `mark ${settled ? 'posted' : 'held'}` }, say(language, settled ? 'settled' : 'unsettled'))),
    about.length > 0 ? element('p', { class: 'faint small' }, about.join(' · ')) : null,
    element('p', {}, `${say(language, 'correction')}${language === 'zh' ? '：' : ': '}${what[language]}`),
    entries.length > 0 ? element('p', { class: 'faint small' }, entries.map(({ account, amountFen: fen }) => `${account} ${formatYuan(BigInt(fen))}`).join(' · ')) : null,
    correction ? element('p', { class: 'small' }, say(language, correction.status, { who: correction.decidedBy ?? correction.proposedBy, reason: correction.reason ?? '' })) : null,
    mayPropose ? proposeForm(shown, path, differenceId) : null,
    ...(mayDecide ? [decideForm(shown, path, differenceId, true), decideForm(shown, path, differenceId, false)] : []));
}

/** @param {Shown} shown @param {string} path @param {string} differenceId */
function proposeForm({ language, actor, done, again }, path, differenceId) {
  return form({
    language, submit: say(language, 'propose'), fields: [],
    onSubmit: async (_, key) => {
      await post(actor, `${path}/corrections`, { differenceId }, key);
      done(say(language, 'proposed'));
      await again();
    },
  }).form;
}

/** @param {Shown} shown @param {string} path @param {string} differenceId @param {boolean} approve */
function decideForm({ language, actor, done, again }, path, differenceId, approve) {
  const { form: made } = form({
    language, submit: say(language, approve ? 'approve' : 'refuse'), danger: !approve, ...(approve && { hint: say(language, 'decideHint') }), fields: [{ name: 'reason', label: say(language, 'reason') }],
    onSubmit: async ({ reason }, key) => {
      await post(actor, `${path}/corrections/${encodeURIComponent(differenceId)}/decide`, { approve, reason }, key);
      done(say(language, 'decided'));
      await again();
    },
  });
  made.classList.add('inline');
  return made;
}
