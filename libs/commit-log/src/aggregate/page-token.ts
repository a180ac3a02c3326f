import { Rejected } from '@youdian/rejection';
import { BSON } from 'mongodb';

/** Where a page ends: the sort field's value and the id, which breaks ties. Opaque to callers. */
export function pageToken(document: object, field: string): string {
  const value = field === '_id' ? undefined : valueAt(document, field);
  const bytes = BSON.serialize({ value, id: (document as { _id: string })._id }, { ignoreUndefined: true });
  return Buffer.from(bytes).toString('base64url');
}

/** The filter for what comes after. Throws Rejected `PAGE_TOKEN_INVALID` for what is no token. */
export function pageAfter(token: string, field: string, direction: 1 | -1): object {
  const { value, id } = decode(token);
  const beyond = direction === 1 ? '$gt' : '$lt';
  if (field === '_id') return { _id: { [beyond]: id } };
  return { $or: [{ [field]: { [beyond]: value } }, { [field]: { $eq: value }, _id: { [beyond]: id } }] };
}

function decode(token: string): { value?: unknown; id: string } {
  try {
    const { value, id } = BSON.deserialize(Buffer.from(token, 'base64url'), { useBigInt64: true });
    if (typeof id === 'string' && (value instanceof Date || !/object|function/.test(typeof value))) return { value, id };
  } catch {
    // said below
  }
  throw new Rejected({
    kind: 'invalid',
    code: 'PAGE_TOKEN_INVALID',
    field: 'pageToken',
    zh: '翻页标记无效，请从第一页重新查询。',
    en: 'This is no page token: start again from the first page.',
  });
}

function valueAt(document: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document);
}
