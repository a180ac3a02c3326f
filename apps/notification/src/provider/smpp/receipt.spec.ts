import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readReceipt } from './receipt.ts';

const text = (message: string) => ({ esm_class: 4, short_message: { message } });

test('a receipt is read by its parameters', () => {
  assert.deepEqual(readReceipt({ esm_class: 4, receipted_message_id: 'p1', message_state: 2 }), { providerMessageId: 'p1', delivered: true });
  assert.deepEqual(readReceipt({ esm_class: 4, receipted_message_id: 'p1', message_state: 5 }), { providerMessageId: 'p1', delivered: false });
});

test('a receipt is read by its text where the SMSC sends no parameters', () => {
  const usual = 'id:p1 sub:001 dlvrd:001 submit date:2611240800 done date:2611240801 stat:DELIVRD err:000 text:';
  assert.deepEqual(readReceipt(text(usual)), { providerMessageId: 'p1', delivered: true });
  assert.deepEqual(readReceipt(text(usual.replace('DELIVRD', 'UNDELIV'))), { providerMessageId: 'p1', delivered: false });
});

test('a state that is not the last, and a message from a customer, are no receipts', () => {
  assert.equal(readReceipt({ esm_class: 4, receipted_message_id: 'p1', message_state: 1 }), undefined);
  assert.equal(readReceipt(text('id:p1 stat:ENROUTE')), undefined);
  assert.equal(readReceipt({ esm_class: 0, short_message: { message: 'id:p1 stat:DELIVRD' } }), undefined);
});
