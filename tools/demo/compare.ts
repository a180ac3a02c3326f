import { type Town } from '../town/town.ts';
import { concurrently, mustCall } from '../town/rest.ts';
import { compareRoving } from './compare-roving.ts';
import { readTopic } from './kafka-reader.ts';
import { predict, type Prediction } from './predict.ts';
import { predictTables, type PredictedTable, type Question } from './predict-statistics.ts';
import { type Script } from './script.ts';

const ANALYST = 'analyst:demo';
const BALANCES_AT_ONCE = 16;
const SMS_LIMIT_MS = 90_000;
const WATERMARK_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 250;
/** What comes too often comes about now. */
const SETTLE_MS = 1_500;
/** Of a mean. */
const TOLERANCE = 0.01;

/** A message as the SMSC accepted it. */
export interface Sms {
  readonly to: string;
  readonly text: string;
}

export interface Comparing {
  readonly gatewayUrl: string;
  readonly brokers: string;
  readonly town: Town;
  /** All that were played, in order. */
  readonly scripts: readonly Script[];
  /** From playing the day. */
  readonly finishedAt: Date;
  readonly sms: () => Promise<readonly Sms[]>;
  readonly say?: (text: string) => void;
}

export interface Compared {
  /** How many figures were compared. */
  readonly figures: number;
  readonly differences: readonly string[];
}

/** Asks the platform for every figure and every balance after the scripts, and says what is other than predicted. */
export async function compareDay(comparing: Comparing): Promise<Compared> {
  const { gatewayUrl, town, scripts, finishedAt, say = () => {} } = comparing;
  const prediction = predict(town, scripts);
  const result = new Differences();
  // Nothing is to be compared before everything has arrived: the messages are the last to.
  await untilMessagesSettled(comparing, prediction);
  await untilWatermark(gatewayUrl, finishedAt);
  for (const table of predictTables(town, scripts[0]!.from, prediction)) result.table(table, await ask(gatewayUrl, table));
  say(`统计 statistics: ${result.figures} figures compared`);
  const before = result.figures;
  await concurrently([...prediction.purses], BALANCES_AT_ONCE, async ([accountNo, purse]) => {
    const told = await mustCall(gatewayUrl, { method: 'GET', path: `/api/v1/accounts/${accountNo}/balance`, actor: 'cashier:C01' });
    for (const [name, expected] of Object.entries(purse)) result.figure(`${name} of account ${accountNo}`, String(expected), String(told[name]));
  });
  say(`余额 balances: ${prediction.purses.size} accounts, ${result.figures - before} figures compared`);
  await compareRoving(gatewayUrl, prediction, (...figure) => result.figure(...figure));
  messages(result, prediction, await comparing.sms());
  await rejections(result, comparing, prediction);
  return result;
}

/** One question to the statistics; the rows by key, as the prediction has them. */
export async function ask(gatewayUrl: string, { statistic, groupBy, from, to, filter }: Question): Promise<Map<string, Record<string, string>>> {
  const query = new URLSearchParams({ groupBy: groupBy.join(','), ...(from ? { from } : {}), ...(to ? { to } : {}), ...(filter ? { [filter[0]]: filter[1] } : {}) });
  const answer = await mustCall(gatewayUrl, { method: 'GET', path: `/api/v1/statistics/${statistic}?${query}`, actor: ANALYST });
  const rows = answer.rows as { keys: Record<string, string | null>; values: Record<string, unknown> }[];
  return new Map(rows.map(({ keys, values }) => [
    groupBy.map((dimension) => keys[dimension] ?? '').join('|'),
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value === null ? '' : String(value)])),
  ]));
}

class Differences implements Compared {
  figures = 0;
  readonly differences: string[] = [];

  figure(what: string, expected: string, told: string | undefined): void {
    this.figures += 1;
    if (expected === told) return;
    if (expected.includes('.') && Math.abs(Number(expected) - Number(told || NaN)) <= TOLERANCE) return;
    this.differences.push(`${what}: predicted ${expected || 'nothing'}, the platform says ${told ?? 'nothing'}`);
  }

  table({ statistic, groupBy, from, to, filter, rows }: PredictedTable, told: Map<string, Record<string, string>>): void {
    const title = `${statistic} by ${groupBy.join(',')}${from ? ` from ${from}` : ''}${to ? ` to ${to}` : ''}${filter ? ` with ${filter.join(' ')}` : ''}`;
    for (const [key, measures] of rows) {
      for (const [measure, expected] of Object.entries(measures)) this.figure(`${title}: ${measure} of ${key || '(unknown)'}`, expected, told.get(key)?.[measure]);
    }
    for (const [key, { count }] of told) if (!rows.has(key) && count !== '0') this.figure(`${title}: ${key || '(unknown)'}`, '', count);
  }
}

async function untilWatermark(gatewayUrl: string, finishedAt: Date): Promise<void> {
  const began = Date.now();
  for (const statistic of ['faults', 'outages', 'top-ups', 'charges', 'messages', 'shifts']) {
    for (;;) {
      const { watermark } = await mustCall(gatewayUrl, { method: 'GET', path: `/api/v1/statistics/${statistic}`, actor: ANALYST });
      if (watermark && Date.parse(watermark) > finishedAt.getTime()) break;
      if (Date.now() - began > WATERMARK_LIMIT_MS) throw new Error(`the watermark of ${statistic} stands at ${watermark}, the day ended at ${finishedAt.toISOString()}`);
      await sleep(LOOK_EVERY_MS);
    }
  }
}

/** Until the predicted messages have their final status, or it takes too long and the comparison will say what is missing. */
async function untilMessagesSettled({ gatewayUrl, say = () => {} }: Comparing, prediction: Prediction): Promise<void> {
  const began = Date.now();
  let last = -1;
  while (Date.now() - began < SMS_LIMIT_MS) {
    const rows = await ask(gatewayUrl, { statistic: 'messages', groupBy: ['status'] });
    const count = (status: string) => Number(rows.get(status)?.['count'] ?? 0);
    const settled = count('DELIVERED') + count('FAILED');
    if (settled >= prediction.messages.length) break;
    if (settled !== last) say(`短信 messages: ${settled}/${prediction.messages.length}`);
    last = settled;
    await sleep(LOOK_EVERY_MS * 4);
  }
  await sleep(SETTLE_MS);
}

/** Each predicted message must have reached its phone exactly once, and no other. */
function messages(result: Differences, prediction: Prediction, sms: readonly Sms[]): void {
  const kind = (accountNo: string | undefined, rule: string, to: string) => `${rule} of account ${accountNo ?? '?'} to ${to}`;
  const expected = tally(prediction.messages.map(({ rule, account }) => kind(account.accountNo, rule, account.phone)));
  const told = tally(sms.map(({ to, text }) => kind(/\d{10}/.exec(text)?.[0], ruleOf(text), to)));
  for (const [what, count] of expected) result.figure(`SMS ${what}`, String(count), String(told.get(what) ?? 0));
  for (const [what, count] of told) if (!expected.has(what)) result.figure(`SMS ${what}`, '0', String(count));
}

/** By the words that only this kind of message has. */
const WORDS: readonly (readonly [string, RegExp])[] = [
  ['TOP_UP_RECEIPT', /已到账| received/], ['ROVING_VISIT', /流动收费队|Our roving team is at/], ['ROVING_VISIT_CHANGED', /流动收费安排有变|Change of plan/],
  ['ROVING_VISIT_CANCELLED', /流动收费取消|does not come/], ['BALANCE_LOW', /余额|欠费|balance|owed/],
];
const ruleOf = (text: string) => WORDS.find(([, words]) => words.test(text))?.[0] ?? `no known rule: ${text}`;

/** What the billing center is told: each refused charge with its code, each once; what is no charge lies among the dead letters. */
async function rejections(result: Differences, { brokers }: Comparing, prediction: Prediction): Promise<void> {
  const told = new Set<string>();
  const ids = new Set<string>();
  for (const { headers, value } of await readTopic(brokers, 'prepaid-billing.charge-rejected.v1')) {
    if (headers['ce_type'] !== 'youdian.billing.v1.ChargeRejected') continue;
    const { chargeId, code } = JSON.parse(value);
    ids.add(headers['ce_id'] ?? '');
    told.add(`${chargeId} ${code}`);
  }
  for (const { chargeId, code } of prediction.rejectedCharges) result.figure(`refusal of charge ${chargeId}`, 'told', told.has(`${chargeId} ${code}`) ? 'told' : 'not told');
  result.figure('refused charges', String(prediction.rejectedCharges.length), String(ids.size));
  const letters = new Set((await readTopic(brokers, 'prepaid-billing.dead-letters.v1')).map(({ partition, headers, value }) => `${partition} ${JSON.stringify(headers)} ${value}`));
  result.figure('dead letters', String(prediction.deadLetters), String(letters.size));
}

function tally(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
