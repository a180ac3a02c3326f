import type { Logger } from '@youdian/telemetry';
import smpp, { type Pdu, type Session } from 'smpp';
import type { SubmitOutcome } from '../../message/decide.ts';
import { OutcomeUnknown, type ReceiptHandler, type Sms, type SmsProvider } from '../provider.ts';
import { readReceipt } from './receipt.ts';

const ENQUIRE_LINK_MS = 15_000;
const ANSWER_MS = 10_000;
const RECONNECT_FIRST_MS = 200;
const RECONNECT_LIMIT_MS = 5_000;
/** Octets that fit a short message; more goes as a message payload. */
const SHORT_MESSAGE_OCTETS = 140;
const UCS2 = 8;
const DELIVERY_RECEIPT_WANTED = 1;
const { ESME_RTHROTTLED, ESME_RMSGQFUL, ESME_RSYSERR, ESME_RX_T_APPN } = smpp.errors;
const COME_AGAIN = [ESME_RTHROTTLED, ESME_RMSGQFUL, ESME_RSYSERR];

export interface SmppOptions {
  readonly address: string;
  readonly systemId: string;
  readonly password: string;
  readonly sender: string;
  readonly log: Logger;
  readonly onReceipt: ReceiptHandler;
}

/** SMPP 3.4 as a transceiver: one session, bound again whenever it breaks. */
export class SmppProvider implements SmsProvider {
  readonly #options: SmppOptions;
  #session: Session | undefined;
  #trouble: string | undefined = 'connecting';
  #reconnectMs = RECONNECT_FIRST_MS;
  #closed = false;
  readonly #waiting = new Set<(error: Error) => void>();

  constructor(options: SmppOptions) {
    this.#options = options;
    this.#connect();
  }

  trouble(): string | undefined {
    return this.#trouble;
  }

  submit(sms: Sms): Promise<SubmitOutcome> {
    const session = this.#session;
    if (this.#trouble || !session) throw new OutcomeUnknown(this.#trouble ?? 'not bound');
    const octets = Buffer.byteLength(sms.text, 'utf16le');
    const body = octets <= SHORT_MESSAGE_OCTETS ? { short_message: sms.text } : { message_payload: sms.text };
    return new Promise<SubmitOutcome>((resolve, reject) => {
      const fail = (error: Error) => (settle(), reject(error));
      const timer = setTimeout(() => fail(new OutcomeUnknown('the SMSC did not answer in time')), ANSWER_MS);
      const settle = () => (clearTimeout(timer), this.#waiting.delete(fail));
      this.#waiting.add(fail);
      const fields = {
        source_addr: this.#options.sender,
        destination_addr: sms.to,
        data_coding: UCS2,
        registered_delivery: DELIVERY_RECEIPT_WANTED,
        user_message_reference: sms.reference,
        ...body,
      };
      session.submit_sm(fields, (answer) => {
        settle();
        if (answer.command_status === 0) resolve({ kind: 'accepted', providerMessageId: answer.message_id! });
        else if (COME_AGAIN.includes(answer.command_status)) reject(new OutcomeUnknown(`the SMSC asks to come again: ${answer.command_status}`));
        else resolve({ kind: 'refused', reason: 'REJECTED' });
      });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const session = this.#session;
    if (!session) return;
    await new Promise<void>((resolve) => {
      session.once('close', () => resolve());
      session.unbind(() => session.close());
      setTimeout(() => session.destroy(), 1_000).unref();
    });
  }

  #connect(): void {
    const [host, port] = this.#options.address.split(':') as [string, string];
    const session = smpp.connect({ host, port: Number(port), auto_enquire_link_period: ENQUIRE_LINK_MS });
    this.#session = session;
    session.on('connect', () => {
      const { systemId, password } = this.#options;
      session.bind_transceiver({ system_id: systemId, password, interface_version: 0x34 }, (answer) => {
        if (answer.command_status === 0) {
          this.#trouble = undefined;
          this.#reconnectMs = RECONNECT_FIRST_MS;
          this.#options.log.info('bound to the SMSC');
        } else {
          this.#trouble = `the SMSC refused the bind: ${answer.command_status}`;
          session.close();
        }
      });
    });
    session.on('deliver_sm', (pdu: Pdu) => void this.#deliver(session, pdu));
    session.on('enquire_link', (pdu: Pdu) => session.send(pdu.response()));
    session.on('unbind', (pdu: Pdu) => (session.send(pdu.response()), session.close()));
    session.on('error', (error: Error) => {
      this.#trouble = `no connection to the SMSC: ${error.message}`;
      session.destroy();
    });
    session.on('close', () => this.#lost());
  }

  /** What was under way has no known outcome. */
  #lost(): void {
    this.#trouble ??= 'the connection to the SMSC broke';
    for (const fail of [...this.#waiting]) fail(new OutcomeUnknown(this.#trouble));
    if (this.#closed) return;
    setTimeout(() => this.#closed || this.#connect(), this.#reconnectMs);
    this.#reconnectMs = Math.min(this.#reconnectMs * 2, RECONNECT_LIMIT_MS);
  }

  /** The answer goes out only when the receipt is kept. */
  async #deliver(session: Session, pdu: Pdu): Promise<void> {
    const receipt = readReceipt(pdu);
    try {
      if (receipt) await this.#options.onReceipt(receipt);
      session.send(pdu.response());
    } catch (error) {
      this.#options.log.warn({ err: error }, 'a receipt could not be kept, the SMSC is asked to come again');
      session.send(pdu.response({ command_status: ESME_RX_T_APPN }));
    }
  }
}
