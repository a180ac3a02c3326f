/** The company's rules of prepaid money, in their plainest form. */
export interface Purse {
  balanceFen: bigint;
  receivableFen: bigint;
  thresholdFen: bigint;
  /** Whether the customer has been told and has not recovered since. */
  low: boolean;
}

const DEFAULT_THRESHOLD_FEN = 3_000n;

export class Ledger {
  readonly #purses = new Map<string, Purse>();

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
    recover(purse);
  }

  /** Returns whether the customer must be told now: the balance fell below the threshold, for the first time since it recovered. */
  charge(accountNo: string, amountFen: bigint): boolean {
    const purse = this.purse(accountNo);
    const coveredFen = amountFen < purse.balanceFen ? amountFen : purse.balanceFen;
    purse.balanceFen -= coveredFen;
    purse.receivableFen += amountFen - coveredFen;
    recover(purse);
    const tell = coveredFen > 0n && purse.balanceFen < purse.thresholdFen && !purse.low;
    if (tell) purse.low = true;
    return tell;
  }

  threshold(accountNo: string, thresholdFen: bigint): void {
    const purse = this.purse(accountNo);
    purse.thresholdFen = thresholdFen;
    recover(purse);
  }
}

function recover(purse: Purse): void {
  if (purse.balanceFen >= purse.thresholdFen) purse.low = false;
}
