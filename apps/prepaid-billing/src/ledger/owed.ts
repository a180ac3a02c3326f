import type { Account, OwedItem } from './account.ts';
import type { Ledger } from './state.ts';

/** What a payment settles of the receivable. */
export interface Settled {
  readonly item: OwedItem;
  readonly amountFen: bigint;
}

/** Oldest due first; `first` before all others, where a credit is meant for one charge. */
export function settle(owed: readonly OwedItem[], amountFen: bigint, first?: string): Settled[] {
  const settled: Settled[] = [];
  const order = first === undefined ? owed : [...owed.filter(({ itemId }) => itemId === first), ...owed.filter(({ itemId }) => itemId !== first)];
  let restFen = amountFen;
  for (const item of order) {
    if (restFen === 0n) break;
    const takenFen = restFen < item.remainingFen ? restFen : item.remainingFen;
    settled.push({ item, amountFen: takenFen });
    restFen -= takenFen;
  }
  return settled;
}

/** Due before today, and not told yet. */
export function newlyOverdue(owed: readonly OwedItem[], today: string): OwedItem[] {
  const end = owed.findIndex(({ dueOn }) => dueOn >= today);
  return (end === -1 ? owed : owed.slice(0, end)).filter(({ inArrears }) => !inArrears);
}

/** Takes an item in, in the order of due days; of the same day the older posting stays first. */
export function addOwed(ledger: Ledger, accountNo: string, account: Account, item: OwedItem): void {
  const { owed } = account;
  let at = owed.length;
  while (at > 0 && owed[at - 1]!.dueOn > item.dueOn) at -= 1;
  account.insertOwed(at, item);
  if (!item.inArrears) watch(ledger.due, item.dueOn, accountNo);
}

export function payOwed(ledger: Ledger, accountNo: string, account: Account, itemId: string, amountFen: bigint): void {
  const at = account.owed.findIndex((one) => one.itemId === itemId);
  const item = account.owed[at];
  if (!item || item.remainingFen < amountFen) throw new Error(`account settles more of ${itemId} than it owes`);
  item.remainingFen -= amountFen;
  if (item.remainingFen > 0n) return;
  account.removeOwed(at);
  unwatch(ledger, item.dueOn, accountNo, account);
}

export function beginArrears(ledger: Ledger, accountNo: string, account: Account, itemId: string): void {
  const item = account.owed.find((one) => one.itemId === itemId);
  if (!item || item.inArrears) throw new Error(`arrears of ${itemId} cannot begin`);
  item.inArrears = true;
  unwatch(ledger, item.dueOn, accountNo, account);
}

export function watch(due: Ledger['due'], dueOn: string, accountNo: string): void {
  const accounts = due.get(dueOn);
  if (accounts) accounts.add(accountNo);
  else due.set(dueOn, new Set([accountNo]));
}

function unwatch({ due }: Ledger, dueOn: string, accountNo: string, account: Account): void {
  if (account.owed.some((item) => item.dueOn === dueOn && !item.inArrears)) return;
  const accounts = due.get(dueOn);
  if (accounts?.delete(accountNo) && accounts.size === 0) due.delete(dueOn);
}
