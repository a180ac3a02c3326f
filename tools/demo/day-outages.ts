import { type Line } from '../town/accounts.ts';
import { addMinutes } from '../town/days.ts';
import { type Equipment, type OutageCause } from '../town/outages.ts';
import { random, type Random } from '../town/random.ts';
import { type Town } from '../town/town.ts';
import { type OutageStep, type Step, type Subject } from './script.ts';

const OUTAGES = 14;
const EQUIPMENT: readonly Equipment[] = ['OVERHEAD_LINE', 'CABLE', 'TRANSFORMER', 'SWITCHGEAR', 'FUSE', 'INSULATOR'];

/** The day's outages: restored at once or by steps, some in a moment, some not yet, some recorded wrongly. */
export function outageSubjects(seed: number, town: Town, now: Date, scale: number): Subject[] {
  const source = random(seed, 'day outages');
  return Array.from({ length: Math.max(6, Math.round(OUTAGES * scale)) }, (_, at) => {
    const ref = `outage-${seed}-${at}`;
    return { id: ref, steps: course(source, town.lines, now, ref, at) };
  });
}

function course(source: Random, lines: readonly Line[], now: Date, ref: string, at: number): Step[] {
  const minutesAgo = source.whole(60, 230);
  const startedAt = addMinutes(now, -minutesAgo);
  const later = (minutes: number) => addMinutes(startedAt, minutes);
  const planned = source.chance(0.3);
  const record: OutageStep = {
    do: 'outage', ref, lineId: source.pick(lines).lineId, planned, startedAt, customersAffected: source.whole(20, 400),
    cause: planned ? source.pick<OutageCause>(['MAINTENANCE', 'CONSTRUCTION']) : source.pick<OutageCause>(['LIGHTNING', 'STORM', 'TREE', 'EQUIPMENT_AGEING']), equipment: source.pick(EQUIPMENT),
  };
  const some = Math.floor(record.customersAffected / 2);
  const courses: (() => Step[])[] = [
    () => [record, { do: 'restore', ref, restoredAt: later(source.whole(10, 55)) }],
    () => [record, { do: 'restore', ref, restoredAt: later(20), customersRestored: some }, { do: 'restore', ref, restoredAt: later(source.whole(21, 59)) }],
    // Switched back in a moment, which the indices leave out, and the rest in time.
    () => [record, { do: 'restore', ref, restoredAt: later(3), customersRestored: some }, { do: 'restore', ref, restoredAt: later(45) }],
    // Still going on for some.
    () => [record, { do: 'restore', ref, restoredAt: later(30), customersRestored: some }],
    // Found out later: the cause, and that more were without power.
    () => [record, { do: 'restore', ref, restoredAt: later(50) }, { do: 'correct-outage', ref, customersAffected: record.customersAffected + 25, equipment: 'CABLE', startedAt: later(-5) }],
    () => [record, { do: 'cancel-outage', ref }],
  ];
  return courses[at % courses.length]!();
}
