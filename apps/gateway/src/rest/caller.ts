import type { IncomingMessage } from 'node:http';
import type { CallOptions } from '@youdian/service-host';
import { actorMissing, idempotencyKeyMissing, roleReserved } from '../problem/refusals.ts';
import { isCommand, type Route } from './route.ts';

export const ACTOR_FORM = /^[a-z][a-z-]{0,31}:[A-Za-z0-9_.@-]{1,64}$/;
export const KEY_CHARACTERS_MAX = 128;
/** Printable ASCII: what a header of gRPC can carry. */
const KEY_FORM = /^[\x20-\x7e]+$/;

/** Who asks, and under which key. Until there is sign-in, the header is believed. */
export function readCaller(request: IncomingMessage, route: Route): CallOptions {
  const actor = request.headers['x-actor'];
  if (typeof actor !== 'string' || !ACTOR_FORM.test(actor)) throw actorMissing();
  if (actor.startsWith('service:')) throw roleReserved();
  if (!isCommand(route)) return { actor };
  const idempotencyKey = request.headers['idempotency-key'];
  if (typeof idempotencyKey !== 'string' || idempotencyKey.length > KEY_CHARACTERS_MAX || !KEY_FORM.test(idempotencyKey)) {
    throw idempotencyKeyMissing(KEY_CHARACTERS_MAX);
  }
  return { actor, idempotencyKey };
}
