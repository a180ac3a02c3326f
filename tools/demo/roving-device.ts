/** A device of a roving team, built by docs/how-to/roving-device.md alone: it signs what it takes, and keeps all of it. */
import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';

/** PKCS #8 of an Ed25519 key, before its 32 bytes. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const KINDS = { RECEIPT: 1, VOID: 2 } as const;

export interface SignedRecord {
  readonly sequence: number;
  readonly kind: 'RECEIPT' | 'VOID';
  readonly previous: string;
  readonly invoiceNo: string;
  readonly accountNo: string;
  /** Decimal digits. */
  readonly amountFen: string;
  /** RFC 3339, with milliseconds. */
  readonly takenAt: string;
  readonly collectorId: string;
  readonly shiftId: string;
  readonly voids: number;
  readonly signature: string;
}

export interface Taken {
  readonly invoiceNo: string;
  readonly accountNo: string;
  readonly amountFen: bigint;
  readonly takenAt: Date;
  readonly shiftId: string;
  /** The sequence of the receipt that it takes back; 0: it is a receipt. */
  readonly voids: number;
}

export class RovingDevice {
  readonly deviceId: string;
  readonly collectorId: string;
  /** From 1, without gaps. */
  readonly records: SignedRecord[] = [];
  readonly #key: KeyObject;
  #previous = '0'.repeat(64);

  /** `seed`: the private key, 32 bytes. */
  constructor(deviceId: string, collectorId: string, seed: Buffer) {
    this.deviceId = deviceId;
    this.collectorId = collectorId;
    this.#key = createPrivateKey({ format: 'der', type: 'pkcs8', key: Buffer.concat([PKCS8, seed]) });
  }

  /** What a manager enrols it with. */
  get enrolment() {
    const { deviceId, collectorId } = this;
    const publicKey = Buffer.from(createPublicKey(this.#key).export({ format: 'jwk' }).x!, 'base64url');
    const proof = this.#sign(Buffer.concat([Buffer.from('youdian-device-1'), text(deviceId), text(collectorId), publicKey]));
    return { deviceId, collectorId, publicKey: publicKey.toString('hex'), proof };
  }

  take({ invoiceNo, accountNo, amountFen, takenAt, shiftId, voids }: Taken): SignedRecord {
    const { deviceId, collectorId } = this;
    const kind = voids === 0 ? 'RECEIPT' : 'VOID';
    const [sequence, previous] = [this.records.length + 1, this.#previous];
    const bytes = Buffer.concat([
      Buffer.from('youdian-record-1'), Buffer.of(KINDS[kind]), text(deviceId), number(sequence), Buffer.from(previous, 'hex'), text(invoiceNo), text(accountNo),
      number(amountFen), number(takenAt.getTime()), text(collectorId), text(shiftId), number(voids),
    ]);
    this.#previous = createHash('sha256').update(bytes).digest('hex');
    const record = { sequence, kind, previous, invoiceNo, accountNo, amountFen: String(amountFen), takenAt: takenAt.toISOString(), collectorId, shiftId, voids, signature: this.#sign(bytes) } as const;
    this.records.push(record);
    return record;
  }

  /** What it shows at the end of a shift. */
  closing(shiftId: string) {
    const total = (kind: SignedRecord['kind']) => {
      const signed = this.records.filter((record) => record.shiftId === shiftId && record.kind === kind);
      return { count: signed.length, fen: String(signed.reduce((sum, { amountFen }) => sum + BigInt(amountFen), 0n)) };
    };
    const [receipts, voids] = [total('RECEIPT'), total('VOID')];
    const signed = { receiptCount: receipts.count, receiptFen: receipts.fen, voidCount: voids.count, voidFen: voids.fen };
    return { deviceId: this.deviceId, highestSequence: this.records.length, signed };
  }

  #sign(bytes: Buffer): string {
    return sign(null, bytes, this.#key).toString('hex');
  }
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.of(value.length), Buffer.from(value, 'ascii')]);
}

function number(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
