import { createHash } from 'node:crypto';

/**
 * SHA-256 (hex) over a canonical form: keys sorted, undefined left out, `bigint` and `Date` told from strings, so that
 * two inputs hash alike exactly when they mean the same.
 */
export function inputHash(input: unknown): string {
  return createHash('sha256').update(canonical(input)).digest('hex');
}

export function canonical(value: unknown): string {
  switch (typeof value) {
    case 'bigint': return `${value}n`;
    case 'string': return JSON.stringify(value);
    case 'number':
    case 'boolean': return String(value);
    case 'undefined': return 'null';
    case 'object': return value === null ? 'null' : canonicalObject(value);
    default: throw new TypeError(`a command's input cannot hold a ${typeof value}`);
  }
}

function canonicalObject(value: object): string {
  if (value instanceof Date) return `@${value.toISOString()}`;
  if (value instanceof Uint8Array) return `#${Buffer.from(value).toString('base64')}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value instanceof Map || value instanceof Set) throw new TypeError('a command\'s input cannot hold a Map or Set');
  const record = value as Record<string, unknown>;
  const fields: string[] = [];
  for (const name of Object.keys(record).sort()) {
    if (record[name] !== undefined) fields.push(`${JSON.stringify(name)}:${canonical(record[name])}`);
  }
  return `{${fields.join(',')}}`;
}
