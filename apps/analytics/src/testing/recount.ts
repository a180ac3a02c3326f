import type { Event } from '@youdian/messaging';
import type { Asked } from '../query/question.ts';

/**
 * For tests: the slow, obvious way to the same figures. It knows no facts, no signs and no SQL: it reads each event, keeps
 * the newest state of each thing, and counts. It shares no code with what it checks.
 */
export function recount(events: readonly Event[]): (asked: Asked) => string[] {
  const things = all(events);
  return (asked) => countOf(things, asked);
}

function countOf(all: readonly Thing[], { statistic, groupBy, from, to, filters }: Asked): string[] {
  const things = all.filter((thing) => thing.statistic === statistic && (from === '' || thing.day >= from) && (to === '' || thing.day <= to)
    && Object.entries(filters).every(([dimension, value]) => (thing.keys[dimension] ?? '') === value));
  const groups = new Map<string, Thing[]>();
  if (groupBy.length === 0) groups.set('', []);
  for (const thing of things) {
    const key = groupBy.map((dimension) => thing.keys[dimension] ?? '').join(',');
    groups.set(key, [...(groups.get(key) ?? []), thing]);
  }
  return [...groups].map(([key, members]) => `${key}: ${valuesOf(statistic, members).join(',')}`).sort();
}

interface Thing {
  statistic: string;
  day: string;
  keys: Record<string, string | undefined>;
  customers: bigint;
  minutes: number | undefined;
  amountFen: bigint;
}

interface Version { sequence: bigint; from: string; usageNature: string; kva: number; regionId: string; lineId: string }

function valuesOf(statistic: string, things: Thing[]): string[] {
  const count = String(things.length);
  if (statistic === 'faults') {
    const restored = things.flatMap(({ minutes }) => (minutes === undefined ? [] : [minutes]));
    const mean = restored.length === 0 ? '' : (restored.reduce((sum, minutes) => sum + minutes, 0) / restored.length).toFixed(6);
    return [count, String(things.reduce((sum, { customers }) => sum + customers, 0n)), mean];
  }
  if (statistic === 'top-ups' || statistic === 'charges') return [count, String(things.reduce((sum, thing) => sum + thing.amountFen, 0n))];
  return [count];
}

function all(events: readonly Event[]): Thing[] {
  const bySubject = new Map<string, { type: string; sequence: bigint; payload: any }[]>();
  for (const { topic, subject, type, sequence, data } of events) {
    const key = `${topic} ${subject}`;
    const payload = JSON.parse(Buffer.from(data).toString());
    bySubject.set(key, [...(bySubject.get(key) ?? []), { type: type.split('.').at(-1)!, sequence, payload }]);
  }
  const accounts = new Map<string, Version[]>();
  for (const told of bySubject.values()) {
    for (const { type, sequence, payload } of told) {
      if (type !== 'AccountRegistered' && type !== 'AccountUpdated') continue;
      const { accountNo, usageNature, installedCapacityKva, regionId, lineId, effectiveAt } = payload;
      const version = { sequence, from: effectiveAt, usageNature: usageNature.slice('USAGE_NATURE_'.length), kva: Number(installedCapacityKva), regionId, lineId };
      accounts.set(accountNo, [...(accounts.get(accountNo) ?? []), version]);
    }
  }
  return [...bySubject.values()].flatMap((told) => {
    const inOrder = [...new Map(told.map((one) => [one.sequence, one])).values()].sort((a, b) => Number(a.sequence - b.sequence));
    const first = inOrder[0]!;
    if (first.type === 'CaseOpened') return [caseOf(inOrder, accounts)];
    if (first.type === 'MessageQueued') return [messageOf(inOrder)];
    return inOrder.flatMap(({ type, payload }) => (type === 'TopUpPosted' || type === 'ChargePosted' ? [moneyOf(type, payload, accounts)] : []));
  });
}

function caseOf(told: { type: string; payload: any }[], accounts: ReadonlyMap<string, Version[]>): Thing {
  const newest = (type: string): any => told.findLast((one) => one.type === type)?.payload;
  const opened = newest('CaseOpened');
  const classification = newest('CaseClassified')?.classification;
  const resolved = newest('CaseResolved');
  const account = versionAt(accounts.get(opened.accountNo), opened.openedAt);
  return {
    statistic: { CASE_KIND_FAULT: 'faults', CASE_KIND_CONSULTATION: 'consultations', CASE_KIND_COMPLAINT: 'complaints' }[opened.kind as string]!,
    day: dayOf(opened.openedAt),
    keys: {
      region: opened.regionId, line: opened.lineId, cause: classification, category: classification, class: classification,
      channel: opened.channel.slice('CASE_CHANNEL_'.length), ...accountKeys(account), ...timeKeys(opened.openedAt),
    },
    customers: BigInt(resolved?.customersAffected ?? 0),
    minutes: resolved ? (Date.parse(resolved.resolvedAt) - Date.parse(opened.openedAt)) / 60_000 : undefined,
    amountFen: 0n,
  };
}

function messageOf(told: { type: string; payload: any }[]): Thing {
  const queued = told[0]!.payload;
  const status = told.at(-1)!.type.slice('Message'.length).toUpperCase();
  return { statistic: 'messages', day: dayOf(queued.queuedAt), keys: { rule: queued.rule, status, ...timeKeys(queued.queuedAt) }, customers: 0n, minutes: undefined, amountFen: 0n };
}

function moneyOf(type: string, payload: any, accounts: ReadonlyMap<string, Version[]>): Thing {
  const at = type === 'TopUpPosted' ? payload.takenAt : payload.postedAt;
  const account = versionAt(accounts.get(payload.accountNo), at);
  return {
    statistic: type === 'TopUpPosted' ? 'top-ups' : 'charges',
    day: dayOf(at),
    keys: { region: account?.regionId, line: account?.lineId, channel: payload.channel?.slice('TOP_UP_CHANNEL_'.length), period: payload.period, ...accountKeys(account), ...timeKeys(at) },
    customers: 0n, minutes: undefined, amountFen: BigInt(payload.amountFen),
  };
}

function versionAt(versions: readonly Version[] | undefined, at: string): Version | undefined {
  const inOrder = [...(versions ?? [])].sort((a, b) => Date.parse(a.from) - Date.parse(b.from) || Number(a.sequence - b.sequence));
  const first = inOrder[0];
  return inOrder.findLast(({ from }) => Date.parse(from) <= Date.parse(at)) ?? inOrder.findLast(({ from }) => from === first?.from);
}

function accountKeys(account: Version | undefined): Record<string, string | undefined> {
  if (!account) return {};
  const { kva } = account;
  return { usageNature: account.usageNature, capacityBand: kva > 800 ? 'OVER_800' : kva >= 500 ? '500_TO_800' : kva >= 100 ? '100_TO_499' : 'UNDER_100' };
}

/** Only for times since 1992, when Shanghai is UTC+8 all year. */
function dayOf(at: string): string {
  return new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 10);
}

function timeKeys(at: string): Record<string, string> {
  return { day: dayOf(at), month: dayOf(at).slice(0, 7), hour: new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(11, 13) };
}
