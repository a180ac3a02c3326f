import type { BalanceLevel } from '@youdian/contracts-billing/events';
import type { Account, OwedItem, RecentUse } from './account.ts';
import { Words } from './words.ts';

/** Levels by number. */
const LEVELS: readonly BalanceLevel[] = ['BALANCE_LEVEL_UNSPECIFIED', 'BALANCE_LEVEL_EARLY', 'BALANCE_LEVEL_LOW', 'BALANCE_LEVEL_EMPTY'];
const PAGE_BITS = 10;
/** Accounts in a page. */
const PAGE = 1 << PAGE_BITS;
/** Five sums of 8 bytes, then ten numbers of 4. */
const ROW_BYTES = 80;
const SUMS = ROW_BYTES / 8;
const NUMBERS = ROW_BYTES / 4;
/** The fields of a row: sums counted in 8 bytes, numbers in 4. */
const [BALANCE, RECEIVABLE, THRESHOLD, OLDER, NEWER] = [0, 1, 2, 3, 4];
const [TOLD, CLOSED, EPISODES, HAS_USE, FROM, MIDDLE, TO, COUNT, LAST, ARREARS] = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19];
/** Words of a move: its posting, and the account's move before it (counted from 1; 0: none). */
const MOVE = 2;
const NAMES_IN_PART = 65_536;

interface Page {
  readonly sums: BigInt64Array;
  readonly numbers: Int32Array;
}

/** What few accounts have, by the account's place. */
export interface Seldom {
  readonly owed: Map<number, OwedItem[]>;
  readonly arrears: Map<number, number[]>;
}

/**
 * The accounts of a shard in the order of their opening, 80 bytes each; what is read and written are views of them. As
 * objects they would take six times the room, and a million of them seconds to write down or to read back.
 */
export class Accounts {
  readonly seldom: Seldom;
  /** All postings of money in their order, each with the one before it of the same account. */
  readonly moves: Words;
  readonly #names: string[] = [];
  readonly #places = new Map<string, number>();
  readonly #pages: Page[] = [];
  readonly #namesWritten: Uint8Array[] = [];

  constructor(names: readonly string[] = [], rows: Uint8Array = new Uint8Array(), moves = new Words(), seldom: Seldom = { owed: new Map(), arrears: new Map() }) {
    this.seldom = seldom;
    this.moves = moves;
    for (const name of names) this.#add(name);
    for (const [n, page] of this.#pages.entries()) bytesOf(page).set(rows.subarray(n * PAGE * ROW_BYTES, (n + 1) * PAGE * ROW_BYTES));
  }

  get size(): number {
    return this.#names.length;
  }

  has(accountNo: string): boolean {
    return this.#places.has(accountNo);
  }

  get(accountNo: string): Account | undefined {
    const place = this.#places.get(accountNo);
    return place === undefined ? undefined : this.#at(place);
  }

  /** Throws where it is there already: a shard that opens an account twice must not go on. */
  open(accountNo: string, thresholdFen: bigint): void {
    if (this.has(accountNo)) throw new Error(`account ${accountNo} is opened twice`);
    this.#at(this.#add(accountNo)).thresholdFen = thresholdFen;
  }

  *[Symbol.iterator](): IterableIterator<[string, Account]> {
    for (const [place, name] of this.#names.entries()) yield [name, this.#at(place)];
  }

  *values(): IterableIterator<Account> {
    for (const [, account] of this) yield account;
  }

  /** The names, in parts that do not change any more. */
  names(): Uint8Array[] {
    const whole = Math.floor(this.size / NAMES_IN_PART);
    while (this.#namesWritten.length < whole) this.#namesWritten.push(this.#writeNames(this.#namesWritten.length));
    return [...this.#namesWritten, this.#writeNames(whole)];
  }

  static readNames(bytes: Buffer): string[] {
    return bytes.toString().split('\n').flatMap((part) => (part === '' ? [] : (JSON.parse(part) as string[])));
  }

  /** A copy of all rows. */
  rows(): Uint8Array {
    const rows = new Uint8Array(this.size * ROW_BYTES);
    for (const [n, page] of this.#pages.entries()) rows.set(bytesOf(page).subarray(0, rows.length - n * PAGE * ROW_BYTES), n * PAGE * ROW_BYTES);
    return rows;
  }

  #writeNames(part: number): Uint8Array {
    return Buffer.from(`${JSON.stringify(this.#names.slice(part * NAMES_IN_PART, (part + 1) * NAMES_IN_PART))}\n`);
  }

  #add(name: string): number {
    const place = this.#names.push(name) - 1;
    this.#places.set(name, place);
    if ((place & (PAGE - 1)) === 0) {
      const bytes = new ArrayBuffer(PAGE * ROW_BYTES);
      this.#pages.push({ sums: new BigInt64Array(bytes), numbers: new Int32Array(bytes) });
    }
    return place;
  }

  #at(place: number): Row {
    return new Row(this, place, this.#pages[place >>> PAGE_BITS]!);
  }
}

function bytesOf({ sums }: Page): Uint8Array {
  return new Uint8Array(sums.buffer);
}

class Row implements Account {
  readonly #accounts: Accounts;
  readonly #place: number;
  readonly #sums: BigInt64Array;
  readonly #numbers: Int32Array;
  readonly #sumsAt: number;
  readonly #numbersAt: number;

  constructor(accounts: Accounts, place: number, { sums, numbers }: Page) {
    this.#accounts = accounts;
    this.#place = place;
    this.#sums = sums;
    this.#numbers = numbers;
    this.#sumsAt = (place & (PAGE - 1)) * SUMS;
    this.#numbersAt = (place & (PAGE - 1)) * NUMBERS;
  }

  get balanceFen(): bigint { return this.#sums[this.#sumsAt + BALANCE]!; }
  set balanceFen(fen: bigint) { this.#sums[this.#sumsAt + BALANCE] = fen; }
  get receivableFen(): bigint { return this.#sums[this.#sumsAt + RECEIVABLE]!; }
  set receivableFen(fen: bigint) { this.#sums[this.#sumsAt + RECEIVABLE] = fen; }
  get thresholdFen(): bigint { return this.#sums[this.#sumsAt + THRESHOLD]!; }
  set thresholdFen(fen: bigint) { this.#sums[this.#sumsAt + THRESHOLD] = fen; }
  get told(): BalanceLevel { return LEVELS[this.#number(TOLD)]!; }
  set told(level: BalanceLevel) { this.#numbers[this.#numbersAt + TOLD] = LEVELS.indexOf(level); }
  get closed(): boolean { return this.#number(CLOSED) === 1; }
  set closed(closed: boolean) { this.#numbers[this.#numbersAt + CLOSED] = closed ? 1 : 0; }
  get episodes(): number { return this.#number(EPISODES); }
  set episodes(episodes: number) { this.#numbers[this.#numbersAt + EPISODES] = episodes; }
  get arrearsEvents(): number { return this.#number(ARREARS); }
  get moves(): number { return this.#number(COUNT); }

  get use(): RecentUse | undefined {
    if (this.#number(HAS_USE) === 0) return undefined;
    const [sums, at] = [this.#sums, this.#sumsAt];
    return { from: this.#number(FROM), middle: this.#number(MIDDLE), to: this.#number(TO), olderFen: sums[at + OLDER]!, newerFen: sums[at + NEWER]! };
  }

  set use(use: RecentUse) {
    const [sums, numbers, at, numbersAt] = [this.#sums, this.#numbers, this.#sumsAt, this.#numbersAt];
    numbers[numbersAt + HAS_USE] = 1;
    numbers[numbersAt + FROM] = use.from;
    numbers[numbersAt + MIDDLE] = use.middle;
    numbers[numbersAt + TO] = use.to;
    sums[at + OLDER] = use.olderFen;
    sums[at + NEWER] = use.newerFen;
  }

  get owed(): readonly OwedItem[] {
    return this.#accounts.seldom.owed.get(this.#place) ?? NOTHING;
  }

  insertOwed(at: number, item: OwedItem): void {
    const { owed } = this.#accounts.seldom;
    const items = owed.get(this.#place);
    if (items) items.splice(at, 0, item);
    else owed.set(this.#place, [item]);
  }

  removeOwed(at: number): void {
    const { owed } = this.#accounts.seldom;
    const items = owed.get(this.#place)!;
    items.splice(at, 1);
    if (items.length === 0) owed.delete(this.#place);
  }

  postings(skipped = 0): number[] {
    const { moves } = this.#accounts;
    const found = new Array<number>(Math.max(0, this.moves - skipped));
    for (let n = found.length - 1, move = this.#number(LAST); n >= 0; n--) {
      found[n] = moves.at((move - 1) * MOVE)!;
      move = moves.at((move - 1) * MOVE + 1)!;
    }
    return found;
  }

  addPosting(sequence: number): void {
    const { moves } = this.#accounts;
    moves.push(sequence);
    moves.push(this.#number(LAST));
    this.#numbers[this.#numbersAt + LAST] = moves.length / MOVE;
    this.#numbers[this.#numbersAt + COUNT]! += 1;
  }

  get arrearsPostings(): readonly number[] {
    return this.#accounts.seldom.arrears.get(this.#place) ?? NOTHING;
  }

  addArrears(events: number, sequence: number): void {
    const { arrears } = this.#accounts.seldom;
    this.#numbers[this.#numbersAt + ARREARS]! += events;
    const postings = arrears.get(this.#place);
    if (postings) postings.push(sequence);
    else arrears.set(this.#place, [sequence]);
  }

  /** All that it says, to be printed and compared. */
  toJSON(): unknown {
    const { balanceFen, receivableFen, thresholdFen, told, closed, episodes, use, owed, arrearsEvents, arrearsPostings } = this;
    return { balanceFen, receivableFen, thresholdFen, told, closed, episodes, use, owed, postings: this.postings(), arrearsEvents, arrearsPostings };
  }

  #number(field: number): number {
    return this.#numbers[this.#numbersAt + field]!;
  }
}

const NOTHING: readonly never[] = [];
