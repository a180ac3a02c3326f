import { Charge, ChargeBatchManifest } from '@youdian/contracts-billing/events';
import { headerText, Poison, type InRecord } from '@youdian/messaging';
import { BATCH_LINES_MAX } from '../ledger/limits.ts';
import { isChargeId } from './check.ts';

const CHARGE_TYPE = 'youdian.billing.v1.Charge';
const MANIFEST_TYPE = 'youdian.billing.v1.ChargeBatchManifest';
const WHOLE_FEN = /^-?\d{1,18}$/;

/** What a sender puts on the topic. */
export type Sent = { readonly charge: Charge } | { readonly manifest: ChargeBatchManifest };

/** Reads a sender's record; throws Poison for what nobody could answer, because it names no charge and no batch. */
export function decodeSent({ value, headers }: InRecord): Sent {
  const type = headerText(headers?.['ce_type']);
  if (value === null) throw new Poison('the value is missing');
  const json = parse(value.toString());
  if (type === MANIFEST_TYPE) return { manifest: manifestOf(json) };
  if (type !== undefined && type !== CHARGE_TYPE) throw new Poison(`ce_type is neither ${CHARGE_TYPE} nor ${MANIFEST_TYPE}`);
  checkFen(json, 'amountFen', 'amount_fen');
  const charge = fromJson(Charge, json);
  if (!isChargeId(charge.chargeId)) throw new Poison('chargeId is missing, too long, or has characters that an id may not have');
  if (charge.batchId !== '' && !(isChargeId(charge.batchId) && isLine(charge.line))) throw new Poison(`batchId is no id, or line is not from 1 to ${BATCH_LINES_MAX}`);
  return { charge };
}

function manifestOf(json: Record<string, unknown>): ChargeBatchManifest {
  checkFen(json, 'sumFen', 'sum_fen');
  const manifest = fromJson(ChargeBatchManifest, json);
  if (!isChargeId(manifest.batchId)) throw new Poison('batchId is missing, too long, or has characters that an id may not have');
  if (!isLine(manifest.count)) throw new Poison(`count is not from 1 to ${BATCH_LINES_MAX}`);
  return manifest;
}

function fromJson<M>(message: { fromJSON(json: unknown): M }, json: unknown): M {
  try {
    return message.fromJSON(json);
  } catch {
    throw new Poison('a field is of a kind that it cannot be');
  }
}

export function isLine(line: number): boolean {
  return Number.isSafeInteger(line) && line >= 1 && line <= BATCH_LINES_MAX;
}

/** At most 18 digits, so that it fits into 64 bits. */
export function isWholeFen(text: string): boolean {
  return WHOLE_FEN.test(text);
}

function checkFen(json: Record<string, unknown>, name: string, protoName: string): void {
  const amount = json[name] ?? json[protoName] ?? '0';
  if ((typeof amount === 'string' || typeof amount === 'number') && isWholeFen(String(amount)) && !(typeof amount === 'number' && !Number.isSafeInteger(amount))) return;
  throw new Poison(`${name} is not a whole number of fen`);
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
