/** The part of the `smpp` package that is used here; it ships no types. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';

  export interface Pdu {
    command: string;
    command_status: number;
    message_id?: string;
    esm_class?: number;
    short_message?: { message?: string | Buffer };
    receipted_message_id?: string;
    message_state?: number;
    response(fields?: Record<string, unknown>): Pdu;
  }
  export interface Session extends EventEmitter {
    bind_transceiver(fields: Record<string, unknown>, answered: (pdu: Pdu) => void): boolean;
    submit_sm(fields: Record<string, unknown>, answered: (pdu: Pdu) => void): boolean;
    enquire_link(answered?: (pdu: Pdu) => void): boolean;
    unbind(answered?: (pdu: Pdu) => void): boolean;
    send(pdu: Pdu): boolean;
    close(closed?: () => void): void;
    destroy(closed?: () => void): void;
  }
  const smpp: {
    connect(options: { host: string; port: number; auto_enquire_link_period?: number }): Session;
    MESSAGE_STATE: Record<string, number>;
    errors: Record<string, number>;
  };
  export default smpp;
}
