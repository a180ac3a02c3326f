import type { Charge } from '@youdian/contracts-billing/events';
import type { RefusedMessage, SubmitChargesRequest, SubmitChargesResponse } from '@youdian/contracts-billing/charge_intake';
import type { Call } from '@youdian/service-host';
import { currentTraceparent } from '@youdian/telemetry';
import type { AccountDirectory } from '../accounts/directory.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { gather } from '../streams/gather.ts';
import { overlap } from '../streams/overlap.ts';
import { takeManifest } from './batches.ts';
import { CHARGE_REFUSALS, isChargeId, type RefusalCode } from './check.ts';
import { isLine } from './decode.ts';
import type { Sender } from './sender.ts';
import type { Senders } from './senders.ts';
import { refuseLines, takeCharges } from './take.ts';

const GROUP_MESSAGES = 1_000;
/** How long a message waits for others to be committed with. */
const LINGER_MS = 5;
const GROUPS_IN_FLIGHT = 4;

interface Group {
  /** Of its first message in the call, from 1. */
  readonly first: number;
  readonly messages: readonly SubmitChargesRequest[];
}

/** Charges and manifests one after another; what cannot be taken is named in an answer, and the others go on. */
export function submitCharges(shards: Shards, directory: AccountDirectory, senders: Senders) {
  return async function* (requests: AsyncIterable<SubmitChargesRequest>, { actor }: Call): AsyncIterable<SubmitChargesResponse> {
    const sender = senders.ofCaller(actor, 'stream');
    const ends = new Map<number, number>();
    let through = 0;
    for await (const { first, count, ...taken } of overlap(numbered(requests), GROUPS_IN_FLIGHT, (group) => takeGroup(shards, directory, sender, group))) {
      ends.set(first, first + count - 1);
      for (let end = ends.get(through + 1); end !== undefined; end = ends.get(through + 1)) {
        ends.delete(through + 1);
        through = end;
      }
      yield { through: BigInt(through), ...taken };
    }
  };
}

async function* numbered(requests: AsyncIterable<SubmitChargesRequest>): AsyncIterable<Group> {
  let first = 1;
  for await (const messages of gather(requests, GROUP_MESSAGES, LINGER_MS)) {
    yield { first, messages };
    first += messages.length;
  }
}

async function takeGroup(shards: Shards, directory: AccountDirectory, sender: Sender, { first, messages }: Group) {
  const traceparent = currentTraceparent();
  const refused: RefusedMessage[] = [];
  const refuse = (at: number, chargeId: string, code: RefusalCode | 'CHARGE_BATCH_REUSED' | 'MANIFEST_INVALID' | 'MESSAGE_EMPTY') => {
    const [reasonZh, reasonEn] = { ...CHARGE_REFUSALS, ...MESSAGE_REFUSALS }[code];
    refused.push({ message: BigInt(first + at), chargeId, code, reasonZh, reasonEn });
  };
  const charges: { readonly at: number; readonly charge: Charge }[] = [];
  await Promise.all(messages.map(async ({ charge, manifest }, at) => {
    if (manifest) {
      const isOne = isChargeId(manifest.batchId) && isLine(manifest.count);
      if (!isOne) refuse(at, '', 'MANIFEST_INVALID');
      else if (!(await takeManifest(shards, manifest, sender))) refuse(at, '', 'CHARGE_BATCH_REUSED');
    } else if (!charge) refuse(at, '', 'MESSAGE_EMPTY');
    else if (charge.batchId !== '' && !(isChargeId(charge.batchId) && isLine(charge.line))) refuse(at, isChargeId(charge.chargeId) ? charge.chargeId : '', 'LINE_INVALID');
    else if (isChargeId(charge.chargeId)) charges.push({ at, charge });
    else {
      if (charge.batchId !== '') await refuseLines(shards, sender, charge.batchId, [{ line: charge.line, code: 'CHARGE_ID_INVALID' }]);
      refuse(at, '', 'CHARGE_ID_INVALID');
    }
  }));
  charges.sort((a, b) => a.at - b.at);
  const outcomes = await takeCharges(shards, directory, charges.map(({ charge }) => ({ charge, traceparent })), sender);
  let [posted, repeated] = [0n, 0n];
  for (const [i, outcome] of outcomes.entries()) {
    if (outcome === 'posted') posted += 1n;
    else if (outcome === 'repeated') repeated += 1n;
    else refuse(charges[i]!.at, charges[i]!.charge.chargeId, outcome.refused);
  }
  refused.sort((a, b) => Number(a.message - b.message));
  return { first, count: messages.length, posted, repeated, refused };
}

const MESSAGE_REFUSALS = {
  CHARGE_BATCH_REUSED: ['此批次号已有另一份清单，以先到的为准；请换一个批次号。', 'This batch id has another manifest, which stands: use another batch id.'],
  MANIFEST_INVALID: ['清单的批次号须为 1 到 64 个字母、数字或 . _ : / -，行数从 1 到 10,000,000。', 'The batch id of a manifest has 1 to 64 letters, digits or . _ : / -, and its count is from 1 to 10,000,000.'],
  MESSAGE_EMPTY: ['消息里既没有电费也没有清单。', 'The message has neither a charge nor a manifest.'],
} as const;
