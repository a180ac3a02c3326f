import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReport, readBatches } from './index.ts';

interface Row {
  readonly id: string;
  readonly line: number;
}

async function batchesOf(csv: string) {
  async function* chunks() {
    yield Buffer.from(csv);
  }
  const report = createReport();
  const reader = {
    columns: {}, required: ['id'], optional: [], batchRows: 3,
    read: ({ line, values }: { line: number; values: Readonly<Record<string, string>> }) => (values['id'] === '' ? ({ kind: 'invalid', code: 'ID_MISSING', field: 'id', zh: '请填写', en: 'missing' } as const) : { id: values['id']!, line }),
    besides: () => {
      const ids = new Set<string>();
      return ({ id }: Row) => !ids.has(id) && ids.add(id).size > 0;
    },
  };
  const batches = (await Array.fromAsync(readBatches<Row>(chunks(), report, reader))).map((rows) => rows.map(({ id }) => id).join(''));
  return { batches, ...report.report };
}

test('a batch is bounded, and the rest of the file is a batch too', async () => {
  assert.deepEqual((await batchesOf('id\na\nb\nc\nd\n')).batches, ['abc', 'd']);
  assert.deepEqual((await batchesOf('id\n')).batches, []);
});

test('a row that cannot be decided beside those before it begins the next batch', async () => {
  assert.deepEqual((await batchesOf('id\na\nb\na\nb\na\n')).batches, ['ab', 'ab', 'a']);
});

test('a row that means nothing, or is none, is reported with its line, and holds up nothing', async () => {
  const { batches, rejected, rejectedRows } = await batchesOf('id,x\na,\n,1\nb,1,2,3\nc,\n');
  assert.deepEqual([batches, rejected, rejectedRows.map(({ line, code }) => `${line} ${code}`).sort()], [['ac'], 2n, ['3 ID_MISSING', '4 CSV_RECORD_INCONSISTENT_COLUMNS']]);
});
