/** The part of the `smpp` package that is used here; it ships no types. */
import type { EventEmitter } from 'node:events';
import type { Server } from 'node:net';

export interface Pdu {
  command: string;
  command_status: number;
  system_id: string;
  password: string;
  source_addr: string;
  destination_addr: string;
  registered_delivery: number;
  user_message_reference?: number;
  message_id?: string;
  esm_class?: number;
  short_message?: { message?: string | Buffer };
  message_payload?: { message?: string | Buffer } | string;
  receipted_message_id?: string;
  message_state?: number;
  response(fields?: Record<string, unknown>): Pdu;
}

type Send = (fields: Record<string, unknown>, answered: (pdu: Pdu) => void) => boolean;

export interface Session extends EventEmitter {
  bind_transceiver: Send;
  submit_sm: Send;
  deliver_sm: Send;
  enquire_link(answered?: (pdu: Pdu) => void): boolean;
  unbind(answered?: (pdu: Pdu) => void): boolean;
  send(pdu: Pdu): boolean;
  close(closed?: () => void): void;
  destroy(closed?: () => void): void;
}

declare const smpp: {
  connect(options: { host: string; port: number; auto_enquire_link_period?: number }): Session;
  createServer(listener: (session: Session) => void): Server & { sessions: Session[] };
  errors: Record<string, number>;
};
export default smpp;
