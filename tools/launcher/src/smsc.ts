/**
 * A small SMSC for development and tests: real SMPP on loopback, no phones behind it. It keeps what it accepted
 * (`--data FILE`), shows it at `GET /messages`, and sends a delivery receipt that it repeats until it is taken.
 * Numbers that end in 0000 cannot be reached. A submit with the reference, sender, receiver and text of an earlier one
 * is answered with the first message's id and not sent again; few production SMSCs do that.
 */
import { appendFileSync, existsSync, fdatasyncSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import smpp, { type Pdu, type Session } from 'smpp';

const RECEIPT_AFTER_MS = 50;
const RECEIPT_AGAIN_MS = 500;
const UNREACHABLE = /0000$/;
const DELIVERY_RECEIPT = 0x04;
const STATE = { delivered: 2, undeliverable: 5 } as const;

interface Accepted {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly reference: number | undefined;
  readonly at: string;
}

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, http: { type: 'string', default: '0' }, data: { type: 'string' }, password: { type: 'string', default: 'youdian' } },
});
const accepted: Accepted[] = values.data && existsSync(values.data) ? readFileSync(values.data, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Accepted) : [];
const known = new Map(accepted.map((message) => [identity(message), message]));
const file = values.data ? openSync(values.data, 'a') : undefined;
const bound = new Set<Session>();

const server = smpp.createServer((session) => {
  const bind = (pdu: Pdu) => {
    const right = pdu.password === values.password;
    session.send(pdu.response(right ? { system_id: 'youdian-dev' } : { command_status: smpp.errors['ESME_RINVPASWD'] }));
    if (right) bound.add(session);
    else session.close();
  };
  for (const command of ['bind_transceiver', 'bind_transmitter', 'bind_receiver']) session.on(command, bind);
  session.on('enquire_link', (pdu: Pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu: Pdu) => (bound.delete(session), session.send(pdu.response()), session.close()));
  session.on('submit_sm', (pdu: Pdu) => {
    if (!bound.has(session)) return session.send(pdu.response({ command_status: smpp.errors['ESME_RINVBNDSTS'] }));
    if (!/^\+?\d{3,20}$/.test(pdu.destination_addr)) return session.send(pdu.response({ command_status: smpp.errors['ESME_RINVDSTADR'] }));
    return session.send(pdu.response({ message_id: take(pdu) }));
  });
  session.on('close', () => bound.delete(session));
  session.on('error', () => (bound.delete(session), session.destroy()));
});

function take(pdu: Pdu): string {
  const payload = typeof pdu.message_payload === 'object' ? pdu.message_payload.message : pdu.message_payload;
  const text = String(pdu.short_message?.message || payload || '');
  const submitted = { from: pdu.source_addr, to: pdu.destination_addr, text, reference: pdu.user_message_reference };
  const earlier = submitted.reference === undefined ? undefined : known.get(identity(submitted));
  const message = earlier ?? { ...submitted, messageId: (accepted.length + 1).toString().padStart(10, '0'), at: new Date().toISOString() };
  if (!earlier) {
    // On disk before the answer: what was accepted is not forgotten.
    if (file !== undefined) (appendFileSync(file, `${JSON.stringify(message)}\n`), fdatasyncSync(file));
    accepted.push(message);
    known.set(identity(message), message);
  }
  if (pdu.registered_delivery) setTimeout(() => sendReceipt(message), RECEIPT_AFTER_MS);
  return message.messageId;
}

/** Until somebody takes it. */
function sendReceipt(message: Accepted): void {
  const again = () => void setTimeout(() => sendReceipt(message), RECEIPT_AGAIN_MS);
  const [session] = bound;
  if (!session) return again();
  const reached = !UNREACHABLE.test(message.to);
  const receipt = {
    source_addr: message.to,
    destination_addr: message.from,
    esm_class: DELIVERY_RECEIPT,
    short_message: `id:${message.messageId} sub:001 dlvrd:${reached ? '001' : '000'} stat:${reached ? 'DELIVRD' : 'UNDELIV'} err:000 text:`,
    receipted_message_id: message.messageId,
    message_state: reached ? STATE.delivered : STATE.undeliverable,
  };
  let answered = false;
  session.once('close', () => answered || again());
  session.deliver_sm(receipt, (answer) => {
    answered = true;
    if (answer.command_status !== 0) again();
  });
}

function identity({ from, to, text, reference }: Pick<Accepted, 'from' | 'to' | 'text' | 'reference'>): string {
  return JSON.stringify([from, to, text, reference]);
}

const web = createServer((request, response) => {
  const found = request.url === '/messages';
  response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(found ? accepted : { try: '/messages' }));
});
await new Promise<void>((resolve) => void server.listen(Number(values.port), '127.0.0.1', resolve));
await new Promise<void>((resolve) => void web.listen(Number(values.http), '127.0.0.1', resolve));
const ports = { smpp: (server.address() as AddressInfo).port, http: (web.address() as AddressInfo).port };
process.stdout.write(`smsc listening smpp=${ports.smpp} http=${ports.http}\n`);
process.on('SIGTERM', () => process.exit(0));
process.on('SIGINT', () => process.exit(0));
