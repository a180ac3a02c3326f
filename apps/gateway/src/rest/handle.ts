import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CsvChunk } from '@youdian/contracts-platform/csv_import';
import { z } from 'zod';
import type { Peers } from '../peers.ts';
import { parseInput } from '../problem/field-errors.ts';
import { sendFile, sendJson } from './answer.ts';
import { readCaller } from './caller.ts';
import { readFile, readJson } from './read-body.ts';
import type { Download, Route } from './route.ts';

const nothing = z.strictObject({});

/** What Express has read of the request line. */
export interface Asked extends IncomingMessage {
  params: Record<string, unknown>;
  query: unknown;
}

/** One request of one route: caller, parameters, body, owner, answer. */
export async function handle(route: Route, peers: Peers, request: Asked, response: ServerResponse): Promise<void> {
  const call = readCaller(request, route);
  const params = parseInput(route.params ?? nothing, { ...request.params });
  const query = parseInput(route.query ?? nothing, withoutEmpty(request.query as Record<string, unknown>, route.query));
  const body = route.body ? parseInput(route.body, await readJson(request, route.bodyBytesMax)) : undefined;
  const file = route.csv ? readFile(request, route.csv.orXml !== undefined) : none();
  try {
    const answer = await route.answer({ params, query, body, file: chunks(file, query) }, peers, call);
    if (route.contentType) await sendFile(response, route.contentType, answer as Download);
    else sendJson(response, route.status ?? 200, answer);
  } finally {
    // When the owner refuses half-way, whoever reads the file lets go of it.
    void file.return();
  }
}

/** `?from=&to=` says nothing about from and to; what the route does not declare stays as it is. */
function withoutEmpty(query: Readonly<Record<string, unknown>>, schema: z.ZodObject | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query).filter(([key, value]) => value !== '' || !Object.hasOwn(schema?.shape ?? {}, key)));
}

async function* none(): AsyncGenerator<Buffer, void, undefined> {}

/** The first chunk carries the options, the others bytes only. */
async function* chunks(file: AsyncIterable<Buffer>, { columns = {}, source = '' }: { columns?: Record<string, string>; source?: string }): AsyncIterable<CsvChunk> {
  yield { columns, source, content: Buffer.alloc(0) };
  for await (const content of file) yield { columns: {}, source: '', content };
}
