/** The company's rules of prepaid money, in their plainest form. */
export interface Purse {
  balanceFen: bigint;
  receivableFen: bigint;
  thresholdFen: bigint;
  /** Whether the customer has been told and has not recovered since. */
  low: boolean;
}

export interface Bill {
  readonly amountFen: bigint;
  /** Month of usage. */
  readonly period: string;
  /** Shanghai day of the posting. */
  readonly today: string;
}

/** 0 enough, 1 soon used up, 2 below the reminder, 3 nothing left. */
type Level = 0 | 1 | 2 | 3;

const DEFAULT_THRESHOLD_FEN = 3_000n;
const SOON_DAYS = 7;
const SPAN_DAYS = 45;
const DAY_MS = 86_400_000;

export class Ledger {
  readonly #purses = new Map<string, Purse>();
  readonly #told = new Map<string, Level>();
  readonly #use = new Map<string, Use>();

  purse(accountNo: string): Purse {
    let purse = this.#purses.get(accountNo);
    if (!purse) this.#purses.set(accountNo, (purse = { balanceFen: 0n, receivableFen: 0n, thresholdFen: DEFAULT_THRESHOLD_FEN, low: false }));
    return purse;
  }

  /** Settles what is owed first. */
  topUp(accountNo: string, amountFen: bigint): void {
    const purse = this.purse(accountNo);
    const settledFen = amountFen < purse.receivableFen ? amountFen : purse.receivableFen;
    purse.receivableFen -= settledFen;
    purse.balanceFen += amountFen - settledFen;
    this.#tell(accountNo, false);
  }

  /** Takes a top-up back. */
  reverse(accountNo: string, amountFen: bigint): boolean {
    const purse = this.purse(accountNo);
    const leftFen = amountFen < purse.balanceFen ? amountFen : purse.balanceFen;
    purse.balanceFen -= leftFen;
    purse.receivableFen += amountFen - leftFen;
    return this.#tell(accountNo, true);
  }

  /** Returns whether the customer must be told now: the balance fell into a level for the first time since it rose above it. */
  charge(accountNo: string, bill: Bill): boolean {
    const purse = this.purse(accountNo);
    const coveredFen = bill.amountFen < purse.balanceFen ? bill.amountFen : purse.balanceFen;
    purse.balanceFen -= coveredFen;
    purse.receivableFen += bill.amountFen - coveredFen;
    const use = this.#use.get(accountNo) ?? new Use();
    this.#use.set(accountNo, use);
    use.take(bill);
    return this.#tell(accountNo, true);
  }

  threshold(accountNo: string, thresholdFen: bigint): void {
    this.purse(accountNo).thresholdFen = thresholdFen;
    this.#tell(accountNo, false);
  }

  #tell(accountNo: string, fell: boolean): boolean {
    const purse = this.purse(accountNo);
    const before = this.#told.get(accountNo) ?? 0;
    const level = levelOf(purse, this.#use.get(accountNo)?.daysLeft(purse.balanceFen));
    const tell = fell && level > before;
    const told = tell || level < before ? level : before;
    this.#told.set(accountNo, told);
    purse.low = told > 0;
    return tell;
  }
}

function levelOf({ balanceFen, thresholdFen }: Purse, daysLeft = SOON_DAYS): Level {
  if (balanceFen === 0n) return 3;
  if (balanceFen < thresholdFen) return 2;
  return daysLeft < SOON_DAYS ? 1 : 0;
}

/** What was charged after a first charge, over the one or two newest spans of 45 days. */
class Use {
  #days: number[] = [];
  #fens: bigint[] = [];

  take({ amountFen, period, today }: Bill): void {
    const [year, month] = period.split('-').map(Number);
    const day = Math.min(Date.UTC(year!, month!, 0), Date.parse(today)) / DAY_MS;
    if (this.#days.length === 0) return void ((this.#days = [day, day, day]), (this.#fens = [0n, 0n]));
    const [from, middle, to] = this.#days as [number, number, number];
    const [older, newer] = this.#fens as [bigint, bigint];
    if (day < middle) return;
    if (day - middle < SPAN_DAYS) (this.#days = [from, middle, Math.max(to, day)]), (this.#fens = [older, newer + amountFen]);
    else (this.#days = [middle, day, day]), (this.#fens = [newer + amountFen, 0n]);
  }

  daysLeft(balanceFen: bigint): number | undefined {
    const days = this.#days[2]! - this.#days[0]!;
    const chargedFen = this.#fens[0]! + this.#fens[1]!;
    return days > 0 && chargedFen > 0n ? Number((balanceFen * BigInt(days)) / chargedFen) : undefined;
  }
}
