/** The statistics' answers, worked out from the predicted facts: one table for each question. */
import { dayOf } from '../town/days.ts';
import { type Town } from '../town/town.ts';
import { type OutageFact } from './predict-outages.ts';
import { type CaseFact, capacityBand, type MoneyFact, type Prediction } from './predict.ts';

/** Shorter ones are momentary, and in none of the indices (IEEE 1366). */
const SUSTAINED_FROM_MINUTES = 5;

export interface Question {
  readonly statistic: 'faults' | 'consultations' | 'complaints' | 'top-ups' | 'charges' | 'messages' | 'outages' | 'shifts';
  readonly groupBy: readonly string[];
  /** Shanghai days, both included; without them all time. */
  readonly from?: string;
  readonly to?: string;
  /** A dimension and the value it must have. */
  readonly filter?: readonly [string, string];
}

export interface PredictedTable extends Question {
  /** By the dimensions' values in order (empty: not known), joined with `|`; the measures by name. Without empty groups. */
  readonly rows: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** A fact made ready for counting. */
interface Counted {
  readonly dimensions: Readonly<Record<string, string>>;
  /** The Shanghai day that counts; absent: a day of the script. */
  readonly day: string | undefined;
  readonly customersAffected?: number;
  readonly restoreMinutes?: number | undefined;
  readonly amountFen?: bigint;
  /** Outages: customers with power again after a sustained interruption, and their minutes without it. */
  readonly interruptions?: number;
  readonly customerMinutes?: number;
}

/** `from`: the first Shanghai day of the scripts; all of the town's past lies before it. */
export function predictTables(town: Town, from: string, prediction: Prediction): PredictedTable[] {
  const facts: Record<Question['statistic'], Counted[]> = {
    faults: ofKind(prediction, 'FAULT', 'cause'),
    consultations: ofKind(prediction, 'CONSULTATION', 'category'),
    complaints: ofKind(prediction, 'COMPLAINT', 'class'),
    'top-ups': prediction.topUps.map((fact) => money(fact, fact.takenAt)),
    charges: prediction.charges.map((fact) => money(fact, undefined)),
    outages: prediction.outages.map(outage),
    shifts: prediction.shifts.map(({ team, day, takenFen }) => ({ dimensions: { team: team.teamId, day, status: 'SIGNED_OFF' }, day, amountFen: takenFen })),
    messages: prediction.messages.map(({ rule, account }) => ({ dimensions: { rule, status: account.phone.endsWith('0000') ? 'FAILED' : 'DELIVERED' }, day: undefined })),
  };
  return questions(town, from).map((question) => ({ ...question, rows: table(question, facts[question.statistic], from) }));
}

/** The day's own figures, those of the past year, and both together. */
function questions(town: Town, from: string): Question[] {
  const day = { from };
  const past = { to: dayOf(new Date(Date.parse(`${from}T00:00:00Z`) - 86_400_000)) };
  const ask = (statistic: Question['statistic'], period: object, ...groupings: string[]): Question[] =>
    groupings.map((groupBy) => ({ statistic, groupBy: groupBy.split(','), ...period }));
  return [
    ...ask('faults', day, 'region', 'line', 'cause', 'region,line,cause'),
    ...ask('faults', past, 'month', 'month,cause', 'day', 'hour'),
    ...ask('faults', {}, 'region', 'line', 'cause', 'region,line'),
    { statistic: 'faults', groupBy: ['line', 'cause'], filter: ['region', town.regions[0]!.regionId] },
    ...ask('consultations', day, 'category', 'usageNature', 'capacityBand', 'category,usageNature,capacityBand', 'region', 'channel'),
    ...ask('consultations', past, 'month'),
    ...ask('consultations', {}, 'category', 'usageNature', 'capacityBand', 'usageNature,capacityBand'),
    ...ask('complaints', day, 'class', 'region', 'line', 'channel'),
    ...ask('complaints', {}, 'class', 'region,class'),
    ...ask('complaints', past, 'month'),
    ...ask('top-ups', day, 'channel', 'region', 'usageNature'),
    ...ask('top-ups', past, 'month', 'channel', 'line'),
    ...ask('top-ups', {}, 'channel', 'region'),
    ...ask('charges', {}, 'region', 'line', 'usageNature', 'period'),
    ...ask('outages', day, 'region', 'line', 'cause', 'planned'),
    ...ask('outages', past, 'month', 'equipment', 'planned,cause'),
    ...ask('outages', {}, 'region', 'line', 'equipment'),
    ...ask('shifts', day, 'team', 'day', 'status'),
    ...ask('messages', {}, 'rule', 'rule,status'),
  ];
}

function ofKind({ cases }: Prediction, kind: CaseFact['kind'], classifiedBy: string): Counted[] {
  return cases.filter((fact) => fact.kind === kind).map((fact) => ({
    dimensions: {
      [classifiedBy]: fact.classification,
      region: fact.regionId,
      line: fact.lineId,
      channel: fact.channel,
      usageNature: fact.usageNature,
      capacityBand: fact.capacityBand,
      ...(fact.openedAt ? { month: dayOf(fact.openedAt).slice(0, 7), day: dayOf(fact.openedAt), hour: hourOf(fact.openedAt) } : {}),
    },
    day: fact.openedAt && dayOf(fact.openedAt),
    customersAffected: fact.customersAffected,
    restoreMinutes: fact.restoreMinutes,
  }));
}

function outage({ regionId, lineId, planned, cause, equipment, startedAt, customersAffected, steps }: OutageFact): Counted {
  const sustained = steps.map((step) => ({ ...step, minutes: (step.restoredAt.getTime() - startedAt.getTime()) / 60_000 })).filter(({ minutes }) => minutes >= SUSTAINED_FROM_MINUTES);
  const restored = steps.reduce((sum, { customersRestored }) => sum + customersRestored, 0);
  const last = steps.at(-1);
  return {
    dimensions: { region: regionId, line: lineId, cause, equipment, planned: planned ? 'YES' : 'NO', month: dayOf(startedAt).slice(0, 7) },
    day: dayOf(startedAt),
    customersAffected,
    restoreMinutes: last && restored === customersAffected ? (last.restoredAt.getTime() - startedAt.getTime()) / 60_000 : undefined,
    interruptions: sustained.reduce((sum, { customersRestored }) => sum + customersRestored, 0),
    customerMinutes: sustained.reduce((sum, { customersRestored, minutes }) => sum + customersRestored * minutes, 0),
  };
}

function money({ account, amountFen, channel = '', period = '' }: MoneyFact, at: Date | undefined): Counted {
  return {
    dimensions: {
      region: account.regionId,
      line: account.lineId,
      usageNature: account.usageNature,
      capacityBand: capacityBand(account.installedCapacityKva),
      channel,
      period,
      ...(at ? { month: dayOf(at).slice(0, 7), day: dayOf(at) } : {}),
    },
    day: at && dayOf(at),
    amountFen,
  };
}

const hourOf = (instant: Date): string => String((instant.getUTCHours() + 8) % 24).padStart(2, '0');

function table({ statistic, groupBy, from, to, filter }: Question, facts: readonly Counted[], scriptFrom: string): PredictedTable['rows'] {
  const groups = new Map<string, Counted[]>();
  for (const fact of facts) {
    const day = fact.day ?? scriptFrom; // whatever the script leaves open happens on or after its first day
    if ((from && day < from) || (to && day > to)) continue;
    if (filter && fact.dimensions[filter[0]] !== filter[1]) continue;
    const key = groupBy.map((dimension) => fact.dimensions[dimension] ?? '').join('|');
    const group = groups.get(key);
    if (group) group.push(fact);
    else groups.set(key, [fact]);
  }
  return new Map(Array.from(groups, ([key, members]) => [key, measures(statistic, members)]));
}

function measures(statistic: Question['statistic'], facts: readonly Counted[]): Record<string, string> {
  const count = { count: String(facts.length) };
  if (statistic === 'top-ups' || statistic === 'charges') return { ...count, amountFen: String(facts.reduce((sum, { amountFen }) => sum + amountFen!, 0n)) };
  if (statistic === 'shifts') {
    const taken = String(facts.reduce((sum, { amountFen }) => sum + amountFen!, 0n));
    return { ...count, recordsFen: taken, invoicesFen: taken, slipsFen: taken, unbalanced: '0' };
  }
  if (statistic !== 'faults' && statistic !== 'outages') return count;
  const sum = (of: (fact: Counted) => number) => facts.reduce((total, fact) => total + of(fact), 0);
  const restored = facts.flatMap(({ restoreMinutes }) => restoreMinutes ?? []);
  return {
    ...count,
    customersAffected: String(sum(({ customersAffected }) => customersAffected!)),
    ...(statistic === 'outages' ? { interruptions: String(sum(({ interruptions }) => interruptions!)), customerMinutes: String(sum(({ customerMinutes }) => customerMinutes!)) } : {}),
    restoreMinutesMean: restored.length === 0 ? '' : String(restored.reduce((sum, one) => sum + one, 0) / restored.length),
  };
}
