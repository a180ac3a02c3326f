import { Rejected } from '@youdian/rejection';
import type { Actor } from '@youdian/service-host';
import { z } from 'zod';
import { CHARGE_MAX_FEN } from '../ledger/limits.ts';
import { BILLING_CENTER, type Sender, type SenderChannel } from './sender.ts';

const SENDERS_MAX = 64;
const LISTED_MAX = 1_000;
const LIST = (form: RegExp) => z.array(z.string().regex(form)).min(1).max(LISTED_MAX).optional();

const sender = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  name: z.string().min(1).max(50),
  channels: z.array(z.enum(['topic', 'stream', 'file'])).min(1).default([...BILLING_CENTER.channels]),
  amountMaxFen: z.string().regex(/^[1-9]\d{0,11}$/).transform(BigInt).refine((fen) => fen <= CHARGE_MAX_FEN).default(CHARGE_MAX_FEN),
  accountPrefixes: LIST(/^\d{1,10}$/),
  regions: LIST(/^[A-Z0-9-]{1,16}$/),
  lines: LIST(/^[A-Z0-9-]{1,16}$/),
  usageNatures: z.array(z.enum(['LARGE_INDUSTRIAL', 'GENERAL_COMMERCIAL', 'RESIDENTIAL', 'AGRICULTURAL', 'WHOLESALE'])).min(1).optional(),
});

/** `CHARGE_SENDERS`: a JSON list of who hands in charges, with their rights. */
export const sendersSetting = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('must be a JSON list of senders');
      return z.NEVER;
    }
  })
  .pipe(z.array(sender).min(1).max(SENDERS_MAX))
  .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, 'names a sender twice')
  .transform((list): readonly Sender[] => list)
  .default([BILLING_CENTER]);

/** Finds the sender behind what arrives. */
export class Senders {
  readonly #byId: ReadonlyMap<string, Sender>;

  constructor(senders: readonly Sender[]) {
    this.#byId = new Map(senders.map((one) => [one.id, one]));
  }

  /** By `ce_source`, `/<id>`; who names none is the billing center. Undefined where the topic is not theirs to write to. */
  ofSource(source: string | undefined): Sender | undefined {
    const found = this.#byId.get(source === undefined ? BILLING_CENTER.id : source.replace(/^\//, ''));
    return found?.channels.includes('topic') ? found : undefined;
  }

  /** Throws Rejected where the caller is no sender, or may not send in this way. */
  ofCaller(actor: Actor, channel?: SenderChannel): Sender {
    const found = actor.role === 'integrator' ? this.#byId.get(actor.id) : undefined;
    if (!found) throw new Rejected(senderUnknown(actor.name));
    if (channel && !found.channels.includes(channel)) throw new Rejected(channelNotTheirs(found, channel));
    return found;
  }
}

function senderUnknown(actor: string) {
  return {
    kind: 'forbidden', code: 'SENDER_UNKNOWN', field: 'actor',
    zh: `${actor} 不在电费发送方名单中，请由平台人员配置（CHARGE_SENDERS）。`, en: `${actor} is no sender of charges: the platform team adds senders to CHARGE_SENDERS.`,
  } as const;
}

function channelNotTheirs({ name, channels }: Sender, channel: SenderChannel) {
  return {
    kind: 'forbidden', code: 'SENDER_CHANNEL_NOT_ALLOWED', field: 'actor',
    zh: `${name}不能以 ${channel} 方式送电费；可用：${channels.join('、')}。`, en: `This sender may not hand in charges by ${channel}; these it may: ${channels.join(', ')}.`,
  } as const;
}
