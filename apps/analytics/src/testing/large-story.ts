import { CATEGORIES, CAUSES, CLASSES, EQUIPMENT, OUTAGE_CAUSES, USAGE_NATURES, type Names } from '../catalogue/names.ts';
import { Story } from './story.ts';

/** The same numbers for the same seed: 0 ≤ n < below. */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const YEAR_MS = 365 * 86_400_000;
const KINDS: readonly (readonly [string, Names])[] = [['FAULT', CAUSES], ['CONSULTATION', CATEGORIES], ['COMPLAINT', CLASSES]];

/** A year of a town in one seed: accounts, of which some change and some are closed; cases of all kinds, of which one in ten is corrected; money. */
export function largeStory({ seed, cases, accounts }: { seed: number; cases: number; accounts: number }): Story {
  const story = new Story();
  const random = seeded(seed);
  const one = (names: Names): string => Object.keys(names)[random(Object.keys(names).length)]!;
  const time = (): number => START_MS + random(YEAR_MS / 1_000) * 1_000;
  const iso = (ms: number): string => new Date(ms).toISOString();
  const accountNo = (n: number): string => String(n).padStart(10, '0');
  const place = (): { regionId: string; lineId: string } => {
    const region = 1 + random(6);
    return { regionId: `R${region}`, lineId: `R${region}-L${1 + random(8)}` };
  };
  const account = (n: number, from: string): void => story.account(accountNo(n), { usageNature: one(USAGE_NATURES), kva: random(1_200), ...place(), from });

  const outage = (outageId: string): void => {
    const startedMs = time();
    const customers = 2 + random(300);
    const first = 1 + random(customers - 1);
    const told = {
      ...place(), startedAt: iso(startedMs), customers, cause: one(OUTAGE_CAUSES), equipment: one(EQUIPMENT), planned: random(5) === 0,
      steps: [[iso(startedMs + random(20) * 60_000), first], [iso(startedMs + (20 + random(300)) * 60_000), customers - first]] as [string, number][],
    };
    story.outage(outageId, { ...told, steps: told.steps.slice(0, 1) });
    if (random(10) < 9) story.outage(outageId, told);
    if (random(20) === 0) story.outage(outageId, { ...told, cancelled: true });
  };

  for (let n = 0; n < accounts; n++) account(n, iso(START_MS));
  for (let n = 0; n < cases; n++) {
    const [kind, codes] = KINDS[random(KINDS.length)]!;
    const openedMs = time();
    const caseId = `case-${seed}-${n}`;
    story.opened(caseId, { kind, openedAt: iso(openedMs), ...place(), accountNo: accountNo(random(accounts)) });
    if (random(10) < 9) story.classified(caseId, one(codes));
    if (random(10) < 8) story.resolved(caseId, iso(openedMs + random(300) * 60_000), random(500));
    if (random(10) < 1) story.classified(caseId, one(codes));
    if (random(20) === 0) account(random(accounts), iso(time()));
    story.toppedUp(accountNo(random(accounts)), BigInt(random(100_000) + 1), iso(time()));
    if (random(20) === 0) story.reversed(story.events.at(-1)!.subject, story.events.at(-1)!);
    const [payer, month, dueOn] = [accountNo(random(accounts)), iso(time()).slice(0, 7), iso(time()).slice(0, 10)];
    story.charged(payer, BigInt(random(100_000) + 1), month, iso(time()), random(10) < 9 ? dueOn : '');
    if (random(20) === 0) story.adjusted(payer, BigInt(random(1_000) - 500), month, iso(time()), dueOn);
    if (random(5) === 0) story.inArrears(payer, `item-${n}`, BigInt(random(100_000) + 1), random(10) === 0 ? '' : month, dueOn, dueOn);
    if (random(10) === 0) story.cleared(payer, `item-${n}`, iso(time()).slice(0, 10));
    if (random(10) === 0) story.shift(`shift-${seed}-${n}`, { outletId: `H0${1 + random(3)}`, day: iso(time()).slice(0, 10), ...(random(4) === 0 ? {} : { sums: [1_000n, 1_000n, random(5) === 0 ? 900n : 1_000n] as const }) });
    if (random(3) === 0) outage(`outage-${seed}-${n}`);
  }
  for (let n = 0; n < accounts; n++) if (random(10) === 0) story.closed(accountNo(n), iso(time()));
  return story;
}

/** The same events with the subjects' order mixed; each subject's own events stay in theirs. */
export function shuffled(story: Story, seed: number): Story['events'] {
  const random = seeded(seed);
  const bySubject = new Map<string, Story['events']>();
  for (const event of story.events) {
    const key = `${event.topic}|${event.subject}`;
    const events = bySubject.get(key);
    if (events) events.push(event);
    else bySubject.set(key, [event]);
  }
  const places = story.events.map((event) => ({ key: `${event.topic}|${event.subject}`, at: random(2 ** 30) })).sort((a, b) => a.at - b.at);
  const taken = new Map<string, number>();
  return places.map(({ key }) => {
    const index = taken.get(key) ?? 0;
    taken.set(key, index + 1);
    return bySubject.get(key)![index]!;
  });
}
