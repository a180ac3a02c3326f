import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeRecord, encodeEvent, encodeProgress, Malformed, Progress, type Event, type InRecord } from './event.ts';

const event: Event = {
  topic: 'service-desk.case.v1', id: 'case-1:3:0', source: '/youdian/service-desk', type: 'youdian.desk.v1.CaseOpened', subject: 'case-1',
  sequence: 3n, time: new Date('2026-03-01T02:03:04.005Z'), traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  data: Buffer.from('{"caseId":"case-1"}'), extensions: { ce_tenant: '电力' },
};

function received(over: Partial<Event> = {}, headers: Record<string, string | undefined> = {}): InRecord {
  const record = encodeEvent({ ...event, ...over });
  const bytes = Object.fromEntries(Object.entries({ ...record.headers, ...headers }).filter(([, v]) => v !== undefined).map(([k, v]) => [k, Buffer.from(v!)]));
  return { key: Buffer.from(record.key!), value: record.value, headers: bytes, offset: '7', timestamp: '0' };
}

test('an event comes out as it went in, with its place in the topic', () => {
  assert.deepEqual(decodeRecord(event.topic, 2, received()), { ...event, partition: 2, offset: 7n });
});

test('any subject, sequence, time and data survive the way', () => {
  const anyEvent = fc.record({
    subject: fc.string({ minLength: 1, unit: 'binary' }), sequence: fc.bigInt({ min: 1n, max: 2n ** 62n }),
    time: fc.date({ noInvalidDate: true, min: new Date('1970-01-01'), max: new Date('2999-12-31') }), data: fc.uint8Array(),
  });
  fc.assert(fc.property(anyEvent, (over) => {
    const decoded = decodeRecord(event.topic, 0, received(over));
    assert.ok(!(decoded instanceof Malformed) && !(decoded instanceof Progress));
    assert.deepEqual({ ...over, data: Buffer.from(over.data) }, { subject: decoded.subject, sequence: decoded.sequence, time: decoded.time, data: decoded.data });
  }));
});

test('Progress comes out with its instant', () => {
  const through = new Date('2026-03-01T00:00:01.000Z');
  const { value, headers } = encodeProgress('/youdian/service-desk', event.topic, 4, through, new Date());
  const decoded = decodeRecord(event.topic, 4, { key: null, value, headers, offset: '0', timestamp: '0' });
  assert.deepEqual(decoded, new Progress(through));
});

for (const [what, headers] of Object.entries({
  'ce_specversion is missing': { ce_specversion: undefined }, 'ce_specversion is 0.3': { ce_specversion: '0.3' },
  'ce_id is missing': { ce_id: undefined }, 'ce_source is missing': { ce_source: undefined }, 'ce_type is missing': { ce_type: undefined },
  'ce_subject is missing': { ce_subject: undefined }, 'ce_time is missing': { ce_time: undefined }, 'ce_time is not': { ce_time: 'yesterday' },
  'ce_sequence is missing': { ce_sequence: undefined },
})) {
  test(`a record whose ${what} is malformed and says so`, () => {
    const decoded = decodeRecord(event.topic, 0, received({}, headers));
    assert.ok(decoded instanceof Malformed && decoded.reason.startsWith(what), String((decoded as Malformed).reason));
  });
}

test('a sequence is a whole number from 1, written plainly', () => {
  for (const text of ['0', '-1', '1.5', '1e3', ' 1', '01', '0x1', 'one', '9999999999999999999999']) {
    assert.ok(decodeRecord(event.topic, 0, received({}, { ce_sequence: text })) instanceof Malformed, text);
  }
});

test('an event that no consumer could take is refused at its maker', () => {
  assert.throws(() => encodeEvent({ ...event, subject: '' }), TypeError);
  assert.throws(() => encodeEvent({ ...event, sequence: 0n }), TypeError);
});
