import type { Random } from '@youdian/commit-log/simulation';
import { Charge } from '@youdian/contracts-billing/events';
import type { Posting } from '@youdian/contracts-billing/ledger';
import type { AccountDirectory } from '../accounts/directory.ts';
import { takeCharges } from '../charges/take.ts';
import { decideThreshold } from '../ledger/decide/account.ts';
import type { Command, Context } from '../ledger/decide/command.ts';
import { decideRefund, decideRefundRequest } from '../ledger/decide/refund.ts';
import { decideDeposit, decideShiftBarrier } from '../ledger/decide/shift.ts';
import { decideReversal, decideTopUp } from '../ledger/decide/top-up.ts';
import { decideTransferOut } from '../ledger/decide/transfer.ts';
import { inputHash } from '../ledger/input-hash.ts';
import { beginDay } from '../shards/clockwork.ts';
import { decided } from '../shards/decided.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import { post, type Ask } from '../shards/post.ts';
import { settlePending } from '../transfers/settle.ts';

export const ACCOUNTS: readonly string[] = Array.from({ length: 16 }, (_, n) => `${n + 1}`.padStart(10, '0'));
const NOBODYS = '9999999999';
const CASHIER = 'cashier:C01';
const MANAGER = 'manager:M01';
const COLLECTOR = 'C01';
const COMMANDS_A_SHIFT = 60;
const shiftOf = (n: number) => `C01.${Math.max(0, Math.floor(n / COMMANDS_A_SHIFT))}`;

export interface LedgerCommand {
  readonly name: string;
  /** The same each time it is called. Answers with the postings that answered. */
  perform(shards: Shards, directory: AccountDirectory): Promise<unknown>;
}

type Make = (random: Random, n: number) => LedgerCommand['perform'];

/** Weights are in their number. */
const KINDS: readonly [name: string, make: Make][] = [
  ['top up', topUp], ['top up', topUp], ['top up', topUp], ['top up and reverse', topUpAndReverse], ['charges', charges], ['charges', charges],
  ['threshold', threshold], ['refund', refund], ['transfer', transfer], ['balance', balance], ['balance', balance], ['day', day], ['close shift', closeShift],
];

/** The n-th command of a run. */
export function commandOf(random: Random, n: number): LedgerCommand {
  const [name, make] = random.pick(KINDS);
  return { name: `${name} ${n}`, perform: make(random, n) };
}

const fen = (random: Random, most: number) => BigInt(random.between(1, most));

function asked(key: string, accountNo: string, ...input: string[]): Command {
  return { key, accountNo, inputHash: inputHash(accountNo, ...input) };
}

type Decide = (ledger: Parameters<Ask['decide']>[0], command: Command, context: Context) => ReturnType<Ask['decide']>;

function ask(shards: Shards, directory: AccountDirectory, command: Command, actor: string, decide: Decide): Promise<Posting> {
  const { accountNo } = command;
  return post(shards.of(accountNo), directory, { accountNo, decide: (ledger, at, openWithFen) => decide(ledger, { ...command, openWithFen }, { at, actor }) });
}

/** Some are taken in the shift of their time, some late in the one before, which may be closed by now. */
function topUp(random: Random, n: number): LedgerCommand['perform'] {
  const accountNo = random.pick(ACCOUNTS);
  const amountFen = fen(random, 5_000);
  const shiftId = random.chance(0.2) ? '' : shiftOf(random.chance(0.2) ? n - COMMANDS_A_SHIFT : n);
  const command = asked(`top-up|${n}`, accountNo, amountFen.toString(), shiftId);
  return async (shards, directory) => [await ask(shards, directory, command, CASHIER, (ledger, command, context) =>
    decideTopUp(ledger, { ...command, amountFen, channel: 'TOP_UP_CHANNEL_COUNTER', collectorId: COLLECTOR, shiftId }, context))];
}

/** What no shard takes anything for any more is counted in all of them, and banked. */
function closeShift(_random: Random, n: number): LedgerCommand['perform'] {
  const shiftId = shiftOf(n - COMMANDS_A_SHIFT);
  return async (shards) => {
    const barriers = await Promise.all(shards.each().map((shard) => decided(shard, (ledger, at) => decideShiftBarrier(ledger, shiftId, { at, actor: CASHIER }))));
    const amountFen = barriers.reduce((sumFen, { shiftBarrier }) => sumFen + shiftBarrier!.topUpFen - shiftBarrier!.reversedFen, 0n);
    const deposit = await decided(shards.of(`cash:${COLLECTOR}`), (ledger, at) => decideDeposit(ledger, { shiftId, collectorId: COLLECTOR, amountFen }, { at, actor: CASHIER }));
    return [...barriers, deposit];
  };
}

function topUpAndReverse(random: Random, n: number): LedgerCommand['perform'] {
  const give = topUp(random, n);
  return async (shards, directory) => {
    const [topUp] = (await give(shards, directory)) as [Posting];
    const command = asked(`reverse|${n}`, topUp.accountNo, topUp.postingId);
    return [topUp, await ask(shards, directory, command, CASHIER, (ledger, command, context) => decideReversal(ledger, { ...command, topUp, reason: '录错' }, context))];
  };
}

/** A batch in which some have come before, some under an id that another has, and some for nobody. */
function charges(random: Random, n: number): LedgerCommand['perform'] {
  const incoming = Array.from({ length: random.between(1, 4) }, (_, i) => {
    const id = random.chance(0.15) ? random.between(0, n * 10) : n * 10 + i;
    const accountNo = random.chance(0.03) ? NOBODYS : ACCOUNTS[id % ACCOUNTS.length]!;
    const amountFen = random.chance(0.04) ? 7n : BigInt(100 + (id % 900));
    return { charge: Charge.fromPartial({ chargeId: `CH${id}`, accountNo, amountFen, period: '2026-02', dueOn: id % 2 === 0 ? '2026-03-02' : '2026-03-20' }) };
  });
  return async (shards, directory) => void (await takeCharges(shards, directory, incoming));
}

function threshold(random: Random, n: number): LedgerCommand['perform'] {
  const thresholdFen = fen(random, 9_000);
  const command = asked(`threshold|${n}`, random.pick(ACCOUNTS), thresholdFen.toString());
  return async (shards, directory) => [await ask(shards, directory, command, CASHIER, (ledger, command, context) => decideThreshold(ledger, { ...command, thresholdFen }, context))];
}

function refund(random: Random, n: number): LedgerCommand['perform'] {
  const amountFen = fen(random, 900);
  const approve = random.chance(0.7);
  const accountNo = random.pick(ACCOUNTS);
  const request = asked(`refund|${n}`, accountNo, amountFen.toString());
  return async (shards, directory) => {
    const asking = await ask(shards, directory, request, CASHIER, (ledger, command, context) => decideRefundRequest(ledger, { ...command, amountFen, reason: '搬迁' }, context));
    const decision = asked(`refund-decision|${n}`, accountNo, asking.postingId, `${approve}`);
    const decided = await ask(shards, directory, decision, MANAGER, (ledger, command, context) =>
      decideRefund(ledger, { ...command, refundId: asking.postingId, approve, reason: '已核实' }, context));
    return [asking, decided];
  };
}

/** Between shards as often as not; then whatever is on its way anywhere is settled, as the clockwork would. */
function transfer(random: Random, n: number): LedgerCommand['perform'] {
  const amountFen = fen(random, 900);
  const toAccountNo = random.chance(0.05) ? NOBODYS : random.pick(ACCOUNTS);
  const command = asked(`transfer|${n}`, random.pick(ACCOUNTS), amountFen.toString(), toAccountNo);
  return async (shards, directory) => {
    const out = await ask(shards, directory, command, CASHIER, (ledger, command, context) => decideTransferOut(ledger, { ...command, amountFen, toAccountNo, reason: '存错户' }, context));
    await settlePending(shards, directory, shards.of(command.accountNo));
    return [out];
  };
}

function balance(random: Random): LedgerCommand['perform'] {
  const accountNo = random.pick(ACCOUNTS);
  return (shards) => shards.of(accountNo).read(({ accounts }) => {
    const account = accounts.get(accountNo);
    return account && { balanceFen: account.balanceFen, receivableFen: account.receivableFen };
  });
}

function day(random: Random): LedgerCommand['perform'] {
  const accountNo = random.pick(ACCOUNTS);
  return (shards) => beginDay(shards.of(accountNo));
}
