import { Client, credentials, Metadata, type ClientDuplexStream, type ClientWritableStream, type ServiceError } from '@grpc/grpc-js';
import { currentTraceparent, withSpan } from '@youdian/telemetry';
import { drained } from './drained.ts';
import { fromServiceError } from './grpc-status.ts';
import type { MethodShape, RequestOf, ResponseOf } from './grpc-method.ts';

const DEADLINE_MS = 10_000;
const STREAM_DEADLINE_MS = 600_000;

export interface CallOptions {
  /** `role:id` */
  readonly actor: string;
  readonly idempotencyKey?: string;
  readonly deadlineMs?: number;
  readonly forwarded?: boolean;
}

type Asking<M> = M extends MethodShape
  ? M extends { requestStream: true; responseStream: true }
    ? (requests: AsyncIterable<RequestOf<M>>, options: CallOptions) => AsyncIterable<ResponseOf<M>>
    : M extends { requestStream: true }
    ? (requests: AsyncIterable<RequestOf<M>>, options: CallOptions) => Promise<ResponseOf<M>>
    : M extends { responseStream: true }
      ? (request: RequestOf<M>, options: CallOptions) => AsyncIterable<ResponseOf<M>>
      : (request: RequestOf<M>, options: CallOptions) => Promise<ResponseOf<M>>
  : never;

export type Calls<D> = { [K in keyof D]: Asking<D[K]> } & { close(): void };

/** A client for a generated service definition. Failed calls throw `Rejected` where the owner said why. */
export function connectService<D>(definition: D, address: string): Calls<D> {
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1_000,
  });
  const calls: Record<string, unknown> = { close: () => client.close() };
  for (const [name, shape] of Object.entries(definition as Record<string, MethodShape>)) {
    if (shape.requestStream) calls[name] = shape.responseStream ? conversing(client, shape) : uploading(client, shape);
    else calls[name] = shape.responseStream ? listing(client, shape) : asking(client, shape);
  }
  return calls as Calls<D>;
}

function asking(client: Client, shape: MethodShape) {
  return (request: unknown, options: CallOptions) =>
    withSpan(shape.path, { kind: 'client' }, () =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          shape.path,
          shape.requestSerialize,
          shape.responseDeserialize,
          request,
          metadataOf(options),
          { deadline: Date.now() + (options.deadlineMs ?? DEADLINE_MS) },
          (error, response) => (error ? reject(failed(error, shape)) : resolve(response)),
        );
      }),
    );
}

function uploading(client: Client, shape: MethodShape) {
  return (requests: AsyncIterable<unknown>, options: CallOptions) =>
    withSpan(shape.path, { kind: 'client' }, () =>
      new Promise((resolve, reject) => {
        const stream = client.makeClientStreamRequest(
          shape.path,
          shape.requestSerialize,
          shape.responseDeserialize,
          metadataOf(options),
          { deadline: Date.now() + (options.deadlineMs ?? STREAM_DEADLINE_MS) },
          (error, response) => (error ? reject(failed(error, shape)) : resolve(response)),
        );
        sendAll(stream, requests).catch((error: unknown) => {
          stream.cancel();
          reject(error);
        });
      }),
    );
}

async function sendAll(stream: ClientWritableStream<unknown> | ClientDuplexStream<unknown, unknown>, requests: AsyncIterable<unknown>): Promise<void> {
  for await (const request of requests) {
    if (stream.destroyed) return;
    if (!stream.write(request)) await drained(stream);
  }
  stream.end();
}

/** Requests go out as the other side takes them, answers come in as it gives them. */
function conversing(client: Client, shape: MethodShape) {
  return async function* (requests: AsyncIterable<unknown>, options: CallOptions): AsyncIterable<unknown> {
    const stream = client.makeBidiStreamRequest(shape.path, shape.requestSerialize, shape.responseDeserialize, metadataOf(options), {
      deadline: Date.now() + (options.deadlineMs ?? STREAM_DEADLINE_MS),
    });
    let unsent: unknown;
    sendAll(stream, requests).catch((error: unknown) => {
      unsent = error;
      stream.cancel();
    });
    try {
      for await (const response of stream) yield response;
    } catch (error) {
      throw unsent ?? failed(error as ServiceError, shape);
    } finally {
      stream.cancel();
    }
  };
}

function listing(client: Client, shape: MethodShape) {
  return async function* (request: unknown, options: CallOptions): AsyncIterable<unknown> {
    const stream = client.makeServerStreamRequest(shape.path, shape.requestSerialize, shape.responseDeserialize, request, metadataOf(options), {
      deadline: Date.now() + (options.deadlineMs ?? STREAM_DEADLINE_MS),
    });
    try {
      for await (const response of stream) yield response;
    } catch (error) {
      throw failed(error as ServiceError, shape);
    } finally {
      stream.cancel();
    }
  };
}

function metadataOf(options: CallOptions): Metadata {
  const metadata = new Metadata();
  metadata.set('actor', options.actor);
  if (options.idempotencyKey) metadata.set('idempotency-key', options.idempotencyKey);
  if (options.forwarded) metadata.set('forwarded', '1');
  const traceparent = currentTraceparent();
  if (traceparent) metadata.set('traceparent', traceparent);
  return metadata;
}

function failed(error: ServiceError, shape: MethodShape): Error {
  return fromServiceError(error, shape.path.split('/')[1]!.split('.')[1]!);
}
