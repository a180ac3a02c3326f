import { Charge } from '@youdian/contracts-billing/events';
import { headerText, Poison, type InRecord } from '@youdian/messaging';
import { isChargeId } from './check.ts';

const CHARGE_TYPE = 'youdian.billing.v1.Charge';
const WHOLE_FEN = /^-?\d{1,18}$/;

/** Reads the billing center's record; throws Poison for what nobody could answer, because it names no charge. */
export function decodeCharge({ value, headers }: InRecord): Charge {
  const type = headerText(headers?.['ce_type']);
  if (type !== undefined && type !== CHARGE_TYPE) throw new Poison(`ce_type is not ${CHARGE_TYPE}`);
  if (value === null) throw new Poison('the value is missing');
  const json = parse(value.toString());
  const amount = json['amountFen'] ?? json['amount_fen'] ?? '0';
  if (!WHOLE_FEN.test(String(amount)) || (typeof amount === 'number' && !Number.isSafeInteger(amount))) {
    throw new Poison('amountFen is not a whole number of fen');
  }
  const charge = Charge.fromJSON(json);
  if (!isChargeId(charge.chargeId)) throw new Poison('chargeId is missing, too long, or has characters that an id may not have');
  return charge;
}

function parse(text: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Poison('the value is not JSON');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Poison('the value is no JSON object');
  return json as Record<string, unknown>;
}
