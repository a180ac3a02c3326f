import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRejection } from '@youdian/rejection';
import type { StatementLine } from '../bank-statement/line.ts';
import { decideMovements } from '../ledger/decide/movements.ts';
import { evolve as evolveLedger } from '../ledger/evolve.ts';
import { NOON, openLedger } from '../ledger/ledger-fixture.ts';
import { bankLine, shift, slip } from '../reconciliation/shift-fixture.ts';
import { withAccounts } from './around.ts';
import { matchLine, takeLine } from './decide.ts';
import { evolve, type BankLine, type BankLineEvent } from './state.ts';

const LINE: StatementLine = { entryRef: 'E1', bankAccount: '6222', amountFen: 5_000n, currency: 'CNY', bookedOn: '2026-03-02', slipNo: '700001', text: '进账单 700001' };
const FILED = { shiftId: 'S1', collectorId: 'C01' };
const take = (known: BankLine | undefined, line = LINE, filed: typeof FILED | undefined = undefined) => takeLine(known, { lineId: 'l', statementId: 's', line, filed }, NOON);
const after = (line: BankLine | undefined, events: unknown): BankLine => (events as BankLineEvent[]).reduce<BankLine | undefined>(evolve, line)!;
const codeOf = (outcome: unknown) => (isRejection(outcome) ? outcome.code : undefined);
const sides = ({ toBook }: BankLine) => toBook.map(({ booking, debit, credit }) => `${booking} ${debit} ${credit}`);

test('given a filed slip, when its line comes, then the money goes from transit to the bank', () => {
  assert.deepEqual(sides(after(undefined, take(undefined, LINE, FILED))), ['arrival bank transit:C01']);
});

test('given no slip, when the line comes, then its money is in suspense; when the slip is filed, it comes out of it, once', () => {
  const waiting = after(undefined, take(undefined));
  assert.deepEqual(sides(waiting), ['arrival bank suspense:bank']);
  const matched = after(waiting, matchLine(waiting, FILED, NOON));
  assert.deepEqual(sides(matched), ['arrival bank suspense:bank', 'match suspense:bank transit:C01']);
  assert.equal(codeOf(matchLine(matched, { shiftId: 'S2', collectorId: 'C02' }, NOON)), 'LINE_MATCHED');
  const booked = (['arrival', 'match'] as const).reduce((line, booking) => after(line, [{ type: 'BankLineBooked', data: { lineId: 'l', booking, postingId: '01-1', bookedAt: NOON } }]), matched);
  assert.deepEqual([sides(booked), booked.collectorId], [[], 'C01']);
});

test('given a line, when the same comes again, then it is a duplicate; with another amount or day it is refused', () => {
  const known = after(undefined, take(undefined));
  assert.equal(codeOf(take(known)), 'LINE_TAKEN');
  assert.equal(codeOf(take(known, { ...LINE, text: 'otherwise' })), 'LINE_TAKEN');
  for (const line of [{ ...LINE, amountFen: 1n }, { ...LINE, bookedOn: '2026-03-03' }]) assert.equal(codeOf(take(known, line)), 'ENTRY_REUSED');
});

test('of many movements each is posted once, also when some have been posted before', () => {
  const { ledger } = openLedger();
  const movement = (n: number) => ({ key: `bank-line|${n}|arrival`, kind: 'arrival', reference: `${n}`, amountFen: BigInt(n), debit: 'bank', credit: 'suspense:bank' });
  const move = (...numbers: number[]) => {
    const { postings, sequences } = decideMovements(ledger, numbers.map(movement), { at: NOON, actor: 'service:prepaid-billing' });
    for (const posting of postings) evolveLedger(ledger, posting);
    return sequences;
  };
  assert.deepEqual(move(1, 2), [1, 2]);
  assert.deepEqual(move(2, 3, 1), [2, 3, 1]);
  assert.deepEqual([ledger.totals.get('bank'), ledger.totals.get('suspense:bank')], [6n, -6n]);
});

test('a slip that does not say its account has that of its line, unless two banks have the number', () => {
  const lines = [bankLine('700001', 600), bankLine('700002', 600), bankLine('700002', 600, { bankAccount: '6333' })].map((line) => line as unknown as BankLine);
  const day = shift({ slips: ['700001', '700002', '700003'].map((slipNo) => slip(slipNo, 600, { bankAccount: '' })) });
  assert.deepEqual(withAccounts(day, lines).slips.map(({ bankAccount }) => bankAccount), ['6222', '', '']);
});
