import type { DeviceRecordReceived } from '@youdian/contracts-billing/roving_events';
import type { Rejection } from '@youdian/rejection';
import type { Person } from '../../person.ts';
import * as rejections from '../rejections.ts';
import { TAKEN_BACK, type Recorded, type RecordEvent } from './state.ts';

/** What a key in two places writes under one sequence before somebody revokes the device. */
const FORKS_MAX = 20;

/** What became of a record. Received: it may be posted (again). */
export type Outcome =
  | { readonly status: 'DEVICE_RECORD_STATUS_RECEIVED' }
  | { readonly status: 'DEVICE_RECORD_STATUS_POSTED'; readonly postingId: string }
  | { readonly status: 'DEVICE_RECORD_STATUS_HELD' | 'DEVICE_RECORD_STATUS_REFUSED'; readonly why: Rejection };

/**
 * The first under a sequence has it for ever; the same again changes nothing; another is a fork, and kept. Only one that
 * nobody can date gives way to one that is older than the revocation. `held`: why it may not be posted yet.
 */
export function receiveRecord(state: Recorded | undefined, record: DeviceRecordReceived, held: Rejection | undefined, at: Date): RecordEvent[] | Rejection {
  if (!state) return [{ type: 'DeviceRecordReceived', data: record }, ...(held ? [settled(record, { status: 'DEVICE_RECORD_STATUS_HELD', why: held }, at)] : [])];
  if (isKept(state, record.hash)) return [];
  if (isDoubted(state) && !held) return [{ type: 'DeviceRecordPreferred', data: { record } }];
  if (state.forks.length >= FORKS_MAX) return rejections.tooManyForks;
  return [{ type: 'DeviceRecordForked', data: { record } }];
}

/** As itself or as a fork. */
export function isKept(state: Recorded, hash: string): boolean {
  return state.hash === hash || state.forks.some((fork) => fork.hash === hash);
}

/** `before`: what came under the sequence before it. */
export function unchain(state: Recorded, before: Recorded, at: Date): RecordEvent[] {
  const { deviceId, sequence } = state;
  return isUnchained(state, before) ? [{ type: 'DeviceRecordUnchained', data: { deviceId, sequence, foundAt: at } }] : [];
}

/** And nobody has noted it yet. */
export function isUnchained({ previous, unchained }: Recorded, before: Recorded): boolean {
  return !unchained && previous !== before.hash;
}

/** What the ledger says of a record. Of two that find out at the same time, who has it posted is right. */
export function settleRecord(state: Recorded, outcome: Outcome, at: Date): RecordEvent[] {
  const isOver = outcome.status === 'DEVICE_RECORD_STATUS_POSTED' ? state.status === outcome.status : state.status !== 'DEVICE_RECORD_STATUS_RECEIVED';
  return isOver ? [] : [settled(state, outcome, at)];
}

/** What was held because its device is revoked turns out to be older than that: `hash` says what. */
export function vouchForRecord(state: Recorded, hash: string, at: Date): RecordEvent[] {
  if (!isDoubted(state)) return [];
  const fork = state.forks.find((one) => one.hash === hash);
  if (fork) return [{ type: 'DeviceRecordPreferred', data: { record: fork } }];
  return state.hash === hash && isHeld(state) ? [settled(state, { status: 'DEVICE_RECORD_STATUS_RECEIVED' }, at)] : [];
}

export function isHeld({ status }: Recorded): boolean {
  return status === 'DEVICE_RECORD_STATUS_HELD';
}

/** Nobody can say whether it was signed before its device was revoked. */
export function isDoubted({ code }: Recorded): boolean {
  return code === rejections.deviceRevoked.code;
}

/** Its successor, which is not doubted, names it: so it is older. */
export function isVouchedFor(hash: string, next: Recorded | undefined): boolean {
  return next !== undefined && next.previous === hash && !isDoubted(next);
}

/** Taken back on the device before it ever came into the ledger: nobody has its money. */
export function takeBack(state: Recorded, at: Date): RecordEvent[] {
  if (state.status === 'DEVICE_RECORD_STATUS_POSTED' || isTakenBack(state)) return [];
  return [settled(state, { status: 'DEVICE_RECORD_STATUS_REFUSED', why: rejections.takenBack }, at)];
}

export function isTakenBack({ code }: Recorded): boolean {
  return code === TAKEN_BACK;
}

export interface DecideRecord {
  readonly approve: boolean;
  readonly reason: string;
  readonly actor: Person;
  /** Who revoked the device, `role:id`; empty where it is not. */
  readonly revokedBy: string;
}

/** By another person than the collector and who revoked the device. Approved, it is tried again; else it is refused. */
export function decideRecord(state: Recorded | undefined, { approve, reason, actor, revokedBy }: DecideRecord, at: Date): RecordEvent[] | Rejection {
  if (!state) return rejections.recordUnknown;
  const isWaiting = isHeld(state) || (approve && state.status === 'DEVICE_RECORD_STATUS_REFUSED');
  if (!isWaiting || isTakenBack(state)) return rejections.nothingToDecide;
  if (actor.id === state.collectorId || actor.id === revokedBy.slice(revokedBy.indexOf(':') + 1)) return rejections.secondPersonForRecord;
  const { code, zh, en } = state;
  const outcome: Outcome = approve ? { status: 'DEVICE_RECORD_STATUS_RECEIVED' } : { status: 'DEVICE_RECORD_STATUS_REFUSED', why: { kind: 'refused', code, zh, en } };
  return [settled(state, outcome, at, { decidedBy: actor.name, reason })];
}

function settled({ deviceId, sequence }: DeviceRecordReceived, outcome: Outcome, at: Date, by = { decidedBy: '', reason: '' }): RecordEvent {
  const { code, zh, en } = 'why' in outcome ? outcome.why : { code: '', zh: '', en: '' };
  const postingId = 'postingId' in outcome ? outcome.postingId : '';
  return { type: 'DeviceRecordSettled', data: { deviceId, sequence, status: outcome.status, postingId, code, decidedBy: by.decidedBy, settledAt: at }, kept: { zh, en, reason: by.reason } };
}
