import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Host } from '@youdian/service-host';
import type { Express } from 'express';
import { problemDocument } from '../problem/problem.ts';
import { requestMalformed } from '../problem/refusals.ts';

const HEADERS_LIMIT_MS = 10_000;
/** The whole of a request: a large file on a slow line. */
const REQUEST_LIMIT_MS = 600_000;
const KEEP_ALIVE_MS = 30_000;
const CONNECTIONS_MAX = 1_000;
const DRAIN_MS = 5_000;

/** Serves until the host drains: then what is being answered is finished, and nothing new is taken. */
export async function listen(host: Host, app: Express, address: string): Promise<void> {
  const [name, port] = address.split(':') as [string, string];
  const server = createServer({ headersTimeout: HEADERS_LIMIT_MS, requestTimeout: REQUEST_LIMIT_MS, keepAliveTimeout: KEEP_ALIVE_MS }, app);
  server.maxConnections = CONNECTIONS_MAX;
  server.on('clientError', refuse);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(Number(port), name, resolve));
  host.onStop('http', () => drain(server));
  const bound = server.address() as AddressInfo;
  host.log.info({ http: `${bound.address}:${bound.port}` }, 'http listening');
}

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => (clearTimeout(force), resolve()));
    server.closeIdleConnections();
  });
}

const BY_ERROR: Readonly<Record<string, readonly [line: string, status: number]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 431],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 408],
};

/** What is not HTTP at all never reaches a route; it is answered in the same form and the connection closed. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [line, status] = BY_ERROR[error.code ?? ''] ?? ['400 Bad Request', 400];
  const body = JSON.stringify(problemDocument({ ...requestMalformed().told, status }, '0'.repeat(32)));
  socket.end(`HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-type: application/problem+json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
