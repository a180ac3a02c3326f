import fc from 'fast-check';
import { STATISTICS } from '../catalogue/statistics.ts';
import type { Asked } from '../query/question.ts';
import { Story } from './story.ts';

const ACCOUNTS = ['0000000001', '0000000002', '0000000003'];
const NATURES = ['RESIDENTIAL', 'AGRICULTURAL', 'LARGE_INDUSTRIAL'];
const CODES = ['BILLING', 'OTHER', 'STORM', 'TREE'];
const from = Date.parse('2026-01-30T00:00:00Z');
const to = Date.parse('2026-03-02T00:00:00Z');

/** Times around month ends, and just at midnight of Shanghai. */
const time = fc.oneof(
  fc.integer({ min: from, max: to }),
  fc.constantFrom('2026-01-31T15:59:59.999Z', '2026-01-31T16:00:00.000Z', '2026-02-28T16:00:00.000Z').map((text) => Date.parse(text)),
).map((ms) => new Date(ms).toISOString());

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
export const randomStory = fc.array(tellings, { minLength: 1, maxLength: 80, size: 'max' }).map((all) => {
  const story = new Story();
  for (const tell of all) tell(story);
  return story;
});

const VALUES: Record<string, string[]> = {
  region: ['R1', 'R2', ''], line: ['R1-L1', 'R2-L1', ''], cause: ['STORM', 'TREE', 'OTHER', ''], category: ['BILLING', 'OTHER', ''], class: ['BILLING', 'OTHER', ''],
  channel: ['ONLINE', 'KIOSK', ''], usageNature: [...NATURES, ''], capacityBand: ['UNDER_100', '100_TO_499', '500_TO_800', 'OVER_800', ''],
  month: ['2026-01', '2026-02', '2026-03'], day: ['2026-01-31', '2026-02-01', '2026-02-28', '2026-03-01'], hour: ['00', '23', '12'], period: ['2026-01', '2026-02'],
  rule: ['BALANCE_LOW', 'TOP_UP_RECEIPT'], status: ['QUEUED', 'SENT', 'DELIVERED', 'FAILED'],
};

/** Questions that the catalogue can answer. */
export const randomQuestion: fc.Arbitrary<Asked> = fc.constantFrom(...STATISTICS).chain((statistic) => {
  const dimensions = statistic.dimensions.map(({ id }) => id);
  const filter = fc.constantFrom(...dimensions).chain((id) => pick(VALUES[id]!).map((value): [string, string] => [id, value]));
  const day = fc.constantFrom('', '2026-01-31', '2026-02-01', '2026-02-14', '2026-02-28');
  return fc.record({ groupBy: fc.subarray(dimensions), filters: fc.array(filter, { maxLength: 2 }).map((pairs) => Object.fromEntries(pairs)), one: day, other: day })
    .map(({ groupBy, filters, one, other }) => {
      const [first, last] = one !== '' && other !== '' && one > other ? [other, one] : [one, other];
      return { statistic: statistic.id, groupBy, filters, from: first, to: last };
    });
});
