import type { CsvChunk } from '@youdian/contracts-platform/csv_import';
import type { CallOptions } from '@youdian/service-host';
import type { z } from 'zod';
import type { Peers } from '../peers.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';
export type Tag = 'network' | 'customers' | 'accounts' | 'payments' | 'invoices' | 'shifts' | 'roving' | 'cases' | 'outages' | 'messages' | 'statistics';

export interface Text {
  readonly zh: string;
  readonly en: string;
}

/** One route: what is documented, what is checked and what answers are the same object. */
export interface Route<P extends z.ZodObject = any, Q extends z.ZodObject = any, B extends z.ZodType = any, R extends z.ZodObject = any> {
  readonly method: Method;
  /** OpenAPI's form: `/api/v1/accounts/{accountNo}`. */
  readonly path: `/api/v1/${string}`;
  readonly operation: string;
  readonly tag: Tag;
  readonly summary: Text;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Where more than the usual has to fit in. */
  readonly bodyBytesMax?: number;
  /** Takes a CSV file instead of JSON, with these columns. */
  readonly csv?: { readonly required: readonly string[]; readonly optional: readonly string[]; /** Or XML, of this form. */ readonly orXml?: string };
  /** 201 where something new is made. */
  readonly status?: 201;
  readonly response: R;
  /** Answers with a `Download` of this form instead of JSON. */
  readonly contentType?: string;
  /** Forms of a `Download` that says its own. */
  readonly otherContentTypes?: readonly string[];
  /** Asks the owner; what it refuses is thrown as `Rejected`. */
  answer(input: Input<P, Q, B>, peers: Peers, call: CallOptions): Promise<z.input<R>>;
}

/** A file that is sent as it is made. */
export interface Download {
  /** Letters, digits and `. _ -`. */
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
  /** Where it is not the route's. */
  readonly contentType?: string;
}

type DownloadRoute<P extends z.ZodObject, Q extends z.ZodObject> = Omit<Route<P, Q>, 'method' | 'response' | 'answer' | 'body' | 'csv' | 'status'> & {
  readonly contentType: string;
  answer(input: Input<P, Q, z.ZodType>, peers: Peers, call: CallOptions): Promise<Download>;
};

export interface Input<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
  /** The CSV file as it arrives; empty for other routes. */
  readonly file: AsyncIterable<CsvChunk>;
}

/** Gives a route's parts their types. */
export function route<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodObject>(entry: Route<P, Q, B, R>): Route {
  return entry;
}

/** The same for a route that answers with a file. */
export function download<P extends z.ZodObject, Q extends z.ZodObject>(entry: DownloadRoute<P, Q>): Route {
  return { ...entry, method: 'GET', response: undefined } as Route;
}

export function isCommand({ method }: Route): boolean {
  return method !== 'GET';
}
