import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Rejected } from '@youdian/rejection';
import { currentTraceparent, Histogram, metrics, withSpan, type Logger } from '@youdian/telemetry';
import { HttpProblem, INTERNAL, problemDocument, toldByOwner, type Told } from '../problem/problem.ts';
import { requestMalformed } from '../problem/refusals.ts';
import type { Download } from './route.ts';

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

const durations = new Histogram({
  name: 'youdian_http_server_duration_seconds',
  help: 'Time from a request to the end of its answer',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [metrics],
});

export interface Observed {
  readonly log: Logger;
  /** A trace id for what no trace covers, so that a caller can always name his request. */
  readonly newTraceId: () => string;
}

/**
 * Runs one request inside its span, answers whatever it throws as problem+json, and records it: by route, never by path
 * or query, which may name a customer.
 */
export async function observe(request: IncomingMessage, response: ServerResponse, route: string, { log, newTraceId }: Observed, work: () => Promise<void>): Promise<void> {
  const method = request.method ?? '';
  const began = performance.now();
  const parent = TRACEPARENT.exec(String(request.headers['traceparent'] ?? ''));
  await withSpan(`${method} ${route}`, { kind: 'server', parent: parent?.[0], attributes: { 'http.request.method': method, 'http.route': route } }, async (span) => {
    const traceId = TRACEPARENT.exec(currentTraceparent() ?? '')?.[1] ?? parent?.[1] ?? newTraceId();
    const ids = span ? {} : { trace_id: traceId };
    response.once('close', () => {
      const ms = performance.now() - began;
      const status = response.writableFinished ? response.statusCode : 499;
      durations.observe({ method, route, status }, ms / 1_000);
      log.info({ ...ids, method, route, status, ms: Math.round(ms) }, 'request');
    });
    try {
      await work();
    } catch (error) {
      const told = whatToTell(error);
      if (told === INTERNAL && !request.errored) log.error({ ...ids, err: error, route }, 'a request failed');
      sendProblem(response, told, traceId);
      // What is left of the body is read and thrown away, so that the caller gets to reading the answer.
      request.resume();
    }
    span?.setAttribute('http.response.status_code', response.statusCode);
  });
}

function whatToTell(error: unknown): Told {
  if (error instanceof HttpProblem) return error.told;
  if (error instanceof Rejected) return toldByOwner(error.rejection);
  // Express: a path that cannot be decoded.
  if (error instanceof URIError) return requestMalformed().told;
  return INTERNAL;
}

function sendProblem(response: ServerResponse, told: Told, traceId: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(told.status, { ...told.headers, 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(problemDocument(told, traceId)));
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  // Answers may name people.
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** What the owner refuses is thrown before the first byte; where it fails later the connection ends, and no half file passes for a whole one. */
export async function sendFile(response: ServerResponse, usual: string, { name, content, contentType = usual }: Download): Promise<void> {
  const pieces = content[Symbol.asyncIterator]();
  const first = await pieces.next();
  response.writeHead(200, { 'content-type': contentType, 'content-disposition': `attachment; filename="${name}"`, 'cache-control': 'no-store' });
  await pipeline(Readable.from(startingWith(first, pieces)), response);
}

async function* startingWith(first: IteratorResult<Uint8Array>, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for (let piece = first; !piece.done; piece = await rest.next()) yield piece.value;
  } finally {
    await rest.return?.();
  }
}
