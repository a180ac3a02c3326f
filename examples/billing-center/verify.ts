/**
 * What the billing center checks of prepaid-billing's days, with nothing but the events: every posting once, in the order
 * of its shard, and at the end of the day the same counts, sums and digest as the ledger. Pure; verify.py is the same.
 */
import { createHash } from 'node:crypto';

/** A posting as the digest knows it. */
export interface Posting {
  readonly shard: number;
  /** ce_shardsequence: 1, 2, 3 … without a gap in each shard. */
  readonly sequence: number;
  readonly kind: string;
  readonly accountNo: string;
  /** Effect on the account: positive raised what it has. */
  readonly amountFen: bigint;
  readonly balanceFen: bigint;
  readonly receivableFen: bigint;
  /** Shanghai day, YYYY-MM-DD. */
  readonly postedOn: string;
  readonly postedAtMs: number;
  readonly reference: string;
}

/** DayClosed: what the ledger says of one shard's day. */
export interface Closing {
  /** ce_sequence: 1, 2, 3 … without a gap in each shard. */
  readonly sequence: number;
  readonly day: string;
  readonly shard: number;
  readonly shards: number;
  readonly first: number;
  readonly last: number;
  readonly totals: Readonly<Record<string, Total>>;
  readonly digest: string;
}

export interface Total {
  readonly count: number;
  readonly amountFen: bigint;
}

/** What came of one shard's day: no differences means that it is right. */
export interface Verdict {
  readonly day: string;
  readonly shard: number;
  readonly shards: number;
  readonly postings: number;
  readonly differences: readonly string[];
}

interface Day {
  first: number;
  last: number;
  digest: string;
  totals: Record<string, Total>;
}

/** One shard, as far as it has been read. Plain data: keep it with your own effects, in one transaction. */
export interface Book {
  readonly shard: number;
  /** The newest shard sequence up to which every posting has been applied. */
  applied: number;
  /** How many days were compared, and the newest of them. */
  compared: number;
  closed: string;
  /** Came before those that stand before them: topics have partitions, and a shard's postings are in all of them. */
  readonly waiting: Record<number, Posting>;
  readonly days: Record<string, Day>;
  readonly closings: Record<number, Closing>;
}

export type Headers = Readonly<Record<string, string>>;
type Data = Readonly<Record<string, unknown>>;

const EMPTY_DIGEST = '0'.repeat(64);
const NO_DAY: Readonly<Day> = { first: 0, last: 0, digest: EMPTY_DIGEST, totals: {} };
const TRANSFER_SIDES: Record<string, readonly [kind: string, sign: bigint]> = {
  TRANSFER_SIDE_OUT: ['TRANSFER_OUT', -1n], TRANSFER_SIDE_IN: ['TRANSFER_IN', 1n], TRANSFER_SIDE_RETURNED: ['TRANSFER_RETURNED', 1n],
};
/** Of each type of event: its kind, its effect on what the account has, and the field that is its reference. */
const TYPES: Record<string, readonly [kind: string, sign: bigint, reference: string]> = {
  TopUpPosted: ['TOP_UP', 1n, 'invoiceNo'],
  TopUpReversed: ['TOP_UP_REVERSED', -1n, 'reversedPostingId'],
  ChargePosted: ['CHARGE', -1n, 'chargeId'],
  ChargeAdjusted: ['CHARGE_ADJUSTED', -1n, 'adjustmentId'],
  RefundPosted: ['REFUND', -1n, 'refundId'],
  AccountClosed: ['ACCOUNT_CLOSED', 0n, ''],
  CorrectionPosted: ['CORRECTION', 1n, 'correctionId'],
};

/** An event of prepaid-billing.posting.v1. @throws for a type that is not known here: nothing may be passed over. */
export function postingOf(headers: Headers, value: string): Posting {
  const data = JSON.parse(value) as Data;
  const type = headers['ce_type']!.replace('youdian.billing.v1.', '');
  const [kind, sign, reference] = type === 'TransferPosted' ? [...(TRANSFER_SIDES[text(data, 'side')] ?? unknown(type)), 'transferId'] as const : (TYPES[type] ?? unknown(type));
  return {
    shard: Number(headers['ce_shard']), sequence: Number(headers['ce_shardsequence']), kind, accountNo: text(data, 'accountNo'),
    amountFen: sign * fen(data, 'amountFen'), balanceFen: fen(data, 'balanceFen'), receivableFen: fen(data, 'receivableFen'),
    postedOn: text(data, 'postedOn'), postedAtMs: Date.parse(text(data, 'postedAt')), reference: text(data, reference),
  };
}

/** The DayClosed of prepaid-billing.day.v1. */
export function closingOf(headers: Headers, value: string): Closing {
  const data = JSON.parse(value) as Data;
  const totals = (data['totals'] as readonly Data[]).map((total) => [text(total, 'kind'), { count: number(total, 'count'), amountFen: fen(total, 'amountFen') }] as const);
  return {
    sequence: Number(headers['ce_sequence']), day: text(data, 'day'), shard: number(data, 'shard'), shards: number(data, 'shards'), first: number(data, 'firstShardSequence'), last: number(data, 'lastShardSequence'),
    totals: Object.fromEntries(totals), digest: text(data, 'digest'),
  };
}

export function canonical(posting: Posting): string {
  const { shard, sequence, kind, accountNo, amountFen, balanceFen, receivableFen, postedOn, postedAtMs, reference } = posting;
  return [shard, sequence, kind, accountNo, amountFen, balanceFen, receivableFen, postedOn, postedAtMs, reference].join('|');
}

/** SHA-256(digest before ‖ canonical form), in hex. A day's begins with 32 zero bytes. */
export function chained(digest: string, line: string): string {
  return createHash('sha256').update(Buffer.from(digest, 'hex')).update(line, 'utf8').digest('hex');
}

export function emptyBook(shard: number): Book {
  return { shard, applied: 0, compared: 0, closed: '', waiting: {}, days: {}, closings: {} };
}

/** Takes a posting in. `applied` are those whose turn has come, each once however often it comes: yours to have effects of. */
export function takePosting(book: Book, posting: Posting): { applied: Posting[]; verdicts: Verdict[] } {
  const applied: Posting[] = [];
  const verdicts: Verdict[] = [];
  if (posting.sequence <= book.applied) return { applied, verdicts };
  book.waiting[posting.sequence] = posting;
  for (let next = book.waiting[book.applied + 1]; next; next = book.waiting[book.applied + 1]) {
    delete book.waiting[next.sequence];
    book.applied = next.sequence;
    applied.push(next);
    if (next.postedOn > book.closed) addToDay(book, next);
    else verdicts.push({ day: next.postedOn, shard: book.shard, shards: 0, postings: 1, differences: [`posting ${next.sequence} came after the day was closed`] });
    verdicts.push(...compareWhatIsWhole(book));
  }
  return { applied, verdicts };
}

export function takeClosing(book: Book, closing: Closing): Verdict[] {
  if (closing.sequence <= book.compared) return [];
  book.closings[closing.sequence] = closing;
  return compareWhatIsWhole(book);
}

/** What is known to be and has not come: nothing, where everything was read. */
export function missing(book: Book): string[] {
  const { shard, applied, waiting, compared, closings } = book;
  const lasts = Object.values(closings).map(({ last }) => last);
  return [...gaps(applied, waiting, lasts).map((gap) => `shard ${shard}: posting ${gap}`), ...gaps(compared, closings, []).map((gap) => `shard ${shard}: day ${gap}`)];
}

/** Of what is numbered from 1: what is not here, after what is done and up to what is known. */
function gaps(done: number, here: Readonly<Record<number, unknown>>, known: readonly number[]): string[] {
  const newest = Math.max(done, ...Object.keys(here).map(Number), ...known);
  const found: string[] = [];
  for (let from = done + 1; from <= newest; from++) {
    if (here[from]) continue;
    let to = from;
    while (to < newest && !here[to + 1]) to++;
    found.push(from === to ? `${from} is missing` : `${from} to ${to} is missing`);
    from = to;
  }
  return found;
}

function addToDay(book: Book, posting: Posting): void {
  const { postedOn, sequence, kind, amountFen } = posting;
  const day = (book.days[postedOn] ??= { ...NO_DAY, first: sequence, totals: {} });
  const { count, amountFen: sumFen } = day.totals[kind] ?? { count: 0, amountFen: 0n };
  day.last = sequence;
  day.digest = chained(day.digest, canonical(posting));
  day.totals[kind] = { count: count + 1, amountFen: sumFen + amountFen };
}

/** A closing can be compared when every posting up to its last is here. */
function compareWhatIsWhole(book: Book): Verdict[] {
  const verdicts: Verdict[] = [];
  for (let closing = book.closings[book.compared + 1]; closing && closing.last <= book.applied; closing = book.closings[book.compared + 1]) {
    const day = book.days[closing.day] ?? NO_DAY;
    const postings = Object.values(day.totals).reduce((sum, { count }) => sum + count, 0);
    verdicts.push({ day: closing.day, shard: book.shard, shards: closing.shards, postings, differences: differences(day, closing) });
    book.compared = closing.sequence;
    book.closed = closing.day;
    delete book.days[closing.day];
    delete book.closings[closing.sequence];
  }
  return verdicts;
}

function differences(day: Readonly<Day>, closing: Closing): string[] {
  const found: string[] = [];
  const compare = (what: string, here: unknown, ledger: unknown) => {
    if (here !== ledger) found.push(`${what} is ${String(here)} here and ${String(ledger)} in the ledger`);
  };
  compare('the first shard sequence', day.first, closing.first);
  compare('the last shard sequence', day.last, closing.last);
  for (const kind of [...new Set([...Object.keys(closing.totals), ...Object.keys(day.totals)])]) {
    compare(`the count of ${kind}`, day.totals[kind]?.count ?? 0, closing.totals[kind]?.count ?? 0);
    compare(`the sum of ${kind}`, day.totals[kind]?.amountFen ?? 0n, closing.totals[kind]?.amountFen ?? 0n);
  }
  compare('the digest', day.digest, closing.digest);
  return found;
}

function unknown(type: string): never {
  throw new Error(`${type} is of a kind that this program does not know: bring it up to date before it goes on`);
}

/** proto3 JSON leaves out what is empty or zero. */
function text(data: Data, name: string): string {
  return (data[name] as string | undefined) ?? '';
}

function number(data: Data, name: string): number {
  return Number(data[name] ?? 0);
}

function fen(data: Data, name: string): bigint {
  return BigInt((data[name] as string | undefined) ?? '0');
}
