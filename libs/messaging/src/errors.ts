/** Thrown by a handler: this event can never be handled as it is. It goes to the dead letters at once, without retries. */
export class Poison extends Error {
  override readonly name = 'Poison';
}

/** Something that we depend on is away. Whoever meets this waits and tries again for ever; it is nobody's poison. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

const NETWORK_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
/** gRPC: DEADLINE_EXCEEDED, UNAVAILABLE. */
const GRPC_CODES = new Set([4, 14]);
/** MongoDB's own way to say "no primary now": NotWritablePrimary, PrimarySteppedDown, InterruptedDueToReplStateChange … */
const MONGO_CODES = new Set([91, 189, 10107, 11600, 11602, 13435, 13436]);

/** True for what time alone can mend: networks, elections, restarts. */
export function isUnavailable(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if (cause instanceof Unavailable || cause.name.startsWith('KafkaJS')) return true;
    if (/^Mongo(Network|ServerSelection|NotConnected|TopologyClosed|PoolCleared|ServerClosed|WaitQueue)/.test(cause.name)) return true;
    const { code, rejection } = cause as { code?: unknown; rejection?: { kind?: unknown } };
    if (rejection?.kind === 'unavailable') return true;
    if (typeof code === 'string' && NETWORK_CODES.has(code)) return true;
    if (typeof code === 'number' && (cause.name.startsWith('Mongo') ? MONGO_CODES.has(code) : GRPC_CODES.has(code))) return true;
  }
  return false;
}

/** Short and without personal data: an error's message may quote a person's input, so only the first line, cut. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
  return text.split('\n', 1)[0]!.slice(0, 200);
}
