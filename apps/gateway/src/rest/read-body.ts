import type { IncomingMessage } from 'node:http';
import { bodyTooLarge, bodyTooSlow, jsonMalformed, wrongContentType } from '../problem/refusals.ts';

export const JSON_BYTES_MAX = 64 * 1024;
export const FILE_BYTES_MAX = 256 * 1024 * 1024;
const FILE_LIMIT_NAME = '256 MiB';
const JSON_SECONDS_MAX = 15;

/** The body as JSON; no body at all is an empty object, so that fields are named as missing. */
export async function readJson(request: IncomingMessage, bytesMax = JSON_BYTES_MAX): Promise<unknown> {
  if (!hasBody(request)) return {};
  checkContentType(request, 'application/json');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(bodyTooSlow(JSON_SECONDS_MAX)), JSON_SECONDS_MAX * 1_000);
  });
  try {
    const bytes = await Promise.race([collect(readBytes(request, bytesMax, `${bytesMax / 1024} KiB`)), late]);
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw error instanceof SyntaxError || error instanceof TypeError ? jsonMalformed() : error;
  } finally {
    clearTimeout(timer);
  }
}

/** The body chunk by chunk; a CSV file may be in any encoding that the import understands. */
export function readFile(request: IncomingMessage, orXml = false): AsyncGenerator<Buffer, void, undefined> {
  const isXml = orXml && /^application\/xml\b/i.test(request.headers['content-type'] ?? '');
  checkContentType(request, isXml ? 'application/xml' : 'text/csv');
  return readBytes(request, FILE_BYTES_MAX, FILE_LIMIT_NAME);
}

/** Leaves the connection whole when it is broken off: the answer must still reach the caller. */
async function* readBytes(request: IncomingMessage, bytesMax: number, limitName: string): AsyncGenerator<Buffer, void, undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw bodyTooLarge(limitName);
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw bodyTooLarge(limitName);
    yield chunk;
  }
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function checkContentType({ headers }: IncomingMessage, wanted: string): void {
  const [type, ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const otherCharset = wanted === 'application/json' && parameters.some((parameter) => /^\s*charset\s*=/.test(parameter) && !/=\s*"?utf-?8"?\s*$/.test(parameter));
  if (type!.trim() !== wanted || otherCharset) throw wrongContentType(headers['content-type'], wanted);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') throw wrongContentType(`Content-Encoding: ${encoding}`, wanted);
}
