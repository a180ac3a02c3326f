import type { Metadata } from '@grpc/grpc-js';
import { Rejected } from '@youdian/rejection';

/** Who asks: `role:id`, for example `cashier:C01` or `service:notification`. */
export interface Actor {
  readonly role: string;
  readonly id: string;
  /** `role:id`, as it goes into every commit. */
  readonly name: string;
}

export interface Call {
  readonly actor: Actor;
  /** Present and checked for commands, empty for queries. */
  readonly idempotencyKey: string;
  /** By another process of the same service, once: it is not forwarded again. */
  readonly forwarded?: boolean;
}

type Unary = { requestStream: false; responseStream: false };
type ClientStream = { requestStream: true; responseStream: false };
type ServerStream = { requestStream: false; responseStream: true };
type BothStream = { requestStream: true; responseStream: true };

/** One method of a ts-proto service definition. */
export interface MethodShape {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestSerialize: (value: any) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => any;
  readonly responseSerialize: (value: any) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => any;
}
export type RequestOf<M extends MethodShape> = ReturnType<M['requestDeserialize']>;
export type ResponseOf<M extends MethodShape> = ReturnType<M['responseDeserialize']>;

export type Handler<M extends MethodShape> = M extends Unary
  ? (request: RequestOf<M>, call: Call) => Promise<ResponseOf<M>>
  : M extends ClientStream
    ? (requests: AsyncIterable<RequestOf<M>>, call: Call) => Promise<ResponseOf<M>>
    : M extends ServerStream
      ? (request: RequestOf<M>, call: Call) => AsyncIterable<ResponseOf<M>>
      : M extends BothStream
        ? (requests: AsyncIterable<RequestOf<M>>, call: Call) => AsyncIterable<ResponseOf<M>>
        : never;

/** A method with its authorization rule; there is none without. */
export interface Method<H> {
  readonly allow: readonly string[];
  readonly isCommand: boolean;
  readonly handle: H;
}

/** A method that changes something: needs an idempotency key. */
export function command<H>(allow: readonly string[], handle: H): Method<H> {
  return { allow, isCommand: true, handle };
}

/** A stream of commands, each with a key of its own in its message. */
export function commands<H>(allow: readonly string[], handle: H): Method<H> {
  return { allow, isCommand: false, handle };
}

/** A method that only reads. */
export function query<H>(allow: readonly string[], handle: H): Method<H> {
  return { allow, isCommand: false, handle };
}

export type Definition = Record<string, MethodShape>;
export type Methods<D> = { [K in keyof D]: D[K] extends MethodShape ? Method<Handler<D[K]>> : never };

export interface Implementation {
  readonly definition: Definition;
  readonly methods: Record<string, Method<any>>;
}

/** Binds a generated service definition to its handlers; every method must be there. */
export function implement<D>(definition: D, methods: Methods<D>): Implementation {
  return { definition: definition as unknown as Definition, methods: methods as Record<string, Method<any>> };
}

const KEY_LENGTH_MAX = 128;

/** Applies a method's rules to the call's metadata; throws `Rejected`. */
export function admit(method: Method<unknown>, metadata: Metadata): Call {
  const call = admitAs(method, readActor(metadata.get('actor')[0]?.toString()), metadata.get('idempotency-key')[0]?.toString() ?? '');
  return { ...call, forwarded: metadata.get('forwarded').length > 0 };
}

/** The same for a command that came within a stream. */
export function admitAs(method: Method<unknown>, actor: Actor, idempotencyKey: string): Call {
  if (!method.allow.includes(actor.role)) {
    throw new Rejected({
      kind: 'forbidden',
      code: 'ROLE_NOT_ALLOWED',
      field: 'actor',
      zh: `角色 ${actor.role} 无权执行此操作;可以执行的角色:${method.allow.join('、')}。`,
      en: `The role ${actor.role} may not do this; these may: ${method.allow.join(', ')}.`,
    });
  }
  if (method.isCommand && (idempotencyKey.length === 0 || idempotencyKey.length > KEY_LENGTH_MAX)) {
    throw new Rejected({
      kind: 'invalid',
      code: 'IDEMPOTENCY_KEY_MISSING',
      field: 'Idempotency-Key',
      zh: `请带上 Idempotency-Key(1 到 ${KEY_LENGTH_MAX} 个字符);重试时用同一个键。`,
      en: `Send an Idempotency-Key of 1 to ${KEY_LENGTH_MAX} characters; use the same one when you retry.`,
    });
  }
  return { actor, idempotencyKey };
}

function readActor(text: string | undefined): Actor {
  const match = /^([a-z][a-z-]{0,31}):([A-Za-z0-9_.@-]{1,64})$/.exec(text ?? '');
  if (!match) {
    throw new Rejected({
      kind: 'invalid',
      code: 'ACTOR_MISSING',
      field: 'actor',
      zh: '请说明操作人,写作“角色:编号”,例如 cashier:C01。',
      en: 'Say who acts, as role:id, for example cashier:C01.',
    });
  }
  return { role: match[1]!, id: match[2]!, name: match[0] };
}
