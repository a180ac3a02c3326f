import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Places } from './places.ts';

test('each subject is where it was put last, however many there are; others are nowhere', () => {
  const places = new Places();
  for (let n = 0; n < 100_000; n++) places.put(`工单-${n}`, n);
  for (let n = 0; n < 100_000; n += 2) places.put(`工单-${n}`, 100_000 + n);
  for (let n = 0; n < 100_000; n++) assert.equal(places.find(`工单-${n}`), n % 2 ? n : 100_000 + n);
  assert.equal(places.size, 100_000);
  let inVain = 0;
  for (let n = 0; n < 100_000; n++) if (places.find(`case-${n}`) !== undefined) inVain += 1;
  assert.ok(inVain < 3, `${inVain} of 100,000`);
});

test('the first row and the last that can be', () => {
  const places = new Places();
  places.put('first', 0);
  places.put('last', 2 ** 32 - 2);
  assert.deepEqual([places.find('first'), places.find('last'), places.find('none')], [0, 2 ** 32 - 2, undefined]);
});
