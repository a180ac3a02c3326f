import type { Event } from '@youdian/messaging';
import { accountKeys, customersAt, spansOf, versionAt, type Closings, type Spans, type Version } from './recount-customers.ts';
import { dayOf, startOf, timeKeys } from './recount-time.ts';

/** For tests: something that a statistic counts. */
export interface Thing {
  readonly statistic: string;
  readonly subject?: string;
  readonly day: string;
  readonly keys: Record<string, string | undefined>;
  readonly customers?: bigint;
  readonly minutes?: number | undefined;
  readonly amountFen?: bigint;
  readonly accountNo?: string;
  readonly openedMs?: number;
  readonly sinceLastMs?: number | undefined;
  readonly interrupted?: bigint;
  readonly customerMinutes?: number;
  readonly cleared?: boolean;
  readonly adjusts?: boolean;
  readonly sums?: readonly bigint[];
}

interface Told { type: string; sequence: bigint; payload: any }
type Accounts = ReadonlyMap<string, Version[]>;

export function thingsOf(events: readonly Event[]): { things: Thing[]; spans: Spans } {
  const bySubject = new Map<string, Told[]>();
  for (const { topic, subject, type, sequence, data } of events) {
    const key = `${topic} ${subject}`;
    bySubject.set(key, [...(bySubject.get(key) ?? []), { type: type.split('.').at(-1)!, sequence, payload: JSON.parse(Buffer.from(data).toString()) }]);
  }
  const all = [...bySubject.values()];
  const accounts = accountsOf(all);
  const closings = closingsOf(all);
  const cases = all.flatMap((told) => (told.some(({ type }) => type === 'CaseOpened') ? [caseOf(told, accounts)] : []));
  const outages = all.flatMap((told) => (told[0]!.type.startsWith('Outage') && told.at(-1)!.type !== 'OutageCancelled' ? [outageOf(told.at(-1)!.payload.outage)] : []));
  const messages = all.flatMap((told) => (told.some(({ type }) => type === 'MessageQueued') ? [messageOf(told)] : []));
  const things = [...cases, ...repeatsOf(cases), ...withMajorEventDays(outages, accounts, closings), ...messages, ...moneyOf(all.flat(), accounts), ...all.flatMap((told) => (told[0]!.type === 'ShiftOpened' ? [shiftOf(told)] : []))];
  return { things, spans: spansOf(accounts, closings) };
}

function accountsOf(all: readonly Told[][]): Accounts {
  const accounts = new Map<string, Version[]>();
  for (const { type, sequence, payload } of all.flat()) {
    if (type !== 'AccountRegistered' && type !== 'AccountUpdated') continue;
    const { accountNo, usageNature, installedCapacityKva, regionId, lineId, effectiveAt } = payload;
    const version = { sequence, from: effectiveAt, usageNature: usageNature.slice('USAGE_NATURE_'.length), kva: Number(installedCapacityKva), regionId, lineId };
    accounts.set(accountNo, [...(accounts.get(accountNo) ?? []), version]);
  }
  return accounts;
}

function closingsOf(all: readonly Told[][]): Closings {
  return new Map(all.flat().flatMap(({ type, payload }) => (type === 'AccountClosed' ? [[payload.accountNo as string, Date.parse(payload.postedAt)] as const] : [])));
}

function caseOf(told: readonly Told[], accounts: Accounts): Thing {
  const newest = (type: string): any => told.findLast((one) => one.type === type)?.payload;
  const opened = newest('CaseOpened');
  const classification = newest('CaseClassified')?.classification;
  const resolved = newest('CaseResolved');
  const account = versionAt(accounts.get(opened.accountNo), opened.openedAt);
  return {
    statistic: { CASE_KIND_FAULT: 'faults', CASE_KIND_CONSULTATION: 'consultations', CASE_KIND_COMPLAINT: 'complaints' }[opened.kind as string]!,
    subject: opened.caseId, day: dayOf(opened.openedAt),
    keys: {
      region: opened.regionId, line: opened.lineId, cause: classification, category: classification, class: classification,
      channel: opened.channel.slice('CASE_CHANNEL_'.length), ...accountKeys(account), ...timeKeys(opened.openedAt),
    },
    customers: BigInt(resolved?.customersAffected ?? 0), openedMs: Date.parse(opened.openedAt),
    minutes: resolved ? (Date.parse(resolved.resolvedAt) - Date.parse(opened.openedAt)) / 60_000 : undefined,
  };
}

/** Each fault of a line, with how long ago the one before it was. */
function repeatsOf(cases: readonly Thing[]): Thing[] {
  const faults = cases.filter(({ statistic, keys }) => statistic === 'faults' && keys['line']);
  return [...Map.groupBy(faults, ({ keys }) => keys['line']).values()].flatMap((ofLine) => {
    const inOrder = [...ofLine].sort((a, b) => a.openedMs! - b.openedMs! || (a.subject! < b.subject! ? -1 : 1));
    return inOrder.map((fault, i) => ({ ...fault, statistic: 'repeat-faults', sinceLastMs: i === 0 ? undefined : fault.openedMs! - inOrder[i - 1]!.openedMs! }));
  });
}

function outageOf(outage: any): Thing {
  const { regionId, lineId, cause, equipment, planned, startedAt, endedAt, customersAffected, restorations } = outage;
  const sustained = (restorations as any[]).map(({ restoredAt, customersRestored }) => ({ minutes: (Date.parse(restoredAt) - Date.parse(startedAt)) / 60_000, customers: BigInt(customersRestored) })).filter(({ minutes }) => minutes >= 5);
  return {
    statistic: 'outages', day: dayOf(startedAt), keys: { region: regionId, line: lineId, cause, equipment, planned: planned ? 'YES' : 'NO', ...timeKeys(startedAt) },
    customers: BigInt(customersAffected), minutes: endedAt ? (Date.parse(endedAt) - Date.parse(startedAt)) / 60_000 : undefined,
    interrupted: sustained.reduce((sum, { customers }) => sum + customers, 0n), customerMinutes: sustained.reduce((sum, { minutes, customers }) => sum + minutes * Number(customers), 0),
  };
}

/** IEEE 1366: beyond exp(mean + 2.5 deviations) of the logarithms of the days of five years before. */
function withMajorEventDays(outages: readonly Thing[], accounts: Accounts, closings: Closings): Thing[] {
  const saidi = new Map<string, number>();
  for (const [day, ofDay] of Map.groupBy(outages, (outage) => outage.day)) {
    const minutes = ofDay.reduce((sum, { customerMinutes }) => sum + customerMinutes!, 0);
    const customers = customersAt(accounts, closings, startOf(day));
    if (minutes > 0 && customers > 0) saidi.set(day, minutes / customers);
  }
  const isMajor = (day: string): boolean => {
    const year = Number(day.slice(0, 4));
    const logs = [...saidi].flatMap(([other, minutes]) => (Number(other.slice(0, 4)) < year && Number(other.slice(0, 4)) >= year - 5 ? [Math.log(minutes)] : []));
    if (logs.length < 2 || !saidi.has(day)) return false;
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    const deviation = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1));
    return saidi.get(day)! > Math.exp(mean + 2.5 * deviation);
  };
  const major = new Map([...saidi.keys()].map((day) => [day, isMajor(day)]));
  return outages.map((outage) => ({ ...outage, keys: { ...outage.keys, majorEventDay: major.get(outage.day) ? 'YES' : 'NO' } }));
}

function shiftOf(told: readonly Told[]): Thing {
  const { outletId, day } = told[0]!.payload;
  const closed = told.find(({ type }) => type === 'ShiftClosed')?.payload;
  return {
    statistic: 'shifts', day, keys: { outlet: outletId, status: closed ? 'CLOSED' : 'OPEN', day, month: day.slice(0, 7) },
    sums: closed ? [closed.records.topUpFen, closed.declared.invoiceFen, closed.declared.slips[0].amountFen].map(BigInt) : [],
  };
}

function messageOf(told: readonly Told[]): Thing {
  const queued = told[0]!.payload;
  const status = told.at(-1)!.type.slice('Message'.length).toUpperCase();
  return { statistic: 'messages', day: dayOf(queued.queuedAt), keys: { rule: queued.rule, status, ...timeKeys(queued.queuedAt) } };
}

function moneyOf(told: readonly Told[], accounts: Accounts): Thing[] {
  const of = (type: string): any[] => told.filter((one) => one.type === type).map(({ payload }) => payload);
  const keysAt = (accountNo: string, at: string | number): Record<string, string | undefined> => {
    const account = versionAt(accounts.get(accountNo), at);
    return { region: account?.regionId, line: account?.lineId, ...accountKeys(account) };
  };
  const takenBack = new Set(of('TopUpReversed').map(({ reversedPostingId }) => reversedPostingId));
  const topUps = of('TopUpPosted').filter(({ postingId }) => !takenBack.has(postingId)).map(({ accountNo, amountFen, channel, takenAt }): Thing => ({
    statistic: 'top-ups', day: dayOf(takenAt), accountNo, amountFen: BigInt(amountFen), keys: { ...keysAt(accountNo, takenAt), channel: channel.slice('TOP_UP_CHANNEL_'.length), ...timeKeys(takenAt) },
  }));
  const all = [...of('ChargePosted').map((charge) => ({ ...charge, adjusts: false })), ...of('ChargeAdjusted').map((charge) => ({ ...charge, adjusts: true }))];
  const charges = all.map(({ accountNo, amountFen, period, postedAt, adjusts }): Thing => ({
    statistic: 'charges', day: dayOf(postedAt), amountFen: BigInt(amountFen), adjusts, keys: { ...keysAt(accountNo, postedAt), period, ...timeKeys(postedAt) },
  }));
  const newestDay = [...all.map(({ postedAt }) => dayOf(postedAt)), ...of('TopUpPosted').map(({ takenAt }) => dayOf(takenAt)), ...of('ArrearsStarted').map(({ startedOn }) => startedOn)].sort().at(-1) ?? '';
  const due = all.filter(({ dueOn }) => dueOn && dueOn < newestDay).map(({ accountNo, amountFen, period, dueOn, adjusts }): Thing => ({
    statistic: 'due-charges', day: dueOn, amountFen: BigInt(amountFen), adjusts, keys: { ...keysAt(accountNo, startOf(dueOn)), period },
  }));
  const cleared = new Set(of('ArrearsCleared').map(({ accountNo, itemId }) => `${accountNo} ${itemId}`));
  const arrears = of('ArrearsStarted').flatMap(({ accountNo, itemId, owedFen, period, dueOn, startedOn }): Thing[] => {
    const one = { amountFen: BigInt(owedFen), cleared: cleared.has(`${accountNo} ${itemId}`), keys: { ...keysAt(accountNo, startOf(dueOn)), period: period || undefined } };
    const begun = { ...one, statistic: 'arrears', day: startedOn, keys: { ...one.keys, day: startedOn, month: startedOn.slice(0, 7) } };
    return period && dueOn < newestDay ? [begun, { ...one, statistic: 'late-charges', day: dueOn }] : [begun];
  });
  return [...topUps, ...topUps.map((topUp) => ({ ...topUp, statistic: 'prepaid-customers' })), ...charges, ...due, ...arrears];
}
