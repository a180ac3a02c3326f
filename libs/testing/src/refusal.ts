import assert from 'node:assert/strict';
import { Rejected, type Rejection } from '@youdian/rejection';

/** Waits for a call to be refused, checks code and field, and returns the refusal. */
export async function refusedWith(code: string, call: Promise<unknown>, field?: string): Promise<Rejection> {
  const error = await call.then(
    () => assert.fail(`expected ${code}, but it was done`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Rejected, `expected ${code}, got ${String(error)}`);
  assert.equal(error.rejection.code, code);
  if (field !== undefined) assert.equal(error.rejection.field, field);
  return error.rejection;
}
