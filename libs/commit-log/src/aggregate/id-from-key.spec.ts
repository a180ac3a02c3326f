import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idFromKey } from './id-from-key.ts';

test('the same key of the same caller and operation gives the same id, and nothing else does', () => {
  const id = idFromKey('case', 'agent:7', 'OpenCase', 'k1');
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const others = [['case', 'agent:7', 'OpenCase', 'k2'], ['case', 'agent:8', 'OpenCase', 'k1'], ['fault', 'agent:7', 'OpenCase', 'k1'], ['case', 'agent:7', 'Open', 'Casek1']] as const;
  assert.equal(idFromKey('case', 'agent:7', 'OpenCase', 'k1'), id);
  assert.equal(new Set([id, ...others.map(([namespace, caller, operation, key]) => idFromKey(namespace, caller, operation, key))]).size, 5);
});
