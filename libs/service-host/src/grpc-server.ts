import { readFileSync } from 'node:fs';
import {
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { DATABASE_AWAY, isDatabaseAway } from '@youdian/mongo-outcome';
import { Rejected, type Rejection } from '@youdian/rejection';
import { Histogram, metrics, withSpan } from '@youdian/telemetry';
import { drained } from './drained.ts';
import { admit, type Implementation, type Method, type MethodShape } from './grpc-method.ts';
import { toStatus } from './grpc-status.ts';
import type { Host } from './host.ts';
import { checkRead, checkedAll, readable } from './grpc-read.ts';

const MESSAGE_BYTES_MAX = 8 * 1024 * 1024;
const DRAIN_MS = 5_000;

const durations = new Histogram({
  name: 'youdian_grpc_server_duration_seconds',
  help: 'Time from a call to its answer',
  labelNames: ['method', 'outcome'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  registers: [metrics],
});

export interface GrpcOptions {
  readonly listen: string;
  readonly services: readonly Implementation[];
  /** Descriptor sets of the contracts served, for reflection: `import.meta.resolve('@youdian/contracts-desk/descriptor')`. */
  readonly descriptors: readonly string[];
}

/** Serves the given services with health and reflection; returns the bound `host:port`. Drains with the host. */
export async function serveGrpc(host: Host, options: GrpcOptions): Promise<string> {
  // Nobody asks grpc-js for its own counts of calls and messages.
  const server = new Server({ 'grpc.max_receive_message_length': MESSAGE_BYTES_MAX, 'grpc.enable_channelz': 0 });
  for (const service of options.services) {
    server.addService(readable(service.definition) as never, bind(service, host));
  }
  const health = new HealthImplementation({ '': 'SERVING' });
  health.addToServer(server);
  const described = options.descriptors.map((url) => loadFileDescriptorSetFromBuffer(readFileSync(new URL(url)), {}));
  new ReflectionService(Object.assign({}, ...described)).addToServer(server);
  const [name] = options.listen.split(':');
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(options.listen, ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  host.onStop('grpc', async () => {
    health.setStatus('', 'NOT_SERVING');
    const force = setTimeout(() => server.forceShutdown(), DRAIN_MS);
    await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
    clearTimeout(force);
  });
  const address = `${name}:${port}`;
  host.log.info({ grpc: address }, 'grpc listening');
  return address;
}

function bind(service: Implementation, host: Host): UntypedServiceImplementation {
  const bound: UntypedServiceImplementation = {};
  for (const [name, shape] of Object.entries(service.definition)) {
    const method = service.methods[name]!;
    bound[name] = shape.responseStream ? streaming(shape, method, host) : answering(shape, method, host);
  }
  return bound;
}

type AnsweredCall = ServerUnaryCall<unknown, unknown> | ServerReadableStream<unknown, unknown>;

function answering(shape: MethodShape, method: Method<any>, host: Host) {
  return (call: AnsweredCall, callback: sendUnaryData<unknown>): void => {
    const stop = durations.startTimer({ method: shape.path });
    withSpan(shape.path, { kind: 'server', parent: traceparentOf(call) }, async () =>
      method.handle('request' in call ? checkRead(call.request) : checkedAll(call), admit(method, call.metadata)),
    ).then(
      (response) => {
        stop({ outcome: 'ok' });
        callback(null, response);
      },
      (error: unknown) => {
        const failure = describe(error, shape, host);
        stop({ outcome: failure.details });
        callback(failure);
      },
    );
  };
}

function streaming(shape: MethodShape, method: Method<any>, host: Host) {
  return async (call: ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>): Promise<void> => {
    const stop = durations.startTimer({ method: shape.path });
    try {
      await withSpan(shape.path, { kind: 'server', parent: traceparentOf(call) }, async () => {
        const asked = shape.requestStream ? checkedAll(call as ServerDuplexStream<unknown, unknown>) : checkRead((call as ServerWritableStream<unknown, unknown>).request);
        for await (const response of method.handle(asked, admit(method, call.metadata))) {
          if (call.cancelled) return;
          if (!call.write(response)) await drained(call);
        }
      });
      stop({ outcome: 'ok' });
      call.end();
    } catch (error) {
      const failure = describe(error, shape, host);
      stop({ outcome: failure.details });
      call.emit('error', failure);
    }
  };
}

function describe(error: unknown, shape: MethodShape, host: Host): { code: status; details: string } {
  const refused = refusalBehind(error);
  if (refused) {
    if (refused === DATABASE_AWAY) host.log.warn({ method: shape.path, problem: (error as Error).message }, 'a call could not reach the database');
    return toStatus(refused);
  }
  host.log.error({ err: error, method: shape.path }, 'a call failed');
  return { code: status.INTERNAL, details: 'INTERNAL' };
}

/** What a failure tells the caller; undefined: it is a mistake of ours. */
export function refusalBehind(error: unknown): Rejection | undefined {
  if (error instanceof Rejected) return error.rejection;
  return isDatabaseAway(error) ? DATABASE_AWAY : undefined;
}

function traceparentOf(call: { metadata: { get(name: string): unknown[] } }): string | undefined {
  return call.metadata.get('traceparent')[0]?.toString();
}
