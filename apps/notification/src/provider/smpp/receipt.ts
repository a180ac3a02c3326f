import type { Pdu } from 'smpp';
import type { Receipt } from '../provider.ts';

const DELIVERY_RECEIPT = 0x04;
const STATE_DELIVERED = 2;
/** ENROUTE, SCHEDULED and ACCEPTED are not the end. */
const STATES_UNDER_WAY = [0, 1, 6];
const WORDS_UNDER_WAY = ['ENROUTE', 'ACCEPTD'];

/**
 * A delivery receipt of SMPP 3.4: by its parameters where the SMSC sends them, else by the usual text
 * `id:… stat:DELIVRD …`. Undefined for anything else, and for a state that is not the last.
 */
export function readReceipt(pdu: Pick<Pdu, 'esm_class' | 'short_message' | 'receipted_message_id' | 'message_state'>): Receipt | undefined {
  if (((pdu.esm_class ?? 0) & DELIVERY_RECEIPT) === 0) return undefined;
  const text = pdu.short_message?.message?.toString() ?? '';
  const providerMessageId = pdu.receipted_message_id ?? /\bid:(\S+)/.exec(text)?.[1];
  if (!providerMessageId) return undefined;
  if (pdu.message_state !== undefined) {
    return STATES_UNDER_WAY.includes(pdu.message_state) ? undefined : { providerMessageId, delivered: pdu.message_state === STATE_DELIVERED };
  }
  const word = /\bstat:(\w+)/.exec(text)?.[1];
  if (!word || WORDS_UNDER_WAY.includes(word)) return undefined;
  return { providerMessageId, delivered: word === 'DELIVRD' };
}
