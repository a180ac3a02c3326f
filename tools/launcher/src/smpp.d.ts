/** The server side of the `smpp` package; it ships no types. */
declare module 'smpp' {
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
    short_message?: { message?: string | Buffer };
    message_payload?: { message?: string | Buffer } | string;
    response(fields?: Record<string, unknown>): Pdu;
  }
  export interface Session extends EventEmitter {
    deliver_sm(fields: Record<string, unknown>, answered: (pdu: Pdu) => void): boolean;
    send(pdu: Pdu): boolean;
    close(): void;
    destroy(): void;
  }
  const smpp: {
    createServer(listener: (session: Session) => void): Server & { sessions: Session[] };
    errors: Record<string, number>;
  };
  export default smpp;
}
