import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonical, inputHash } from './input-hash.ts';

const input = fc.letrec((tie) => ({
  value: fc.oneof(
    fc.string(), fc.integer(), fc.bigInt(), fc.boolean(), fc.constant(null), fc.date({ noInvalidDate: true }), fc.uint8Array({ maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.string(), tie('value'), { maxKeys: 3 })),
})).value;

test('the order of fields and fields without a value make no difference', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), input), (record) => {
    const turned = Object.fromEntries(Object.entries(record).reverse());
    assert.equal(inputHash({ ...turned, 'not given': undefined }), inputHash(record));
  }));
});

test('inputs that differ hash differently, also 1, "1", 1n and a date and its text', () => {
  const at = new Date('2026-01-01T00:00:00Z');
  const all = [1, '1', 1n, true, 'true', null, 'null', at, at.toISOString(), `@${at.toISOString()}`, [], {}, [1], ['1'], { a: 1 }, { a: 1n }, [[1], 2], [1, [2]], new Uint8Array([1]), '#AQ=='];
  assert.equal(new Set(all.map(inputHash)).size, all.length);
  fc.assert(fc.property(input, input, (a, b) => {
    assert.equal(canonical(a) === canonical(b), JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)));
  }));
});

test('what cannot be hashed by its content is refused', () => {
  for (const value of [new Map(), new Set(), () => 1, Symbol('x')]) assert.throws(() => inputHash({ value }), TypeError);
});

/** An independent notion of "means the same": tagged, sorted. */
function sorted(value: unknown): unknown {
  if (typeof value === 'bigint') return { bigint: `${value}` };
  if (typeof value === 'number') return { number: String(value) };
  if (value instanceof Date) return { date: value.getTime() };
  if (value instanceof Uint8Array) return { bytes: Array.from(value) };
  if (Array.isArray(value)) return { array: value.map(sorted) };
  if (typeof value === 'object' && value !== null) {
    return { fields: Object.entries(value).map(([name, field]) => [name, sorted(field)] as const).sort(([a], [b]) => (a < b ? -1 : 1)) };
  }
  return { plain: value };
}
