/**
 * What keeps the money right, each with how it looks when it is taken out and the tests that must then fail. The commit
 * log's own (a unique id, waiting until a batch is durable, …) are taken away by the simulation: `libs/commit-log`, `bites.spec.ts`.
 */
export interface Safeguard {
  /** "without …" */
  readonly name: string;
  readonly file: string;
  /** Stands in the file once. */
  readonly text: string;
  readonly without: string;
  readonly tests: readonly string[];
}

const LEDGER = 'apps/prepaid-billing/src/ledger';
const DECIDE = `${LEDGER}/decide`;
const DECIDED = [`${LEDGER}/decide.spec.ts`, `${DECIDE}/money.spec.ts`];
const TAKEN_IN = [`${LEDGER}/evolve.spec.ts`];
const CHARGES = ['apps/prepaid-billing/src/charges/take.spec.ts', 'apps/prepaid-billing/src/charges/batches.spec.ts'];
const ROVING = 'apps/prepaid-billing/src/roving';
const SHIFTS = 'apps/prepaid-billing/src/shifts';
const COMMIT_LOG = 'libs/commit-log/src/shard';

export const SAFEGUARDS: readonly Safeguard[] = [
  { name: 'keys that are remembered', file: `${DECIDE}/command.ts`, text: 'if (!earlier) return undefined;', without: 'return undefined;', tests: DECIDED },
  { name: 'telling another input under a used key', file: `${DECIDE}/command.ts`, text: 'return earlier.sameInput ?', without: 'return true ?', tests: DECIDED },
  { name: 'stopping at a key that is taken twice', file: `${LEDGER}/key-table.ts`, text: 'if (there !== 0) throw', without: 'if (false) throw', tests: [`${LEDGER}/key-table.spec.ts`] },
  { name: 'postings in their turn', file: `${LEDGER}/evolve.ts`, text: 'if (sequence !== ledger.sequence + 1) throw', without: 'if (false) throw', tests: TAKEN_IN },
  { name: 'entries that sum to zero', file: `${LEDGER}/evolve.ts`, text: 'if (sumFen !== 0n || !asSaid) throw', without: 'if (!asSaid) throw', tests: TAKEN_IN },
  { name: 'balances that are the sum of their entries', file: `${LEDGER}/evolve.ts`, text: 'if (sumFen !== 0n || !asSaid) throw', without: 'if (sumFen !== 0n) throw', tests: TAKEN_IN },
  { name: 'a receivable that is the sum of what is owed', file: `${LEDGER}/evolve.ts`, text: 'if (receivableFen !== account.receivableFen) throw', without: 'if (false) throw', tests: TAKEN_IN },
  { name: 'a day that is as its barrier says', file: `${LEDGER}/evolve.ts`, text: 'if (closes !== ledger.day.on || !ledger.day.digest.equals(digest)) throw', without: 'if (false) throw', tests: TAKEN_IN },
  { name: 'money of the open day only', file: `${LEDGER}/evolve.ts`, text: 'if (posting.postedOn !== day.on) throw', without: 'if (false) throw', tests: TAKEN_IN },
  { name: 'the count of money', file: `${LEDGER}/evolve.ts`, text: 'if (Number(posting.moneySequence) !== ledger.moneySequence) throw', without: 'if (false) throw', tests: TAKEN_IN },
  { name: 'taking no more than is prepaid', file: `${DECIDE}/posting.ts`, text: 'const coveredFen = amountFen < account.balanceFen ? amountFen : account.balanceFen;', without: 'const coveredFen = amountFen;', tests: DECIDED },
  { name: 'posting time that never goes back', file: `${DECIDE}/posting.ts`, text: 'return at.getTime() >= ledger.postedAtMs ? at : new Date(ledger.postedAtMs);', without: 'return at;', tests: [...DECIDED, `${DECIDE}/day.spec.ts`] },
  { name: 'a low balance that is told once an episode', file: `${DECIDE}/posting.ts`, text: 'const tell = tookSomething && isLower(level, account.told);', without: 'const tell = tookSomething;', tests: [...DECIDED, `${LEDGER}/balance-level.spec.ts`] },
  { name: 'the order of due days', file: `${LEDGER}/owed.ts`, text: 'while (at > 0 && owed[at - 1]!.dueOn > item.dueOn) at -= 1;', without: '', tests: [`${DECIDE}/arrears.spec.ts`, ...DECIDED] },
  { name: 'a barrier before the next day', file: `${DECIDE}/day.ts`, text: 'return ledger.day.on !== dayOf(postingTime(ledger, at));', without: "return ledger.day.on === '';", tests: ['apps/prepaid-billing/src/shards/rolling.spec.ts'] },
  { name: 'a closed shift that takes nothing more', file: `${DECIDE}/top-up.ts`, text: 'if (ledger.closedShifts.has(shiftId)) return reject(rejections.shiftClosed);\n  const prepared', without: 'const prepared', tests: DECIDED },
  { name: 'reversals of the same day only', file: `${DECIDE}/top-up.ts`, text: 'if (postedOn !== today) return', without: 'if (false) return', tests: DECIDED },
  { name: 'a top-up that is taken back but once', file: `${DECIDE}/top-up.ts`, text: 'if (ledger.keys.find(reversalOf(postingId), inputHash)) return', without: 'if (false) return', tests: DECIDED },
  { name: 'a second person who approves a refund', file: `${DECIDE}/refund.ts`, text: 'if (personOf(refund.requestedBy) === personOf(context.actor)) return', without: 'if (false) return', tests: DECIDED },
  { name: 'refunds out of what is still prepaid', file: `${DECIDE}/refund.ts`, text: 'if (approve && refund.amountFen > prepared.account.balanceFen) return', without: 'if (false) return', tests: DECIDED },
  { name: 'transfers out of what is prepaid', file: `${DECIDE}/transfer.ts`, text: 'if (amountFen > prepared.account.balanceFen) return', without: 'if (false) return', tests: DECIDED },
  { name: 'a transfer that comes in once', file: `${DECIDE}/transfer.ts`, text: 'const command = { key: `transfer-in|${transferId}`, inputHash: NO_HASH, accountNo, openWithFen };\n  const earlier = recall(ledger, command);', without: 'const command = { key: `transfer-in|${transferId}|${ledger.sequence}`, inputHash: NO_HASH, accountNo, openWithFen };\n  const earlier = recall(ledger, command);', tests: DECIDED },
  { name: 'a transfer that comes back when it is refused', file: `${DECIDE}/transfer.ts`, text: 'if (refused === undefined) return post(prepared, standing(posting, prepared.account));', without: 'return post(prepared, standing(posting, prepared.account));', tests: DECIDED },
  { name: 'accounts that are closed only when nothing is left', file: `${DECIDE}/account.ts`, text: 'if (account.balanceFen !== 0n || account.receivableFen !== 0n) return', without: 'if (false) return', tests: DECIDED },
  { name: 'accounts that are closed only when nothing is on its way', file: `${DECIDE}/account.ts`, text: 'if (ledger.refunds.values().some(isOfAccount) || ledger.transfers.values().some(isOfAccount)) return', without: 'if (false) return', tests: DECIDED },
  { name: 'charge ids that are claimed over all shards', file: `${DECIDE}/claims.ts`, text: "if (earlier?.sameInput) return earlier.refused ? 'refused' : 'claimed';\n    if (earlier) {", without: "if (earlier) return 'claimed';\n    if (earlier) {", tests: CHARGES },
  { name: 'lines of a batch that are counted once', file: `${LEDGER}/batch.ts`, text: 'if (!kind || hasLine(tally, line)) throw', without: 'if (!kind) throw', tests: [`${LEDGER}/batch.spec.ts`] },
  { name: 'an invoice number that is one top-up’s', file: `${DECIDE}/invoice.ts`, text: 'if (current && current.attempt !== after) return', without: 'if (false) return', tests: ['apps/prepaid-billing/src/invoices/claim.spec.ts'] },
  { name: 'a top-up that is refused before its number is another’s', file: 'apps/prepaid-billing/src/invoices/claim.ts', text: 'if (first) throw', without: 'if (false) throw', tests: ['apps/prepaid-billing/src/invoices/claim.spec.ts'] },
  { name: 'a device’s signature', file: `${ROVING}/sync.ts`, text: 'if (!(await isSignedBy(key, bytes, signature))) return', without: 'if (false) return', tests: [`${ROVING}/sync.spec.ts`] },
  { name: 'forks that have no effect', file: `${ROVING}/records/decide.ts`, text: 'if (isKept(state, record.hash)) return [];\n  if (isDoubted(state) && !held) return', without: 'if (!held) return', tests: [`${ROVING}/sync.spec.ts`, `${ROVING}/properties.spec.ts`] },
  { name: 'proof that a lost device signed it before', file: `${ROVING}/records/decide.ts`, text: 'return next !== undefined && next.previous === hash && !isDoubted(next);', without: 'return true;', tests: [`${ROVING}/revoked.spec.ts`] },
  { name: 'another person who signs a shift off', file: `${SHIFTS}/decide.ts`, text: 'if (shift.collectorId === actor.id) return', without: 'if (false) return', tests: [`${SHIFTS}/shift.spec.ts`] },
  { name: 'a manager who accepts a difference', file: `${SHIFTS}/decide.ts`, text: "if (unsettled > 0 && (actor.role === 'cashier' || reason.trim() === '')) return", without: 'if (false) return', tests: [`${SHIFTS}/shift.spec.ts`, `${SHIFTS}/corrections.spec.ts`] },
  { name: 'a second person who confirms a keeper', file: 'apps/prepaid-billing/src/keepers/decide.ts', text: "if (appointedBy.slice(appointedBy.indexOf(':') + 1) === actor.id || keeperId === actor.id) return", without: 'if (false) return', tests: ['apps/prepaid-billing/src/keepers/keepers.spec.ts'] },
  { name: 'the hash chain', file: `${COMMIT_LOG}/commit.ts`, text: 'if (hash !== chainHash(before.hash, epoch, kind, body)) throw', without: 'if (false) throw', tests: [`${COMMIT_LOG}/commit.spec.ts`] },
  { name: 'commits in their turn and of one writer', file: `${COMMIT_LOG}/commit.ts`, text: 'if (seq !== before.seq + 1 || !epochFits) throw', without: 'if (false) throw', tests: [`${COMMIT_LOG}/commit.spec.ts`] },
  { name: 'a refusal that waits until what it saw is durable', file: `${COMMIT_LOG}/writer.ts`, text: 'failure = error as Error;', without: 'return reject(error as Error);', tests: [`${COMMIT_LOG}/writer.spec.ts`] },
  { name: 'looking up first what is not in memory', file: `${COMMIT_LOG}/writer.ts`, text: 'if (missed && missed.length > 0) return this.#putAside(queued, missed);', without: '', tests: [`${COMMIT_LOG}/writer.spec.ts`] },
  { name: 'the hash by which a page is called', file: `${COMMIT_LOG}/pages.ts`, text: '|| nameOf(bytes) !== name', without: '', tests: [`${COMMIT_LOG}/pages.spec.ts`] },
  { name: 'looking again for a key when others have left memory meanwhile', file: `${LEDGER}/key-table.ts`, text: 'if (this.#outside === outside) for', without: 'for', tests: [`${LEDGER}/key-table.spec.ts`] },
  { name: 'the limit of what may wait', file: `${COMMIT_LOG}/writer.ts`, text: 'if (this.#queue.length - this.#queueHead + this.#aside.length >= this.#limits.queuedCommands) return', without: 'if (false) return', tests: [`${COMMIT_LOG}/writer.spec.ts`] },
];
