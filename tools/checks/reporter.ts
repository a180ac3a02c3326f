/** A line a test, the whole story of a failure, and the count for the closing line (into YOUDIAN_TEST_COUNT). */
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { inspect } from 'node:util';
import type { TestEvent } from 'node:test/reporters';

type Counted = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>['data'];

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const count = (data: Counted, outcome: 'passed' | 'failed') => {
    // A test that is skipped or only planned proves nothing, so it is not let through.
    if (data.skip !== undefined || data.todo !== undefined) return (counts.skipped += 1);
    if (data.details.type !== 'suite') counts[outcome] += 1;
    return undefined;
  };
  for await (const event of events) {
    if (event.type === 'test:pass') {
      if (count(event.data, 'passed')) yield `SKIPPED  ${where(event.data)} ${event.data.name}\n`;
      else if (event.data.details.type !== 'suite') yield `ok  ${where(event.data)} ${event.data.name} (${Math.round(event.data.details.duration_ms)} ms)\n`;
    } else if (event.type === 'test:fail') {
      count(event.data, 'failed');
      yield `FAILED  ${where(event.data)} ${event.data.name}\n${indent(inspect(event.data.details.error.cause ?? event.data.details.error))}\n`;
    } else if (event.type === 'test:stdout' || event.type === 'test:stderr') {
      yield event.data.message;
    }
  }
  const file = process.env['YOUDIAN_TEST_COUNT'];
  if (file) appendFileSync(file, `${JSON.stringify(counts)}\n`);
}

const where = (data: { file?: string | undefined }) => (data.file ? relative(process.cwd(), data.file) : '');
const indent = (text: string) => text.replace(/^/gm, '    ');
