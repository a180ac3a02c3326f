import { createHash } from 'node:crypto';
import { faultPoint } from '@youdian/fault-points';
import type { Sealer } from '@youdian/personal-data';
import { Rejected } from '@youdian/rejection';
import { withSpan, type Clock, type Logger } from '@youdian/telemetry';
import { compose } from '../message/compose.ts';
import { attempt, deferral, isDue, isTooLate, receipted, submitted, withdraw, type SubmitOutcome } from '../message/decide.ts';
import { isForMany, type MessageEvent, type MessageState } from '../message/message.ts';
import { ACTOR, awakened, WAITING, type Messages } from '../message/store.ts';
import { OutcomeUnknown, type Receipt, type SmsProvider } from '../provider/provider.ts';
import type { QuietHours } from '../quiet-hours/quiet-hours.ts';
import type { Checked } from '../quiet-hours/still-true.ts';
import { Window, type Lane } from './window.ts';

const SWEEP_EVERY_MS = 1_000;
const SWEEP_BATCH = 500;
/** Of those that waited for the morning: so many a sweep, so that it does not come to the SMSC all at once. */
const AWAKENED_A_SWEEP = 100;
/** Messages on their way to the SMSC at once. */
const IN_FLIGHT = 32;

export interface Contact {
  readonly customerId: string;
  readonly phone: string;
  readonly language: string;
}

export interface SenderOptions {
  readonly messages: Messages;
  readonly provider: SmsProvider;
  /** Undefined where there is no such account or no phone; throws `Rejected` unavailable while nobody can tell. */
  readonly contactOf: (accountNo: string) => Promise<Contact | undefined>;
  /** What a message that has waited says by now; throws `Rejected` unavailable while nobody can tell. */
  readonly stillTrue: (message: MessageState) => Promise<Checked>;
  readonly quiet: QuietHours;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retryAfterMs: number;
}

/** Takes what is queued to the SMSC. An attempt is durable before it is made, its outcome before it is forgotten. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #window: Window;
  /** Accepted in this process, for receipts that overtake the record of it. */
  readonly #accepted = new Map<string, string>();
  readonly #sweep: NodeJS.Timeout;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#window = new Window(IN_FLIGHT, (messageId) => this.#send(messageId));
    this.#sweep = setInterval(() => void this.#pickUp(), SWEEP_EVERY_MS);
  }

  /** Hint that these are new; the sweep finds whatever is not hinted. */
  queued(messageIds: readonly string[], lane: Lane): void {
    for (const messageId of messageIds) this.#window.offer(messageId, lane);
  }

  async stop(): Promise<void> {
    clearInterval(this.#sweep);
    await this.#window.drain();
  }

  /** Throws when the message is not known (yet): the SMSC comes again. */
  async receipt({ providerMessageId, delivered }: Receipt): Promise<void> {
    const { messages } = this.#options;
    const messageId = this.#accepted.get(providerMessageId) ?? (await this.#find(providerMessageId));
    if (!messageId) throw new Error('a receipt for a message that is not known here');
    await messages.execute(messageId, this.#command('Receipt', providerMessageId), (state, at) => ({
      events: receipted(state, messageId, providerMessageId, delivered, at),
    }));
    this.#accepted.delete(providerMessageId);
  }

  async #find(providerMessageId: string): Promise<string | undefined> {
    const { items } = await this.#options.messages.find({ 'state.providerMessageId': providerMessageId }, { limit: 1 });
    return items[0]?.id;
  }

  async #pickUp(): Promise<void> {
    const { messages, provider, clock, log } = this.#options;
    if (provider.trouble()) return;
    try {
      // Whoever does something now need not stand behind the night.
      for (const id of await awakened(messages, clock(), AWAKENED_A_SWEEP)) this.#window.offer(id, 'many');
      const { items } = await messages.find({ 'state.status': { $in: WAITING } }, { limit: SWEEP_BATCH });
      for (const { id, state } of items) if (this.#isDue(state)) this.#window.offer(id, isForMany(state) ? 'many' : 'one');
    } catch (error) {
      log.warn({ err: error }, 'could not look for queued messages, trying again');
    }
  }

  async #send(messageId: string): Promise<void> {
    const { messages, provider, contactOf, stillTrue, quiet, clock, log } = this.#options;
    try {
      const found = await messages.read(messageId);
      if (!found || !this.#isDue(found.state) || provider.trouble()) return;
      const { state } = found;
      await withSpan('notification.send', { kind: 'producer', parent: state.traceparent, attributes: { 'youdian.rule': state.rule } }, async () => {
        if (isTooLate(state, clock())) return this.#conclude(messageId, state.attempts, { kind: 'refused', reason: 'TOO_LATE' });
        if (deferral(messageId, state, clock(), quiet).length > 0) return this.#note(messageId, 'Defer', (now, at) => deferral(messageId, now, at, quiet));
        const checked = state.notBefore ? await stillTrue(state) : state;
        if ('withdrawn' in checked) return this.#note(messageId, 'Withdraw', (now, at) => withdraw(now, messageId, checked.withdrawn, at));
        const contact = await contactOf(state.accountNo);
        if (!contact) return this.#conclude(messageId, state.attempts, { kind: 'refused', reason: 'NO_CONTACT' });
        const text = compose(state.rule, contact.language, state.accountNo, checked.facts);
        if (!(await this.#attempt(messageId, state, contact, text))) return;
        faultPoint('notification.attempted-not-submitted');
        const outcome = await withSpan('sms.submit', { kind: 'client' }, () =>
          provider.submit({ reference: referenceOf(messageId), to: contact.phone, text }),
        );
        faultPoint('notification.submitted-not-recorded');
        if (outcome.kind === 'accepted') this.#accepted.set(outcome.providerMessageId, messageId);
        await this.#conclude(messageId, state.attempts + 1, outcome);
      });
    } catch (error) {
      // The message stays as it is and is swept up again when it is due.
      if (error instanceof OutcomeUnknown || error instanceof Rejected) log.warn({ messageId, problem: error.message }, 'not sent yet');
      else log.error({ messageId, err: error }, 'not sent yet');
    }
  }

  async #attempt(messageId: string, seen: MessageState, contact: Contact, text: string): Promise<boolean> {
    const { messages, sealer, retryAfterMs } = this.#options;
    const content = await sealer.seal(contact.customerId, { recipient: contact.phone, text });
    const wanted = { messageId, content, person: contact.customerId, language: contact.language };
    const { replayed, result } = await messages.execute<{ won: boolean }>(messageId, this.#command('Attempt', String(seen.attempts + 1)), (state, at) => {
      const events = attempt(state, wanted, at, retryAfterMs);
      return { events, result: { won: events.length > 0 } };
    });
    return !replayed && result.won;
  }

  async #conclude(messageId: string, attempts: number, outcome: SubmitOutcome): Promise<void> {
    await this.#options.messages.execute(messageId, this.#command('Submitted', String(attempts)), (state, at) => ({
      events: submitted(state, messageId, outcome, at),
    }));
  }

  /** Of a message that is not handed over; what has changed meanwhile is not touched. */
  async #note(messageId: string, operation: string, decide: (state: MessageState, at: Date) => MessageEvent[]): Promise<void> {
    await this.#options.messages.execute(messageId, this.#command(operation, this.#options.clock().toISOString()), (state, at) => ({ events: this.#isDue(state) ? decide(state, at) : [] }));
  }

  #isDue(state: MessageState): boolean {
    return isDue(state, this.#options.clock(), this.#options.retryAfterMs);
  }

  #command(operation: string, key: string) {
    return { operation, key, actor: ACTOR, input: key };
  }
}

/** The same 16 bits at every attempt. */
function referenceOf(messageId: string): number {
  return createHash('sha256').update(messageId).digest().readUInt16BE(0);
}
