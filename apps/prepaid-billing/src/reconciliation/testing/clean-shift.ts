import { NOTHING_SIGNED } from '../devices.ts';
import type { BankLine, BankSlip, DeviceClose, Invoice, InvoiceBlock, LedgerRecord, OfflineReceipt, ShiftDay } from '../lines.ts';
import type { Amounts, Random } from './random.ts';

type Loose<T> = { -readonly [K in keyof T]: T[K] };

/** A shift whose lines can be tampered with. */
export interface LooseShift extends Omit<Loose<ShiftDay>, 'invoices' | 'records' | 'slips' | 'offlineReceipts' | 'devices' | 'invoiceBlocks'> {
  invoiceBlocks: InvoiceBlock[];
  invoices: Loose<Invoice>[];
  records: Loose<LedgerRecord>[];
  slips: Loose<BankSlip>[];
  offlineReceipts: OfflineReceipt[];
  devices: DeviceClose[];
}

export interface ReservedPayment {
  readonly invoice: Loose<Invoice>;
  readonly record: Loose<LedgerRecord>;
}

export interface ReservedSlip {
  readonly slip: Loose<BankSlip>;
  readonly bankLine: Loose<BankLine>;
}

/** A clean shift with what is set aside in it: payments and slips that each occur once, to be tampered with. */
export interface CleanShift {
  readonly shift: LooseShift;
  readonly bankLines: Loose<BankLine>[];
  readonly payments: readonly ReservedPayment[];
  readonly slips: readonly ReservedSlip[];
  /** Takes up what changes the day's money: the biggest slip. */
  readonly main: ReservedSlip | undefined;
}

export interface ShiftPlan {
  readonly shiftId: string;
  readonly collectorId: string;
  readonly outletId: string;
  readonly teamId: string;
  readonly day: string;
  /** Distinguishes the numbers of the shift: invoices, postings, slips. */
  readonly ordinal: number;
  readonly payments: number;
  readonly reserved: number;
}

const BANK_ACCOUNT = '4400123456789';
const ROUND_YUAN = [50, 100, 100, 200, 300, 500];
/** The reserved slips fit into what is taken, with a rest for the main slip. */
const RESERVED_SLIP_FEN = [20_000n, 99_999n] as const;
const MAIN_SLIP_LEAST_FEN = 300_000n;

/** A day as it should be: voids that were reversed, spoiled paper, offline receipts that came in, a float, several slips. */
export function cleanShift(plan: ShiftPlan, random: Random, amounts: Amounts): CleanShift {
  const shift = emptyShift(plan, random);
  const noon = new Date(`${plan.day}T04:00:00Z`).getTime();
  const payments: ReservedPayment[] = [];
  const numbers = invoiceNumbers(plan, random, shift.invoiceBlocks);
  let takenFen = 0n;
  const take = (isReserved: boolean, stands = isReserved) => {
    const at = new Date(noon + shift.invoices.length * 1_000);
    const serial = shift.invoices.length;
    const accountNo = isReserved ? `9${plan.ordinal.toString().padStart(3, '0')}${serial.toString().padStart(6, '0')}` : random.int(1, 500).toString().padStart(10, '0');
    const amountFen = isReserved ? amounts.draw(10_001n, 999_999n) : random.chance(0.7) ? BigInt(random.pick(ROUND_YUAN) * 100) : BigInt(random.int(1, 60_000));
    const voided = !stands && random.chance(0.03);
    const invoice = { invoiceNo: numbers(), accountNo, amountFen, voided, takenAt: at, reprints: random.chance(0.05) ? 1 : 0 };
    const record = { postingId: `${plan.ordinal}-${serial + 1}`, invoiceNo: invoice.invoiceNo, accountNo, amountFen, reversed: voided, takenAt: at, postedAt: at };
    shift.invoices.push(invoice);
    // Paper may be spoiled before anything is posted; and a posting may be taken back and made again under the same number.
    if (!voided || random.chance(0.7)) shift.records.push(record);
    if (!isReserved && !voided && random.chance(0.02)) shift.records.push({ ...record, postingId: `${record.postingId}x`, reversed: true });
    if (!isReserved && random.chance(0.1)) shift.offlineReceipts.push({ deviceId: `D${plan.ordinal}`, invoiceNo: invoice.invoiceNo, accountNo, amountFen, takenAt: at });
    if (!voided) takenFen += amountFen;
    if (isReserved) payments.push({ invoice, record });
  };
  // An ordinary payment after each reserved one: so no two are neighbours, and none is the last of the day.
  const everyNth = Math.max(2, Math.floor(plan.payments / (plan.reserved + 1)));
  for (let n = 1; n <= plan.payments || payments.length < plan.reserved; n++) take(n % everyNth === 0 && payments.length < plan.reserved);
  while (plan.reserved > 0 && takenFen < MAIN_SLIP_LEAST_FEN + BigInt(plan.reserved) * RESERVED_SLIP_FEN[1]) take(false);
  // The last payment stands, so that the block is used up to there whatever is taken out before it.
  take(false, true);
  shift.devices.push(shown(`D${plan.ordinal}`, shift.offlineReceipts));
  shift.countedCashFen = shift.floatFen + takenFen;
  const { slips, bankLines, main } = deposit(plan, takenFen, random, amounts);
  shift.slips = [...slips.map(({ slip }) => slip), ...(main ? [main.slip] : [])];
  return { shift, bankLines, payments, slips, main };
}

/** A device that shows what it brought in. */
function shown(deviceId: string, receipts: readonly OfflineReceipt[]): DeviceClose {
  const came = { ...NOTHING_SIGNED, receiptCount: receipts.length, receiptFen: receipts.reduce((sumFen, { amountFen }) => sumFen + amountFen, 0n) };
  return { deviceId, highestSequence: receipts.length, missing: [], missingCount: 0, declared: came, came, listed: NOTHING_SIGNED, beyond: 0, forked: [] };
}

function emptyShift({ shiftId, collectorId, outletId, teamId, day }: ShiftPlan, random: Random): LooseShift {
  const floatFen = random.pick([0n, 50_000n, 100_000n]);
  return {
    shiftId, collectorId, outletId, teamId, day, floatFen, floatReturnedFen: floatFen, countedCashFen: 0n,
    invoiceBlocks: [], invoices: [], records: [], slips: [], offlineReceipts: [], devices: [],
  };
}

/** Gives out numbers of blocks of some length, which need not follow each other. */
function invoiceNumbers({ ordinal }: ShiftPlan, random: Random, blocks: InvoiceBlock[]): () => string {
  const series = `S${ordinal}`;
  const number = (serial: number) => `${series}-${serial.toString().padStart(8, '0')}`;
  let [next, last] = [random.int(1, 5_000), 0];
  return () => {
    if (last === 0 || next > last) {
      next += last === 0 ? 0 : random.int(0, 300);
      last = next + random.int(20, 200);
      blocks.push({ from: number(next), to: number(last) });
    }
    return number(next++);
  };
}

function deposit({ ordinal, collectorId, day, reserved }: ShiftPlan, takenFen: bigint, random: Random, amounts: Amounts) {
  const make = (n: number, amountFen: bigint): ReservedSlip => {
    const slipNo = `${ordinal.toString().padStart(4, '0')}${n.toString().padStart(6, '0')}`;
    return {
      slip: { slipNo, bank: 'ICBC', bankAccount: BANK_ACCOUNT, collectorId, amountFen, depositedAt: new Date(`${day}T09:00:00Z`) },
      bankLine: { entryRef: `E${slipNo}`, bankAccount: BANK_ACCOUNT, amountFen, bookedOn: random.chance(0.8) ? day : dayAfter(day), slipNo },
    };
  };
  const slips: ReservedSlip[] = [];
  let restFen = takenFen;
  for (let n = 0; n < reserved; n++) {
    const amountFen = amounts.draw(...RESERVED_SLIP_FEN);
    slips.push(make(n, amountFen));
    restFen -= amountFen;
  }
  const extra: ReservedSlip[] = [];
  if (restFen > 2n * MAIN_SLIP_LEAST_FEN && random.chance(0.5)) {
    extra.push(make(reserved + 1, restFen / 3n));
    restFen -= restFen / 3n;
  }
  const main = restFen > 0n ? make(reserved, restFen) : undefined;
  const all = [...slips, ...extra, ...(main ? [main] : [])];
  return { slips: [...slips, ...extra], main, bankLines: all.map(({ bankLine }) => bankLine) };
}

export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
