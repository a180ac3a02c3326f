import type { SubmitOutcome } from '../message/decide.ts';

export interface Sms {
  /** 16 bits, the same for every attempt at one message; lets an SMSC that supports it recognise a repeat. */
  readonly reference: number;
  readonly to: string;
  readonly text: string;
}

export interface Receipt {
  readonly providerMessageId: string;
  readonly delivered: boolean;
}

/** Nobody can tell whether the message went out, or the SMSC asks to come again later: not an answer. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** One way to get a text to a phone. A folder per provider implements it. */
export interface SmsProvider {
  /** Throws `OutcomeUnknown`. */
  submit(sms: Sms): Promise<SubmitOutcome>;
  /** What it waits for; undefined when messages can be handed over. */
  trouble(): string | undefined;
  close(): Promise<void>;
}

/** Must be durable before it resolves; throws when the message is not known (yet), so that the SMSC comes again. */
export type ReceiptHandler = (receipt: Receipt) => Promise<void>;
