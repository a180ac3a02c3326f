import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';

const page = (name: string): Promise<any> => import(new URL(`../public/roving/${name}.js`, import.meta.url).href);
const { publicKeyIn, readEnrolment } = await page('enrolment');
const { compare, runsInWords } = await page('shown');
const { fenOf } = await import(new URL('../public/staff/typed.js', import.meta.url).href);

const { publicKey } = generateKeyPairSync('ed25519');
const hex = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url').toString('hex');
const pem = publicKey.export({ format: 'pem', type: 'spki' }) as string;

test('a public key is read as hex, in whatever writing, or as PEM; what is none goes on as it is', () => {
  for (const written of [hex, hex.toUpperCase(), ` ${hex.match(/../g)!.join(':')}\n`, pem, `\n${pem}`]) assert.equal(publicKeyIn(written), hex);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'pem', type: 'spki' }) as string;
  for (const wrong of ['', 'key', hex.slice(2), rsa.trim(), '-----BEGIN PUBLIC KEY-----\n===A\n-----END PUBLIC KEY-----']) assert.equal(publicKeyIn(wrong), wrong);
});

test('a file has the fields of an enrolment, or a key; or nothing of it', () => {
  const whole = { deviceId: 'POS-09', collectorId: 'C01', publicKey: hex, proof: 'cd'.repeat(64) };
  assert.deepEqual(readEnrolment(JSON.stringify({ ...whole, more: 1, teamId: 7 })), whole);
  assert.deepEqual(readEnrolment(JSON.stringify({ publicKey: pem })), { publicKey: hex });
  assert.deepEqual(readEnrolment(pem), { publicKey: hex });
  for (const wrong of ['', 'null', '[]', '3', '{', 'a photo']) assert.deepEqual(readEnrolment(wrong), {}, wrong);
});

test('yuan become whole fen, or nothing', () => {
  assert.deepEqual(['0', '1820', '1,820.5', ' 0.07 ', '90071992547.93'].map(fenOf), ['0', '182000', '182050', '7', '9007199254793']);
  for (const wrong of ['', '.5', '1.234', '-1', '1e3', '一百']) assert.equal(fenOf(wrong), undefined, wrong);
});

const totals = (receiptCount: number, receiptFen: string, voidCount = 0, voidFen = '0') => ({ receiptCount, receiptFen, voidCount, voidFen });
const come = { device: { through: 2, highest: 4 }, missing: [{ from: 3, to: 3 }], inShift: totals(3, '300') };
const all = { device: { through: 4, highest: 4 }, missing: [], inShift: totals(3, '300', 1, '100') };

test('what a device shows is what has come', () => {
  assert.deepEqual(compare({ highestSequence: 4, signed: totals(3, '300', 1, '100') }, all), { same: true });
  assert.deepEqual(compare({ highestSequence: 0, signed: totals(0, '0') }, { device: { through: 0, highest: 0 }, missing: [] }), { same: true });
});

test('what is missing is told by its sequences, number and sum, also above the highest that came', () => {
  assert.deepEqual(compare({ highestSequence: 4, signed: totals(4, '450') }, come), { runs: '3', lacking: totals(1, '150') });
  assert.deepEqual(compare({ highestSequence: 6, signed: totals(5, '700', 1, '100') }, come), { runs: '3, 5–6', lacking: totals(2, '400', 1, '100') });
  assert.deepEqual(compare({ highestSequence: 4, signed: totals(3, '300') }, come), { runs: '3', lacking: totals(0, '0') }, 'it is of another shift');
  assert.equal(runsInWords([{ from: 1, to: 1 }, { from: 3, to: 9 }]), '1, 3–9');
});

test('what cannot be is told', () => {
  const wrong = [[4, totals(3, '301', 1, '100'), all], [4, totals(4, '300', 1, '100'), all], [3, totals(3, '300', 1, '100'), all], [4, totals(5, '500'), come], [4, totals(4, '300'), come], [4, totals(2, '100'), come]] as const;
  for (const [highestSequence, signed, against] of wrong) assert.deepEqual(compare({ highestSequence, signed }, against), { differs: true });
});
