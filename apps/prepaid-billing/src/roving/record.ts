/** What a device signs, byte by byte; docs/how-to/roving-device.md says it for whoever builds one. */
import type { DeviceRecordKind } from '@youdian/contracts-billing/roving_events';
import { sha256 } from '../ledger/sha256.ts';

/** What of a signed record a person would say. */
export interface RecordFacts {
  readonly deviceId: string;
  /** From 1, without gaps. */
  readonly sequence: number;
  readonly kind: DeviceRecordKind;
  /** Hash of the record before, in hex. */
  readonly previous: string;
  readonly invoiceNo: string;
  readonly accountNo: string;
  readonly amountFen: bigint;
  /** By the device's clock. */
  readonly takenAt: Date;
  readonly collectorId: string;
  /** As the device has it; empty: it knows of none. */
  readonly shiftId: string;
  /** Of a void: the sequence of its receipt. Else 0. */
  readonly voids: number;
}

const RECORD_MARK = 'youdian-record-1';
const ENROLMENT_MARK = 'youdian-device-1';
const KINDS: Readonly<Partial<Record<DeviceRecordKind, number>>> = { DEVICE_RECORD_KIND_RECEIPT: 1, DEVICE_RECORD_KIND_VOID: 2 };
const TEXT = /^[\x21-\x7e]{0,96}$/;
const HASH = /^[0-9a-f]{64}$/;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_BYTES = 8;

/** Of the first record: it has none before it. */
export const NO_PREVIOUS = '0'.repeat(64);

/** Whether it can be written as bytes at all. */
export function isWritable({ sequence, kind, previous, amountFen, takenAt, voids, ...texts }: RecordFacts): boolean {
  const { deviceId, invoiceNo, accountNo, collectorId, shiftId } = texts;
  const isSequence = sequence > 0 && voids >= 0 && KINDS[kind] !== undefined && HASH.test(previous);
  return isSequence && amountFen > 0n && amountFen <= INT64_MAX && takenAt.getTime() >= 0 && [deviceId, invoiceNo, accountNo, collectorId, shiftId].every((text) => TEXT.test(text));
}

/**
 * Mark (16 ASCII characters), kind (1 byte: 1 receipt, 2 void), device, sequence, hash of the record before (32 bytes),
 * invoice number, account number, amount in fen, taken at in milliseconds since 1970 UTC, collector, shift, sequence of
 * the receipt that is taken back or 0. Numbers are 8 bytes, big-endian; texts a byte with their length and then ASCII.
 */
export function canonicalRecord({ deviceId, sequence, kind, previous, invoiceNo, accountNo, amountFen, takenAt, collectorId, shiftId, voids }: RecordFacts): Buffer {
  return Buffer.concat([
    Buffer.from(RECORD_MARK), Buffer.of(KINDS[kind]!), text(deviceId), int64(BigInt(sequence)), Buffer.from(previous, 'hex'), text(invoiceNo), text(accountNo),
    int64(amountFen), int64(BigInt(takenAt.getTime())), text(collectorId), text(shiftId), int64(BigInt(voids)),
  ]);
}

/** In hex: what the next record names as the one before. */
export function hashOf(canonical: Buffer): string {
  return sha256(canonical).toString('hex');
}

/** What a device signs when it is enrolled: mark, device, collector, its public key (32 bytes). */
export function canonicalEnrolment({ deviceId, collectorId, publicKey }: { readonly deviceId: string; readonly collectorId: string; readonly publicKey: string }): Buffer {
  return Buffer.concat([Buffer.from(ENROLMENT_MARK), text(deviceId), text(collectorId), Buffer.from(publicKey, 'hex')]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(INT64_BYTES);
  bytes.writeBigInt64BE(value);
  return bytes;
}
