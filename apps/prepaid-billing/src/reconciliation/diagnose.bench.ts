/** How long the diagnosis of a day takes: that it is linear, and what it costs when nothing has its counterpart. */
import assert from 'node:assert/strict';
import { diagnose } from './diagnose.ts';
import type { ShiftDay } from './lines.ts';
import { indexSurroundings } from './surroundings.ts';
import { cleanDay } from './testing/planted-day.ts';

const SEED = 1;
const LINES = 100_000;
const BARS = { cleanMs: 1_000, tornMs: 5_000, timesForTenfold: 40 };

function msOf(day: ReturnType<typeof cleanDay>): number {
  const start = performance.now();
  const index = indexSurroundings(day);
  for (const shift of day.shifts) assert.ok(diagnose(shift, index).balanced);
  return performance.now() - start;
}

const small = cleanDay(SEED, LINES / 10, 1);
const large = cleanDay(SEED, LINES, 1);
msOf(small); // warm
const [smallMs, largeMs] = [msOf(small), msOf(large)];
const [shift] = large.shifts as [ShiftDay];
const torn = { ...shift, records: shift.records.map((record) => ({ ...record, invoiceNo: `Z${record.invoiceNo}`, accountNo: `9${record.accountNo}` })) };
const start = performance.now();
const { differences } = diagnose(torn, indexSurroundings({ shifts: [torn] }));
const tornMs = performance.now() - start;
console.log(`clean day: ${LINES / 10} lines ${Math.round(smallMs)} ms, ${LINES} lines ${Math.round(largeMs)} ms; a day on which nothing matches: ${differences.length} differences in ${Math.round(tornMs)} ms`);
const missed = [largeMs > BARS.cleanMs && 'clean day', largeMs > BARS.timesForTenfold * smallMs && 'linear', tornMs > BARS.tornMs && 'torn day'].filter(Boolean);
for (const miss of missed) console.log(`BAR MISSED: ${miss}`);
process.exit(missed.length === 0 ? 0 : 1);
