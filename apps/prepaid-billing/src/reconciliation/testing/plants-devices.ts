import { NOTHING_SIGNED } from '../devices.ts';
import type { DeviceClose, Signed } from '../lines.ts';
import type { Kind } from '../kinds.ts';
import { money, type Expected, type Own, type Plant } from './plant.ts';

const expected = (kind: Kind, amountFen: bigint, explains: Expected['explains'], ...references: string[]): Expected => ({ kind, amountFen: amountFen < 0n ? -amountFen : amountFen, explains, references });

const HIGHEST = 9;
const receipts = (receiptCount: number, receiptFen: bigint): Signed => ({ ...NOTHING_SIGNED, receiptCount, receiptFen });
const voids = (signed: Signed, voidCount: number, voidFen: bigint): Signed => ({ ...signed, voidCount, voidFen });

/** A device of the plant's own: all that it declares came, unless it is said otherwise. */
function device({ n }: Own, came: Signed, more: Partial<DeviceClose>): DeviceClose {
  return { deviceId: `P${n}`, highestSequence: HIGHEST, missing: [], missingCount: 0, declared: came, came, listed: NOTHING_SIGNED, beyond: 0, forked: [], ...more };
}

export const devicePlants: readonly Plant[] = [
  {
    name: 'receipts were not synced that nobody knows of but by what the device shows',
    apply(scene, own) {
      const [cameFen, lostFen] = [own.amount(), own.amount()];
      scene.shift.devices.push(device(own, receipts(2, cameFen), { declared: receipts(4, cameFen + lostFen), missing: [{ from: 3, to: 3 }, { from: 7, to: 8 }], missingCount: 3 }));
      money(scene, lostFen);
      return expected('OFFLINE_RECEIPT_NOT_SYNCED', lostFen, { invoices: -lostFen, records: -lostFen }, `P${own.n}.3`, `P${own.n}.7-8`);
    },
  },
  {
    name: 'a void was not synced, and its money was given back',
    apply(scene, own) {
      const { amountFen } = own.record;
      const came = receipts(1, amountFen);
      scene.shift.devices.push(device(own, came, { declared: voids(came, 1, amountFen), missing: [{ from: HIGHEST, to: HIGHEST }], missingCount: 1 }));
      money(scene, -amountFen);
      return expected('OFFLINE_RECEIPT_NOT_SYNCED', amountFen, { invoices: amountFen, records: amountFen }, `P${own.n}.${HIGHEST}`);
    },
  },
  {
    name: 'records of an earlier shift were not synced',
    apply({ shift }, own) {
      shift.devices.push(device(own, receipts(2, own.amount()), { missing: [{ from: 1, to: 2 }], missingCount: 2 }));
      return expected('OFFLINE_RECEIPT_NOT_SYNCED', 0n, {}, `P${own.n}.1-2`);
    },
  },
  {
    name: 'a device is declared over another sum than it signed',
    apply({ shift }, own) {
      const [signedFen, offFen] = [own.amount(), own.amount()];
      shift.devices.push(device(own, receipts(2, signedFen), { declared: receipts(2, own.n % 2 === 0 ? signedFen + offFen : signedFen - offFen) }));
      return expected('DEVICE_MISDECLARED', offFen, {}, `P${own.n}.${HIGHEST}`);
    },
  },
  {
    name: 'a device is declared with another number of receipts than it signed',
    apply({ shift }, own) {
      const signedFen = own.amount();
      shift.devices.push(device(own, receipts(2, signedFen), { declared: receipts(3, signedFen) }));
      return expected('DEVICE_MISDECLARED', 0n, {}, `P${own.n}.${HIGHEST}`);
    },
  },
  {
    name: 'a device is declared up to an earlier record than had come',
    apply({ shift }, own) {
      shift.devices.push(device(own, receipts(2, own.amount()), { beyond: HIGHEST + 1 }));
      return expected('DEVICE_MISDECLARED', 0n, {}, `P${own.n}.${HIGHEST}`);
    },
  },
];
