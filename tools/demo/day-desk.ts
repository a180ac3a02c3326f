import { addMinutes } from '../town/days.ts';
import { random, type Random } from '../town/random.ts';
import { type CaseChannel, type Category, type Cause, type ComplaintClass } from '../town/cases.ts';
import { type Town } from '../town/town.ts';
import { type OpenStep, type Step, type Subject } from './script.ts';

const STORM_LINES = 5;
const FAULTS_A_LINE = 12;
const OTHER_FAULTS = 20;
const CONSULTATIONS = 50;
const COMPLAINTS = 20;

/** A storm over one region, and the day's other callers. Each case is followed as far as the day got with it. */
export function deskSubjects(seed: number, town: Town, now: Date, scale: number): Subject[] {
  const source = random(seed, 'desk');
  const region = source.pick(town.regions);
  const lines = town.lines.filter(({ regionId }) => regionId === region.regionId).slice(0, STORM_LINES);
  const times = (count: number, make: (at: number) => Subject) => Array.from({ length: Math.max(1, Math.round(count * scale)) }, (_, at) => make(at));
  return [
    ...lines.flatMap(({ lineId }) => times(FAULTS_A_LINE, (at) => stormFault(source, town, now, `storm-${seed}-${lineId}-${at}`, region.regionId, lineId))),
    ...times(OTHER_FAULTS, (at) => otherFault(source, town, now, `fault-${seed}-${at}`)),
    ...times(CONSULTATIONS, (at) => consultation(source, town, now, `consultation-${seed}-${at}`)),
    ...times(COMPLAINTS, (at) => complaint(source, town, now, `complaint-${seed}-${at}`)),
  ];
}

function stormFault(source: Random, town: Town, now: Date, ref: string, regionId: string, lineId: string): Subject {
  const onLine = town.accounts.filter((account) => account.lineId === lineId);
  const where = onLine.length > 0 && source.chance(0.5) ? { accountNo: source.pick(onLine).accountNo } : { regionId, lineId };
  const cause = source.weighted<Cause>([['LIGHTNING', 50], ['STORM', 35], ['TREE', 15]]);
  return followed(source, now, { do: 'open', ref, kind: 'FAULT', channel: 'HOTLINE', ...where }, cause, 'TREE');
}

function otherFault(source: Random, town: Town, now: Date, ref: string): Subject {
  const { accountNo } = source.pick(town.accounts);
  const cause = source.pick<Cause>(['EQUIPMENT_AGEING', 'EXTERNAL_DAMAGE', 'OVERLOAD', 'ANIMAL', 'CUSTOMER_EQUIPMENT', 'OTHER']);
  return followed(source, now, { do: 'open', ref, kind: 'FAULT', channel: source.pick<CaseChannel>(['HOTLINE', 'ONLINE']), accountNo }, cause, 'EXTERNAL_DAMAGE');
}

function consultation(source: Random, town: Town, now: Date, ref: string): Subject {
  const { accountNo, regionId } = source.pick(town.accounts);
  const who = source.weighted<object>([[{ accountNo }, 80], [{ regionId }, 10], [{}, 10]]);
  const category = source.pick<Category>(['BILLING', 'PREPAID', 'INSTALLATION', 'OUTAGE_INFO', 'METERING', 'ENERGY_SAVING', 'OTHER']);
  const channel = source.pick<CaseChannel>(['HOTLINE', 'HALL', 'ONLINE', 'KIOSK', 'MANAGER']);
  return followed(source, now, { do: 'open', ref, kind: 'CONSULTATION', channel, ...who }, category, 'PREPAID');
}

function complaint(source: Random, town: Town, now: Date, ref: string): Subject {
  const { accountNo, regionId, lineId } = source.pick(town.accounts);
  const where = source.chance(0.7) ? { accountNo } : { regionId, lineId };
  const channel = source.pick<CaseChannel>(['HOTLINE', 'ONLINE', 'HALL']);
  const kind = source.pick<ComplaintClass>(['SERVICE_ATTITUDE', 'POWER_QUALITY', 'BILLING', 'SLOW_RESTORATION', 'OTHER']);
  return followed(source, now, { do: 'open', ref, kind: 'COMPLAINT', channel, ...where }, kind, 'OTHER');
}

/** Most matters are closed by the evening, some are only resolved, some only classified, some not even that. */
function followed(source: Random, now: Date, opening: OpenStep, classification: string, correction: string): Subject {
  const { ref, kind } = opening;
  const minutesAgo = source.whole(60, 230);
  const open: OpenStep = { ...opening, occurredAt: addMinutes(now, -minutesAgo) };
  const classify: Step = { do: 'classify', ref, classification };
  const correct: Step = { do: 'classify', ref, classification: correction };
  const resolve: Step = {
    do: 'resolve',
    ref,
    restoredAt: addMinutes(now, -source.whole(0, minutesAgo)),
    ...(kind === 'FAULT' ? { customersAffected: source.whole(1, 300) } : {}),
  };
  const close: Step = { do: 'close', ref, ...(source.chance(0.6) ? { satisfaction: source.whole(1, 5) } : {}) };
  const course = source.weighted<readonly Step[]>([
    [[open, classify, resolve, close], 60],
    [[open, resolve, classify, close], 10],
    // Found out later that it was something else: before the closing, and after it.
    [[open, classify, correct, resolve, close], 8],
    [[open, classify, resolve, close, correct], 8],
    [[open, classify, resolve], 6],
    [[open, classify], 5],
    [[open], 3],
  ]);
  return { id: `${kind} ${ref}`, steps: course };
}
