import { post } from '../staff/call.js';
import { form } from '../staff/form.js';
import { typed, wordsOf } from '../staff/typed.js';
import { deviceOf, invoiceOf, slipOf, toLists } from './typed.js';
import { say } from './words.js';

/** @typedef {import('../staff/shell.js').Shown} Shown */
/** @typedef {import('./shift.js').Shift} Shift */
/** @typedef {Parameters<typeof say>[1]} Word */

/** How a line of a list is to be. @param {'slipForm' | 'invoiceForm' | 'deviceForm'} word */
const lineForm = (word) => (/** @type {import('../words.js').Language} */ language) => say(language, word);

const LISTS = ['slips', 'devices', 'lines', 'withoutPaper'];

/** What the collector counted, and banked. @param {Shown} shown @param {string} path @param {Shift} shift */
export function closeForm(shown, path, { day }) {
  const { language } = shown;
  return sending(shown, `${path}/close`, {
    submit: 'close', hint: 'closeHint', done: 'closed',
    fields: [
      ...countsOf(language), { name: 'countedCashFen', label: say(language, 'countedYuan'), numeric: true }, { name: 'floatReturnedFen', label: say(language, 'returnedYuan'), numeric: true },
      { name: 'slips', label: say(language, 'slipLines'), hint: say(language, 'slipExample'), lines: 3 }, ...exceptionsOf(language), { name: 'devices', label: say(language, 'deviceLines'), lines: 1 },
    ],
    read: (read, values) => ({
      ...paperOf(read, values), countedCashFen: read.fen('countedCashFen'), ...(values['floatReturnedFen'] && { floatReturnedFen: read.fen('floatReturnedFen') }),
      slips: read.lines('slips', lineForm('slipForm'), slipOf(day)), devices: read.lines('devices', lineForm('deviceForm'), deviceOf),
    }),
  });
}

/** @param {Shown} shown @param {string} path @param {Shift} shift */
export function slipsForm(shown, path, { day }) {
  return sending(shown, `${path}/slips`, {
    submit: 'file', done: 'filed', fields: [{ name: 'slips', label: say(shown.language, 'slipLines'), lines: 3 }],
    read: (read) => ({ slips: read.lines('slips', lineForm('slipForm'), slipOf(day)) }),
  });
}

/** @param {Shown} shown @param {string} path */
export function recountForm(shown, path) {
  const { language } = shown;
  return sending(shown, `${path}/recount`, { submit: 'recount', hint: 'recountHint', done: 'recountedNow', fields: [...countsOf(language), ...exceptionsOf(language)], read: paperOf });
}

/** @param {Shown} shown @param {string} path @param {Shift} shift */
export function signOffForm(shown, path, { shiftId }) {
  return sending(shown, `${path}/sign-off`, {
    submit: 'signOff', hint: 'signHint', done: 'signed', about: { id: shiftId }, fields: [{ name: 'reason', label: say(shown.language, 'optionalReason') }],
    read: (_, { reason = '' }) => ({ reason }),
  });
}

/** @typedef {import('../staff/form.js').Field} Field */

/** The invoices, as they were counted. @param {import('../words.js').Language} language @returns {Field[]} */
function countsOf(language) {
  return [{ name: 'invoiceCount', label: say(language, 'invoiceCount'), numeric: true }, { name: 'voidCount', label: say(language, 'voidCount'), numeric: true }, { name: 'invoiceFen', label: say(language, 'invoiceYuan'), numeric: true }];
}

/** Those that are not as recorded. @param {import('../words.js').Language} language @returns {Field[]} */
function exceptionsOf(language) {
  return [{ name: 'withoutPaper', label: say(language, 'withoutPaper'), lines: 1 }, { name: 'lines', label: say(language, 'otherInvoices'), lines: 2 }];
}

/** @param {ReturnType<typeof typed>} read @param {Record<string, string>} values */
function paperOf(read, values) {
  const [lines, withoutPaper] = [read.lines('lines', lineForm('invoiceForm'), invoiceOf), wordsOf(values['withoutPaper'] ?? '')];
  return { invoiceCount: read.count('invoiceCount'), voidCount: read.count('voidCount'), invoiceFen: read.fen('invoiceFen'), ...(lines.length + withoutPaper.length > 0 && { invoices: { lines, withoutPaper } }) };
}

/**
 * A form that sends what was read of it; what is wrong with one line of a list is said at the list.
 * @param {Shown} shown @param {string} path
 * @param {{ submit: Word, hint?: Word, done: Word, about?: Record<string, string>, fields: readonly Field[], read: (read: ReturnType<typeof typed>, values: Record<string, string>) => object }} what
 */
function sending({ language, actor, done, again }, path, { submit, hint, done: told, about = {}, fields, read }) {
  return form({
    language, submit: say(language, submit), ...(hint && { hint: say(language, hint) }), fields,
    onSubmit: async (values, key) => {
      const reading = typed(values);
      const body = read(reading, values);
      reading.check();
      await toLists(() => post(actor, path, body, key), LISTS);
      done(say(language, told, about));
      await again();
    },
  }).form;
}
