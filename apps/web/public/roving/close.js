import { element } from '../element.js';
import { formatYuan } from '../figures.js';
import { form } from '../staff/form.js';
import { typed } from '../staff/typed.js';
import { compare } from './shown.js';
import { say } from './words.js';

/** @typedef {import('./shown.js').Totals} Totals */

/** What has come for the collector's shift, and what he or she is to declare. @param {import('../staff/shell.js').Shown} shown @param {import('./device.js').Come} come */
export function closePanel({ language }, come) {
  const { device, shiftId, inShift } = come;
  const heading = element('h2', { id: 'close-heading' }, say(language, 'close'));
  if (!shiftId || !inShift) return element('section', { class: 'block', id: 'close', 'aria-labelledby': 'close-heading' }, heading, element('p', { class: 'faint' }, say(language, 'closeNoShift')));
  const result = element('div', { class: 'result', role: 'status' });
  const fields = /** @type {const} */ (['highestSequence', 'receiptCount', 'receiptYuan', 'voidCount', 'voidYuan']);
  const { form: made } = form({
    language, submit: say(language, 'compare'), hint: say(language, 'closeHint'), fields: fields.map((name) => ({ name, label: say(language, name), numeric: true, ...(name.startsWith('void') && { value: '0' }) })),
    onSubmit: async (values) => {
      result.replaceChildren();
      const shown = read(values);
      const declaration = { deviceId: device.deviceId, ...shown };
      const compared = compare(shown, come);
      const came = { ...inWords(inShift), highest: device.highest };
      const said = 'differs' in compared ? say(language, 'differs', came)
        : 'same' in compared ? say(language, 'same')
        : compared.lacking.receiptCount + compared.lacking.voidCount === 0 ? say(language, 'lacksOthers', { runs: compared.runs }) : say(language, 'lacks', { runs: compared.runs, ...inWords(compared.lacking) });
      result.replaceChildren(element('p', { class: 'same' in compared ? '' : 'problem' }, said), ...('differs' in compared ? [] : [element('pre', {}, JSON.stringify(declaration, null, 2))]));
    },
  });
  made.classList.add('inline');
  return element('section', { class: 'block', id: 'close', 'aria-labelledby': 'close-heading' }, heading, element('p', {}, say(language, 'closeShift', { id: shiftId, ...inWords(inShift) })), made, result);
}

/** @param {Totals} totals */
function inWords({ receiptCount, receiptFen, voidCount, voidFen }) {
  return { receipts: receiptCount, receiptYuan: formatYuan(BigInt(receiptFen)), voids: voidCount, voidYuan: formatYuan(BigInt(voidFen)) };
}

/** What the screen shows, as the close declares it. Throws Refused, naming each field that is wrong. @param {Record<string, string>} values @returns {{ highestSequence: number, signed: Totals }} */
function read(values) {
  const reading = typed(values);
  const highestSequence = reading.count('highestSequence');
  const signed = { receiptCount: reading.count('receiptCount'), receiptFen: reading.fen('receiptYuan'), voidCount: reading.count('voidCount'), voidFen: reading.fen('voidYuan') };
  reading.check();
  return { highestSequence, signed };
}
