/** What differs in a closed shift, and how it is put right. */
import {
  DayCloseServiceService, type DecideCorrectionRequest, type ExplainShiftRequest, type FileSlipsRequest, type ProposeCorrectionRequest, type RecountInvoicesRequest,
  type ShiftDifference,
} from '@youdian/contracts-billing/close';
import { Rejected } from '@youdian/rejection';
import { command, implement, query, type Call } from '@youdian/service-host';
import { importBankStatement } from '../bank-lines/intake.ts';
import type { BankLineStore } from '../bank-lines/store.ts';
import { listUnmatched } from '../bank-lines/unmatched.ts';
import { checkReason } from '../accounts/account-command.ts';
import type { RequireKeeper } from '../keepers/store.ts';
import { SUSPENSE } from '../ledger/chart.ts';
import type { Difference } from '../reconciliation/difference.ts';
import type { Shards } from '../shards/ledger-shard.ts';
import type { Book } from '../shifts/booking.ts';
import { decideOnCorrection, isSettled, proposeCorrection } from '../shifts/corrections.ts';
import { fileSlips, recountInvoices } from '../shifts/decide.ts';
import { executing } from '../shifts/execute.ts';
import type { Explain } from '../shifts/explain.ts';
import { AS_RECORDED, READERS } from '../shifts/grpc.ts';
import { unsettledOf } from '../shifts/message.ts';
import { shiftNotClosed } from '../shifts/rejections.ts';
import { correctionOf, type Shift } from '../shifts/state.ts';
import { readShift, type ShiftStore } from '../shifts/store.ts';

const COLLECTORS = ['cashier'];
const PROPOSERS = ['cashier', 'manager', 'admin'];
const ACCOUNTANTS = ['manager', 'admin', 'service'];
const DECIDERS = ['manager', 'admin'];

export interface DayClose {
  readonly store: ShiftStore;
  readonly bank: BankLineStore;
  readonly shards: Shards;
  readonly explain: Explain;
  readonly book: Book;
  /** Where the fund of suspense has a keeper, nobody else approves what touches it. */
  readonly keepers: RequireKeeper;
}

export function dayCloseService({ store, bank, shards, explain, book, keepers }: DayClose) {
  const execute = executing(store);

  return implement(DayCloseServiceService, {
    explainShift: query(READERS, async ({ shiftId }: ExplainShiftRequest) => {
      const shift = await readClosed(store, shiftId);
      const explained = await explain(shift);
      const { sums, takenFen } = explained.diagnosis;
      return {
        shiftId, takenFen, unsettled: unsettledOf(shift, explained),
        sums: { invoicesFen: sums.invoices, recordsFen: sums.records, cashFen: sums.cash, slipsFen: sums.slips, bankFen: sums.bank, floatFen: sums.float },
        differences: Array.from(explained.differences, ([differenceId, difference]) => differenceMessage(shift, differenceId, difference)),
      };
    }),

    fileSlips: command(COLLECTORS, async ({ shiftId, slips }: FileSlipsRequest, call: Call) => {
      await readShift(store, shiftId);
      const shift = await execute(shiftId, 'FileSlips', { shiftId, slips }, call, (state, at) => fileSlips(state, call.actor.id, slips, at));
      await book(shiftId);
      return { shift };
    }),

    recountInvoices: command(COLLECTORS, async ({ shiftId, invoices = AS_RECORDED, ...paper }: RecountInvoicesRequest, call: Call) => {
      await readShift(store, shiftId);
      const counted = { ...paper, invoices };
      return { shift: await execute(shiftId, 'RecountInvoices', { shiftId, ...counted }, call, (state, at) => recountInvoices(state, call.actor.id, counted, at)) };
    }),

    proposeCorrection: command(PROPOSERS, async ({ shiftId, differenceId }: ProposeCorrectionRequest, call: Call) => {
      const difference = (await explain(await readClosed(store, shiftId))).differences.get(differenceId);
      return { shift: await execute(shiftId, 'ProposeCorrection', { shiftId, differenceId }, call, (shift, at) => proposeCorrection(shift, { differenceId, difference, actor: call.actor }, at)) };
    }),

    decideCorrection: command(DECIDERS, async ({ shiftId, differenceId, approve, reason }: DecideCorrectionRequest, call: Call) => {
      checkReason(reason);
      const { entries = [] } = correctionOf(await readClosed(store, shiftId), differenceId) ?? {};
      if (approve && entries.some(({ account }) => account.startsWith(SUSPENSE))) await keepers('FUND_SUSPENSE', call.actor);
      const input = { shiftId, differenceId, approve, reason };
      const shift = await execute(shiftId, 'DecideCorrection', input, call, (state, at) => decideOnCorrection(state, { differenceId, approve, reason, actor: call.actor }, at));
      await book(shiftId);
      return { shift };
    }),

    importBankStatement: command(ACCOUNTANTS, importBankStatement({ lines: bank, shifts: store, shards })),

    listUnmatchedBankLines: query(READERS, listUnmatched(bank)),
  });
}

async function readClosed(store: ShiftStore, shiftId: string): Promise<Shift> {
  const shift = await readShift(store, shiftId);
  if (shift.status === 'SHIFT_STATUS_OPEN') throw new Rejected(shiftNotClosed);
  return shift;
}

function differenceMessage(shift: Shift, differenceId: string, { kind, amountFen, explains, references, zh, en, correction }: Difference): ShiftDifference {
  const { invoiceNos = [], postingIds = [], slipNos = [], entryRefs = [], deviceRecords = [], shiftId: otherShiftId = '' } = references;
  return {
    differenceId, kind, amountFen, otherShiftId, zh, en,
    explains: Object.entries(explains).map(([side, offFen]) => ({ side, offFen })),
    invoiceNos: [...invoiceNos], postingIds: [...postingIds], slipNos: [...slipNos], entryRefs: [...entryRefs], deviceRecords: [...deviceRecords],
    correction: { entries: correction.kind === 'posting' ? correction.entries.map((entry) => ({ ...entry })) : [], zh: correction.zh, en: correction.en },
    settled: isSettled(correctionOf(shift, differenceId)),
  };
}
