import fc from 'fast-check';
import { Story } from './story.ts';

const ACCOUNTS = ['0000000001', '0000000002', '0000000003'];
export const NATURES = ['RESIDENTIAL', 'AGRICULTURAL', 'LARGE_INDUSTRIAL'];
const CODES = ['BILLING', 'OTHER', 'STORM', 'TREE'];
const from = Date.parse('2026-01-30T00:00:00Z');
const to = Date.parse('2026-03-02T00:00:00Z');

/** Times around month ends, and just at midnight of Shanghai. */
const time = fc.oneof(
  fc.integer({ min: from, max: to }),
  fc.constantFrom('2026-01-31T15:59:59.999Z', '2026-01-31T16:00:00.000Z', '2026-02-28T16:00:00.000Z').map((text) => Date.parse(text)),
).map((ms) => new Date(ms).toISOString());

/** Also in the years before, which say what a major event day is. */
const outageTime = fc.oneof(time, fc.integer({ min: Date.parse('2024-12-01T00:00:00Z'), max: Date.parse('2025-02-01T00:00:00Z') }).map((ms) => new Date(ms).toISOString()));
export const DAYS = ['2026-01-31', '2026-02-01', '2026-02-14', '2026-02-28', '2026-03-01'];

const pick = (values: readonly string[]) => fc.constantFrom(...values);
const number = fc.integer({ min: 0, max: 9 });

type Tell = (story: Story) => void;

const tellings: fc.Arbitrary<Tell> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ n: number, kind: pick(['FAULT', 'CONSULTATION', 'COMPLAINT']), openedAt: time, channel: pick(['HOTLINE', 'HALL']), place: pick(['1', '2', '']), account: pick([...ACCOUNTS, '']) })
    .map(({ n, kind, openedAt, channel, place, account }): Tell => (story) => {
      const caseId = `case-${n}`;
      if (story.events.some(({ subject }) => subject === caseId)) return;
      story.opened(caseId, { kind, openedAt, channel, regionId: place && `R${place}`, lineId: place && `R${place}-L1`, accountNo: account });
    }) },
  { weight: 6, arbitrary: fc.record({ n: number, code: pick(CODES) }).map(({ n, code }): Tell => ifThere(`case-${n}`, (story, id) => story.classified(id, code))) },
  { weight: 3, arbitrary: fc.record({ n: number, at: time, customers: number }).map(({ n, at, customers }): Tell => ifThere(`case-${n}`, (story, id) => story.resolved(id, at, customers))) },
  { weight: 3, arbitrary: fc.record({ account: pick(ACCOUNTS), nature: pick(NATURES), kva: fc.constantFrom(99, 100, 499, 500, 800, 801), at: time })
    .map(({ account, nature, kva, at }): Tell => (story) => story.account(account, { usageNature: nature, kva, regionId: `R${kva % 2}`, lineId: `R${kva % 2}-L1`, from: at })) },
  { weight: 2, arbitrary: fc.record({ account: pick(ACCOUNTS), fen: fc.bigInt(1n, 2n ** 60n), at: time, channel: pick(['COUNTER', 'ROVING']) }).map(({ account, fen, at, channel }): Tell => (story) => story.toppedUp(account, fen, at, channel)) },
  { weight: 2, arbitrary: fc.record({ account: pick(ACCOUNTS), fen: fc.bigInt(1n, 2n ** 60n), at: time, month: pick(['2026-01', '2026-02']) }).map(({ account, fen, at, month }): Tell => (story) => story.charged(account, fen, month, at)) },
  { weight: 1, arbitrary: fc.record({ outletId: pick(['H01', 'H02']), day: pick(['2026-01-31', '2026-02-01']), closed: fc.boolean(), invoices: pick(['5', '6']), slips: pick(['5', '6']) }).map(({ outletId, day, closed, invoices, slips }): Tell => (story) => {
    story.shift(`shift-${story.events.length}`, { outletId, day, ...(closed ? { sums: [5n, BigInt(invoices), BigInt(slips)] as const } : {}) });
  }) },
  { weight: 1, arbitrary: number.map((n): Tell => (story) => {
    const posted = story.events.filter(({ type }) => type.endsWith('TopUpPosted'));
    const one = posted[n % Math.max(1, posted.length)];
    if (one && !story.events.some(({ type, data }) => type.endsWith('TopUpReversed') && Buffer.from(data).includes(`"${(JSON.parse(Buffer.from(one.data).toString()) as { postingId: string }).postingId}"`))) story.reversed(one.subject, one);
  }) },
  { weight: 2, arbitrary: fc.record({ account: pick(ACCOUNTS), fen: fc.bigInt(1n, 2n ** 40n), month: pick(['2026-01', '2026-02', '']), due: pick(DAYS), n: number, start: fc.boolean(), clear: fc.boolean(), by: fc.bigInt(-100n, 100n), at: time })
    .map(({ account, fen, month, due, n, start, clear, by, at }): Tell => (story) => {
      story.charged(account, fen, month || '2026-01', at, due);
      if (n === 0) story.adjusted(account, by, month || '2026-01', at, due);
      const item = `item-${story.events.length}`;
      if (start) story.inArrears(account, item, fen, month, due, due);
      if (start && clear) story.cleared(account, item, due);
    }) },
  { weight: 5, arbitrary: fc.record({ n: number, line: pick(['R1-L1', 'R2-L1']), at: outageTime, customers: fc.integer({ min: 2, max: 9 }), minutes: fc.constantFrom(1, 4, 5, 10, 600), more: fc.constantFrom(undefined, 0, 30), code: pick(['STORM', 'TREE', 'MAINTENANCE', '']), cancelled: fc.integer({ min: 0, max: 9 }) })
    .map(({ n, line, at, customers, minutes, more, code, cancelled }): Tell => (story) => {
      const later = (after: number): string => new Date(Date.parse(at) + after * 60_000).toISOString();
      const steps: [string, number][] = [[later(minutes), 1], ...(more === undefined ? [] : [[later(minutes + more), customers - 1] as [string, number]])];
      story.outage(`outage-${n}`, { lineId: line, regionId: line.slice(0, 2), startedAt: at, customers, steps, cause: code, planned: code === 'MAINTENANCE', equipment: n % 2 ? 'CABLE' : '', cancelled: cancelled === 0 });
    }) },
  { weight: 1, arbitrary: fc.record({ n: number, at: time }).map(({ n, at }): Tell => (story) => {
    const messageId = `message-${n}`;
    if (!story.events.some(({ subject }) => subject === messageId)) story.say('notification.v1.MessageQueued', messageId, { messageId, rule: 'BALANCE_LOW', queuedAt: at });
  }) },
  { weight: 1, arbitrary: fc.record({ n: number, status: pick(['Sent', 'Delivered', 'Failed']) }).map(({ n, status }): Tell => ifThere(`message-${n}`, (story, id) => story.say(`notification.v1.Message${status}`, id, { messageId: id }))) },
);

function ifThere(subject: string, tell: (story: Story, subject: string) => void): Tell {
  return (story) => {
    if (story.events.some((event) => event.subject === subject)) tell(story, subject);
  };
}

/** Cases, corrections, accounts that change in the past, money and messages, in any order that the services allow. */
export const randomStory = fc.noBias(fc.array(tellings, { minLength: 20, maxLength: 120, size: 'max' })).map((all) => {
  const story = new Story();
  for (const tell of all) tell(story);
  return story;
});
