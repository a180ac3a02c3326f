import type { Piece } from './recount-time.ts';

/** What an account was, from a time on; of two from the same time the later one told holds. */
export interface Version { sequence: bigint; from: string; usageNature: string; kva: number; regionId: string; lineId: string }

/** When accounts were closed. */
export type Closings = ReadonlyMap<string, number>;

/** What one account was from when to when. */
export type Spans = readonly { keys: Record<string, string | undefined>; since: number; until: number }[];

const WEEK_MS = 7 * 86_400_000;

export function spansOf(accounts: ReadonlyMap<string, readonly Version[]>, closings: Closings): Spans {
  const beginning = Math.min(...[...accounts.values()].flat().map(({ from }) => Date.parse(from)));
  return [...accounts].flatMap(([accountNo, versions]) => {
    const inOrder = newestOfEachTime(versions);
    const closed = closings.get(accountNo) ?? Infinity;
    return inOrder.map((version, i) => {
      const from = Date.parse(version.from);
      return { keys: { ...accountKeys(version), region: version.regionId, line: version.lineId }, since: i === 0 && from < beginning + WEEK_MS ? -Infinity : from, until: Math.min(closed, i + 1 < inOrder.length ? Date.parse(inOrder[i + 1]!.from) : Infinity) };
    });
  });
}

export function customersOf(spans: Spans, piece: Piece): { keys: Record<string, string | undefined>; piece: Piece; ms: number }[] {
  return spans.flatMap(({ keys, since, until }) => {
    const ms = Math.min(until, piece.until) - Math.max(since, piece.since);
    return ms > 0 ? [{ keys, piece, ms }] : [];
  });
}

/** How many accounts there were. */
export function customersAt(accounts: ReadonlyMap<string, readonly Version[]>, closings: Closings, instant: number): number {
  const beginning = Math.min(...[...accounts.values()].flat().map(({ from }) => Date.parse(from)));
  return [...accounts].filter(([accountNo, versions]) => {
    const first = Math.min(...versions.map(({ from }) => Date.parse(from)));
    return (first < beginning + WEEK_MS || first <= instant) && (closings.get(accountNo) ?? Infinity) > instant;
  }).length;
}

function newestOfEachTime(versions: readonly Version[]): Version[] {
  const byTime = new Map<number, Version>();
  for (const version of [...versions].sort((a, b) => Number(a.sequence - b.sequence))) byTime.set(Date.parse(version.from), version);
  return [...byTime].sort(([a], [b]) => a - b).map(([, version]) => version);
}

export function versionAt(versions: readonly Version[] | undefined, at: string | number): Version | undefined {
  const inOrder = newestOfEachTime(versions ?? []);
  return inOrder.findLast(({ from }) => Date.parse(from) <= new Date(at).getTime()) ?? inOrder[0];
}

export function accountKeys(account: Version | undefined): Record<string, string | undefined> {
  if (!account) return {};
  const { kva } = account;
  return { usageNature: account.usageNature, capacityBand: kva > 800 ? 'OVER_800' : kva >= 500 ? '500_TO_800' : kva >= 100 ? '100_TO_499' : 'UNDER_100' };
}
