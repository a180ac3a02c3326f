/** The platform as a client of another company sees it: JSON over HTTP, tried again while it is away. */
const RETRY_FIRST_MS = 100;
const RETRY_LIMIT_MS = 2_000;
const GIVE_UP_AFTER_MS = 120_000;
/** An import of many rows takes its time. */
const ANSWER_LIMIT_MS = 180_000;

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** From /api on. */
  readonly path: string;
  /** A string is sent as CSV. */
  readonly body?: unknown;
  /** Idempotency-Key: the same at each try, so that nothing is done twice. */
  readonly key?: string;
  /** role:id */
  readonly actor: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly body: any;
  /** How often it had to be sent. */
  readonly tries: number;
}

/** Sends until there is an answer other than 503; fails when that takes longer than two minutes. */
export async function call(gatewayUrl: string, { method, path, body, key, actor, headers }: Call): Promise<Answer> {
  const csv = typeof body === 'string';
  const request = {
    method,
    // Made here, so that what is no header fails at once instead of being sent again and again.
    headers: new Headers({
      'x-actor': actor,
      ...(key ? { 'idempotency-key': key } : {}),
      ...(body === undefined ? {} : { 'content-type': csv ? 'text/csv' : 'application/json' }),
      ...headers,
    }),
    ...(body === undefined ? {} : { body: csv ? body : JSON.stringify(body) }),
  };
  const began = Date.now();
  let problem = '';
  for (let tries = 1, delay = RETRY_FIRST_MS; Date.now() - began < GIVE_UP_AFTER_MS; tries += 1, delay = Math.min(delay * 2, RETRY_LIMIT_MS)) {
    try {
      const response = await fetch(`${gatewayUrl}${path}`, { ...request, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
      const text = await response.text();
      if (response.status !== 503) return { status: response.status, body: parse(text), tries };
      problem = `503 ${text}`;
    } catch (error) {
      problem = `${(error as Error).message} ${String((error as Error).cause ?? '')}`;
    }
    await new Promise((resolve) => setTimeout(resolve, delay));
  }
  throw new Error(`${method} ${path}: no answer within ${GIVE_UP_AFTER_MS / 1_000} s: ${problem}`);
}

/** As `call`, where anything but success is a fault. */
export async function mustCall(gatewayUrl: string, request: Call): Promise<any> {
  const { status, body } = await call(gatewayUrl, request);
  if (status >= 300) throw new Error(`${request.method} ${request.path} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Runs `work` over all items, at most `atOnce` at a time. */
export async function concurrently<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: Math.min(atOnce, items.length) }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
