import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopback } from './config.ts';

test('loopback is 127.0.0.0/8 and localhost, and nothing that only looks like it', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', 'localhost']) assert.ok(isLoopback(host), host);
  for (const host of ['0.0.0.0', '10.0.0.1', '127.0.0.1.evil.example', 'localhost.evil.example', '0', '']) assert.ok(!isLoopback(host), host);
});
