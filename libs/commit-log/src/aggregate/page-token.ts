import { BSON } from 'mongodb';

/** Where a page ends: the sort field's value and the id, which breaks ties. Opaque to callers. */
export function pageToken(document: object, field: string): string {
  const value = field === '_id' ? undefined : valueAt(document, field);
  const bytes = BSON.serialize({ value, id: (document as { _id: string })._id }, { ignoreUndefined: true });
  return Buffer.from(bytes).toString('base64url');
}

/** The filter for what comes after. Throws a TypeError for what is no token. */
export function pageAfter(token: string, field: string, direction: 1 | -1): object {
  const { value, id } = decode(token);
  const beyond = direction === 1 ? '$gt' : '$lt';
  if (field === '_id') return { _id: { [beyond]: id } };
  return { $or: [{ [field]: { [beyond]: value } }, { [field]: { $eq: value }, _id: { [beyond]: id } }] };
}

function decode(token: string): { value?: unknown; id: string } {
  try {
    const { value, id } = BSON.deserialize(Buffer.from(token, 'base64url'), { useBigInt64: true });
    if (typeof id === 'string') return { value, id };
  } catch {
    // said below
  }
  throw new TypeError('this is no page token');
}

function valueAt(document: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document);
}
