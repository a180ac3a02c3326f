/** Methods that record what arrives, and answer what a test wants. */
import type { CsvChunk } from '@youdian/contracts-platform/csv_import';
import { Rejected } from '@youdian/rejection';
import { command, query, type Call } from '@youdian/service-host';
import { currentTraceparent } from '@youdian/telemetry';

export const EVERYONE = ['cashier', 'agent', 'manager', 'analyst', 'customer', 'kiosk', 'integrator', 'admin'];

/** What arrived, in order: the method, the request as the owner reads it, and who asked. */
export interface Arrived {
  readonly method: string;
  readonly request: any;
  readonly call: Call;
  readonly traceparent: string | undefined;
}

export const arrived: Arrived[] = [];

export function lastArrived(method: string): Arrived {
  const found = arrived.findLast((one) => one.method === method);
  if (!found) throw new Error(`no ${method} arrived`);
  return found;
}

export function record<R>(method: string, request: R, call: Call): R {
  arrived.push({ method, request, call, traceparent: currentTraceparent() });
  return request;
}

/** Answers a call and records it. */
export function does<Q, A>(method: string, answer: (request: Q) => A | Promise<A>) {
  return command(EVERYONE, async (request: Q, call: Call) => answer(record(method, request, call)));
}
export function tells<Q, A>(method: string, answer: (request: Q) => A | Promise<A>) {
  return query(EVERYONE, async (request: Q, call: Call) => answer(record(method, request, call)));
}
export function takes(method: string) {
  return command(EVERYONE, async (requests: AsyncIterable<{ chunk?: CsvChunk | undefined }>, call: Call) => {
    const chunks: CsvChunk[] = [];
    for await (const { chunk } of requests) {
      chunks.push(chunk!);
      if (chunk!.content.includes('COLUMN MISSING')) throw refusal('invalid', 'COLUMN_MISSING', 'kva');
    }
    record(method, { columns: chunks[0]?.columns, source: chunks[0]?.source, text: Buffer.concat(chunks.map(({ content }) => content)).toString(), chunks: chunks.length }, call);
    return { report: { accepted: 1n, duplicate: 2n, rejected: 1n, rejectedRows: [{ line: 4n, field: 'kva', code: 'CAPACITY_OUT_OF_RANGE', zh: '容量', en: 'capacity' }] } };
  });
}

export function refusal(kind: 'invalid' | 'unknown' | 'conflict' | 'refused' | 'unavailable', code: string, field: string): Rejected {
  return new Rejected({ kind, code, field, zh: '不行', en: 'no' });
}
