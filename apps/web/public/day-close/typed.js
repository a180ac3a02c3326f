/** What a collector types at the close, as the gateway takes it. Lists are typed a line each. */
import { Refused } from '../staff/call.js';
import { countOf, fenOf } from '../staff/typed.js';

const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;
const BANK_ACCOUNT = /^[0-9-]{6,32}$/;
/** An id of digits alone looks like an account, so it says what it is: 由1024, by:1024. */
const STAFF = /^(?:[A-Za-z][A-Za-z0-9_.@-]{0,63}|(?:由|by:)[A-Za-z0-9_.@-]{1,64})$/;
const BY = /^(?:由|by:)/;
const VOID = /^(作废|void)$/i;

/** Times are of the shift's day, in Shanghai; what is left out is left out, the rest is told apart by its form. @param {string} day @returns {(words: string[]) => { slipNo: string, bank: string, amountFen: string, depositedAt?: string, bankAccount?: string, paidInBy?: string } | undefined} */
export function slipOf(day) {
  return ([slipNo, bank, yuan = '', ...rest]) => {
    const amountFen = fenOf(yuan);
    const next = (/** @type {RegExp} */ form) => (form.test(rest[0] ?? '') ? rest.shift() : undefined);
    const [time, bankAccount, paidInBy] = [next(TIME), next(BANK_ACCOUNT), next(STAFF)];
    if (!slipNo || !bank || amountFen === undefined || rest.length > 0) return undefined;
    return { slipNo, bank, amountFen, ...(time && { depositedAt: `${day}T${time}:00+08:00` }), ...(bankAccount && { bankAccount }), ...(paidInBy && { paidInBy: paidInBy.replace(BY, '') }) };
  };
}

/** @param {string[]} words @returns {{ invoiceNo: string, accountNo: string, amountFen: string, voided?: true } | undefined} */
export function invoiceOf([invoiceNo, accountNo, yuan = '', mark, ...more]) {
  const amountFen = fenOf(yuan);
  if (!invoiceNo || !accountNo || amountFen === undefined || more.length > 0 || (mark !== undefined && !VOID.test(mark))) return undefined;
  return { invoiceNo, accountNo, amountFen, ...(mark !== undefined && { voided: /** @type {const} */ (true) }) };
}

/** With or without what it signed. @param {string[]} words */
export function deviceOf([deviceId, sequence = '', ...signed]) {
  const highestSequence = countOf(sequence);
  if (!deviceId || highestSequence === undefined) return undefined;
  if (signed.length === 0) return { deviceId, highestSequence };
  const [receiptCount, receiptFen, voidCount, voidFen] = [countOf(signed[0] ?? ''), fenOf(signed[1] ?? ''), countOf(signed[2] ?? '0'), fenOf(signed[3] ?? '0')];
  if (signed.length > 4 || receiptCount === undefined || receiptFen === undefined || voidCount === undefined || voidFen === undefined) return undefined;
  return { deviceId, highestSequence, signed: { receiptCount, receiptFen, voidCount, voidFen } };
}

/** What is wrong with one entry of a list is said at the list. @template T @param {() => Promise<T>} send @param {readonly string[]} lists @returns {Promise<T>} */
export async function toLists(send, lists) {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const at = (/** @type {string} */ field) => {
      const own = field.replace(/^(declared|invoices)\./, '');
      return lists.find((list) => own.split(/[.[]/)[0] === list) ?? own;
    };
    throw new Refused(error.how, error.problems.map((one) => ({ ...one, field: at(one.field) })));
  }
}
