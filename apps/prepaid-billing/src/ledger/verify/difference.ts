import { isDeepStrictEqual } from 'node:util';
import type { Ledger } from '../state.ts';

/** The first place where two states of a shard differ, in words; undefined when they are the same. */
export function difference(replayed: Ledger, snapshot: Ledger): string | undefined {
  const { keys, ...rest } = replayed;
  const { keys: otherKeys, ...otherRest } = snapshot;
  for (const [name, value] of Object.entries(rest)) {
    const where = differenceOf(value, otherRest[name as keyof typeof otherRest]);
    if (where !== undefined) return name + where;
  }
  const [mine, others] = [keys.slots(), otherKeys.slots()];
  return mine.length === others.length && mine.every((word, at) => word === others[at]) ? undefined : 'keys';
}

function differenceOf(value: unknown, other: unknown): string | undefined {
  if (!(value instanceof Map) || !(other instanceof Map)) return isDeepStrictEqual(value, other) ? undefined : '';
  for (const [key, one] of value) if (!isDeepStrictEqual(one, other.get(key))) return ` of ${key}`;
  return value.size === other.size ? undefined : ' (more than there are)';
}
