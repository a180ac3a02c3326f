import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Rejected } from '@youdian/rejection';
import { readRows, type CsvRow, type UnreadableRow } from './index.ts';

const columns = { required: ['accountNo', 'kva'], optional: ['address'] };

async function read(bytes: Uint8Array, mapping: Record<string, string> = {}, chunkSize = 7) {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize);
  }
  const rows: (CsvRow | UnreadableRow)[] = [];
  for await (const row of readRows(chunks(), { columns: mapping, ...columns })) rows.push(row);
  return rows;
}

test('a file with our own column names is read as it is, mark or no mark', async () => {
  const expected = [{ line: 2, values: { accountNo: '0000000001', kva: '30', address: '东街 1 号' } }];
  assert.deepEqual(await read(Buffer.from('accountNo,kva,address\n0000000001, 30 ,东街 1 号\n')), expected);
  assert.deepEqual(await read(Buffer.from('\ufeffaccountNo,kva,address\r\n0000000001,30,东街 1 号\r\n')), expected);
});

test("the file's own column names are mapped, other columns are left alone", async () => {
  const rows = await read(Buffer.from('户号,备注,容量\n0000000001,x,30\n'), { accountNo: '户号', kva: '容量' });
  assert.deepEqual(rows, [{ line: 2, values: { accountNo: '0000000001', kva: '30' } }]);
});

test('a file as a Chinese spreadsheet saves it (GB 18030) is understood', async () => {
  // 户号,容量 in GB 18030
  const header = Buffer.from([0xbb, 0xa7, 0xba, 0xc5, 0x2c, 0xc8, 0xdd, 0xc1, 0xbf, 0x0a]);
  const rows = await read(Buffer.concat([header, Buffer.from('0000000001,30\n')]), { accountNo: '户号', kva: '容量' });
  assert.deepEqual(rows, [{ line: 2, values: { accountNo: '0000000001', kva: '30' } }]);
});

test('a missing column rejects the file and names the columns it has', async () => {
  await assert.rejects(read(Buffer.from('accountNo,capacity\n1,2\n')), (error: Rejected) => {
    assert.equal(error.rejection.code, 'COLUMN_MISSING');
    assert.equal(error.rejection.field, 'kva');
    assert.match(error.rejection.en, /accountNo, capacity/);
    return true;
  });
});

test('a mapping for a column that cannot be imported is refused', async () => {
  await assert.rejects(read(Buffer.from('accountNo,kva\n'), { colour: '颜色' }), (error: Rejected) => error.rejection.code === 'COLUMN_UNKNOWN');
});

test('a line with too many cells is reported, and the rest goes on', async () => {
  const rows = await read(Buffer.from('accountNo,kva\n1,2,3,4\n5,6\n'));
  assert.equal(rows.length, 2);
  assert.deepEqual(rows.map((row) => ('problem' in row ? row.problem : row.values['accountNo'])), ['CSV_RECORD_INCONSISTENT_COLUMNS', '5']);
});
