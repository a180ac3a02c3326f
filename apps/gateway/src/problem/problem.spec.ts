import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RejectionKind } from '@youdian/rejection';
import { z } from 'zod';
import { parseInput, says } from './field-errors.ts';
import { HttpProblem, INTERNAL, problemDocument, toldByOwner } from './problem.ts';
import { quoted } from './refusals.ts';

const TRACE = 'a'.repeat(32);

test("an owner's refusal keeps its code, field and both reasons", () => {
  const told = toldByOwner({ kind: 'refused', code: 'ACCOUNT_UNKNOWN', field: 'accountNo', zh: '没有这个户号。', en: 'There is no such account.' });
  assert.deepEqual(problemDocument(told, TRACE), {
    type: 'urn:youdian:problem:ACCOUNT_UNKNOWN', title: '不能办理 Unprocessable', status: 422, code: 'ACCOUNT_UNKNOWN', field: 'accountNo', detail: '没有这个户号。', detailEn: 'There is no such account.', traceId: TRACE,
  });
});

test('each kind of refusal has its status', () => {
  const expected: Record<RejectionKind, number> = { invalid: 400, unknown: 404, conflict: 409, refused: 422, forbidden: 403, unavailable: 503 };
  for (const [kind, status] of Object.entries(expected)) assert.equal(toldByOwner({ kind: kind as RejectionKind, code: 'X', zh: 'x', en: 'x' }).status, status);
});

test('who is told to come back is told when', () => {
  assert.ok(Number(toldByOwner({ kind: 'unavailable', code: 'X', zh: 'x', en: 'x' }).headers?.['retry-after']) > 0);
});

test('our own mistakes tell nothing of the inside', () => {
  assert.deepEqual(Object.keys(problemDocument(INTERNAL, TRACE)).sort(), ['code', 'detail', 'detailEn', 'status', 'title', 'traceId', 'type']);
});

const schema = z.strictObject({
  name: z.string().max(3),
  kind: z.enum(['A', 'B']),
  phone: z.string().regex(/^\d+$/, says('只能是数字。', 'Digits only.')),
  kva: z.int().min(1),
});

function refusal(input: unknown) {
  try {
    parseInput(schema, input);
  } catch (error) {
    assert.ok(error instanceof HttpProblem);
    return error.told;
  }
  return assert.fail('it was accepted');
}
const good = { name: 'abc', kind: 'A', phone: '1', kva: 1 };

test('a missing field is named as missing, with what belongs there', () => {
  const { name: _, ...without } = good;
  const { code, field, zh, en } = refusal(without);
  assert.deepEqual([code, field], ['FIELD_MISSING', 'name']);
  assert.match(zh, /请填写 name/);
  assert.match(en, /name is missing/);
});

test('a wrong value is answered with what would work', () => {
  assert.match(refusal({ ...good, kind: 'C' }).en, /A, B/);
  assert.match(refusal({ ...good, name: 'abcd' }).zh, /不超过 3 个字符/);
  assert.equal(refusal({ ...good, phone: 'x' }).zh, 'phone 有误:只能是数字。');
  assert.equal(refusal({ ...good, phone: 'x' }).en, 'phone is wrong. Digits only.');
  assert.match(refusal({ ...good, kva: 1.5 }).en, /whole number/);
});

test('an unknown field is refused with its name', () => {
  assert.deepEqual([refusal({ ...good, colour: 1 }).code, refusal({ ...good, colour: 1 }).field], ['FIELD_UNKNOWN', 'colour']);
  assert.equal(refusal(JSON.parse(`{"name":"abc","kind":"A","phone":"1","kva":1,"__proto__":{}}`)).field, '__proto__');
});

test('all that is wrong is told at once', () => {
  assert.deepEqual(refusal({ kva: 0 }).errors?.map(({ field }) => field).sort(), ['kind', 'kva', 'name', 'phone']);
});

test('what is no object at all is told so', () => {
  for (const input of [null, [], 'text', 5]) assert.match(refusal(input).en, /JSON object/);
});

test("a caller's own text is quoted short and clean", () => {
  assert.equal(quoted('a\r\nb\u2028'), 'a  b ');
  assert.ok(quoted('x'.repeat(1_000)).length < 70);
  assert.ok(quoted('\ud800').isWellFormed());
});
