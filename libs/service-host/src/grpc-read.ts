import type { Readable } from 'node:stream';
import { Rejected } from '@youdian/rejection';
import type { Definition, MethodShape } from './grpc-method.ts';

/** Stands for a request that cannot be read: grpc-js would call it an error of ours. */
class Unreadable {}
const UNREADABLE = new Unreadable();

/** The same definition; what it cannot read becomes `Unreadable`. */
export function readable(definition: Definition): Definition {
  return Object.fromEntries(Object.entries(definition).map(([name, shape]): [string, MethodShape] => [name, {
    ...shape,
    requestDeserialize: (bytes) => {
      try {
        const request: unknown = shape.requestDeserialize(bytes);
        return hasBrokenTime(request) ? UNREADABLE : request;
      } catch {
        return UNREADABLE;
      }
    },
  }]));
}

/** Throws Rejected where it could not be read. */
export function checkRead<R>(request: R): R {
  if (request instanceof Unreadable) throw new Rejected(requestMalformed);
  return request;
}

/** Leaves the call whole when it is broken off: a destroyed one could not be answered any more. */
export async function* checkedAll(call: Readable): AsyncIterable<unknown> {
  for await (const request of call.iterator({ destroyOnReturn: false })) yield checkRead(request as unknown);
}

/** A timestamp that no calendar has: it would fail wherever it is written. */
function hasBrokenTime(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  if (value instanceof Date) return Number.isNaN(value.getTime());
  return Object.values(value).some(hasBrokenTime);
}

const requestMalformed = {
  kind: 'invalid', code: 'REQUEST_MALFORMED',
  zh: '请求内容无法解读：请按接口定义（protobuf）编码，时间须在公历范围内。', en: 'The request cannot be read: encode it as the contract (protobuf) says, with times that a calendar has.',
} as const;
