import type { Route } from '../rest/route.ts';
import type { Example } from './examples.ts';

export interface Answered {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly body: any;
}

let count = 0;

/** Sends the example of a route, changed by `init`; a header of null is left out. */
export async function send(url: string, route: Route, example: Example, init: { headers?: Record<string, string | null>; body?: string | Uint8Array | ReadableStream | null; method?: string } = {}): Promise<Answered> {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name) => example.params?.[name] ?? '');
  const query = example.query ? `?${new URLSearchParams(example.query)}` : '';
  const body = init.body === undefined ? (example.csv ?? (example.body && JSON.stringify(example.body))) : init.body;
  const headers: Record<string, string | null> = {
    'x-actor': 'cashier:C01',
    ...(route.method === 'GET' ? {} : { 'idempotency-key': `key-${(count += 1)}` }),
    ...(body === undefined || body === null ? {} : { 'content-type': route.csv ? 'text/csv' : 'application/json' }),
    ...init.headers,
  };
  const sent = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null);
  return read(await fetch(`${url}${path}${query}`, { method: init.method ?? route.method, headers: sent, ...(body === undefined || body === null ? {} : { body, duplex: 'half' }) } as RequestInit));
}

export async function read(response: Response): Promise<Answered> {
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, headers: response.headers, body: /json/.test(type) ? JSON.parse(text) : text };
}
