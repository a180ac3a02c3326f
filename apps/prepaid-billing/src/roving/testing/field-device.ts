/** A device as a team carries it: it signs what it takes, keeps all of it, and can be set back to a backup. See docs/how-to/roving-device.md. */
import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import type { DeviceCount } from '@youdian/contracts-billing/events';
import type { SignedRecord } from '@youdian/contracts-billing/roving';
import { canonicalEnrolment, canonicalRecord, hashOf, NO_PREVIOUS, type RecordFacts } from '../record.ts';

/** PKCS #8 of an Ed25519 key, before its 32 bytes. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface FieldDeviceOptions {
  readonly deviceId: string;
  readonly collectorId: string;
  readonly shiftId?: string;
  /** 32 bytes. */
  readonly seed: Uint8Array;
}

type Taken = Pick<RecordFacts, 'invoiceNo' | 'accountNo' | 'amountFen' | 'takenAt'> & { readonly kind: RecordFacts['kind']; readonly voids: number };

export class FieldDevice {
  readonly options: FieldDeviceOptions;
  readonly #key: KeyObject;
  /** From 1, without gaps. */
  readonly records: SignedRecord[];

  constructor(options: FieldDeviceOptions, records: readonly SignedRecord[] = []) {
    this.options = options;
    this.#key = createPrivateKey({ format: 'der', type: 'pkcs8', key: Buffer.concat([PKCS8, options.seed]) });
    this.records = [...records];
  }

  get publicKey(): string {
    const { x } = createPublicKey(this.#key).export({ format: 'jwk' });
    return Buffer.from(x!, 'base64url').toString('hex');
  }

  /** What a manager enrols it with. */
  get enrolment() {
    const { deviceId, collectorId } = this.options;
    const { publicKey } = this;
    return { deviceId, collectorId, publicKey, proof: this.#sign(canonicalEnrolment({ deviceId, collectorId, publicKey })) };
  }

  receipt(invoiceNo: string, accountNo: string, amountFen: bigint, takenAt: Date): SignedRecord {
    return this.#append({ kind: 'DEVICE_RECORD_KIND_RECEIPT', invoiceNo, accountNo, amountFen, takenAt, voids: 0 });
  }

  /** The customer changed his mind; the number stays with the void. */
  void({ sequence, invoiceNo, accountNo, amountFen }: SignedRecord, takenAt: Date): SignedRecord {
    return this.#append({ kind: 'DEVICE_RECORD_KIND_VOID', invoiceNo, accountNo, amountFen, takenAt, voids: sequence });
  }

  /** What its screen shows at the close of the shift, for the collector to declare. */
  get shown(): DeviceCount {
    const { deviceId, shiftId = '' } = this.options;
    const own = this.records.filter((record) => record.shiftId === shiftId);
    const totals = (kind: RecordFacts['kind']) => {
      const some = own.filter((record) => record.kind === kind);
      return [some.length, some.reduce((sumFen, { amountFen }) => sumFen + amountFen, 0n)] as const;
    };
    const [receiptCount, receiptFen] = totals('DEVICE_RECORD_KIND_RECEIPT');
    const [voidCount, voidFen] = totals('DEVICE_RECORD_KIND_VOID');
    return { deviceId, highestSequence: this.records.length, signed: { receiptCount, receiptFen, voidCount, voidFen } };
  }

  /** The same device as it was after so many records. */
  restored(records: number): FieldDevice {
    return new FieldDevice(this.options, this.records.slice(0, records));
  }

  /** Whatever the facts. */
  signed(facts: Omit<RecordFacts, 'deviceId'>): SignedRecord {
    return { ...facts, signature: this.#sign(canonicalRecord({ ...facts, deviceId: this.options.deviceId })) };
  }

  #append(taken: Taken): SignedRecord {
    const { deviceId, collectorId, shiftId = '' } = this.options;
    const last = this.records.at(-1);
    const previous = last ? hashOf(canonicalRecord({ ...last, takenAt: last.takenAt!, deviceId })) : NO_PREVIOUS;
    const record = this.signed({ ...taken, previous, collectorId, shiftId, sequence: this.records.length + 1 });
    this.records.push(record);
    return record;
  }

  #sign(bytes: Buffer): string {
    return sign(null, bytes, this.#key).toString('hex');
  }
}
