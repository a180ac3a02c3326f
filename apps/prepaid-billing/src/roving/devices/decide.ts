import type { EnrolDeviceRequest } from '@youdian/contracts-billing/roving';
import type { RevocationCause } from '@youdian/contracts-billing/roving_events';
import type { Rejection } from '@youdian/rejection';
import * as rejections from '../rejections.ts';
import type { Device, DeviceEvent } from './state.ts';

const HOLDER = /^[A-Za-z0-9_.@-]{1,64}$/;
const TEAM = /^[A-Za-z0-9._-]{0,32}$/;
const CAUSES: readonly RevocationCause[] = ['REVOCATION_CAUSE_LOST', 'REVOCATION_CAUSE_BROKEN', 'REVOCATION_CAUSE_RETIRED'];

export interface EnrolDevice extends Omit<EnrolDeviceRequest, 'proof'> {
  /** `role:id` */
  readonly actor: string;
}

export function isDeviceId(text: string): boolean {
  return HOLDER.test(text);
}

/** `replaced`: the device in whose place it is to be, where it names one. Key and proof have been checked. */
export function enrolDevice(device: Device | undefined, { actor, ...facts }: EnrolDevice, replaced: Device | undefined, at: Date): DeviceEvent[] | Rejection {
  const { deviceId, collectorId, teamId, replaces } = facts;
  if (device) return rejections.deviceExists;
  if (!HOLDER.test(deviceId)) return rejections.holderInvalid('deviceId');
  if (!HOLDER.test(collectorId)) return rejections.holderInvalid('collectorId');
  if (!TEAM.test(teamId)) return rejections.holderInvalid('teamId');
  const mayReplace = replaces === '' || (replaced?.status === 'DEVICE_STATUS_REVOKED' && replaced.collectorId === collectorId);
  if (!mayReplace) return rejections.nothingToReplace;
  return [{ type: 'DeviceEnrolled', data: { ...facts, enrolledBy: actor, enrolledAt: at } }];
}

export function revokeDevice(device: Device | undefined, { cause, reason, actor }: { readonly cause: RevocationCause; readonly reason: string; readonly actor: string }, at: Date): DeviceEvent[] | Rejection {
  if (!device) return rejections.deviceUnknown;
  if (!CAUSES.includes(cause)) return rejections.causeMissing;
  if (device.status === 'DEVICE_STATUS_REVOKED') return rejections.deviceRevokedAlready;
  return [{ type: 'DeviceRevoked', data: { deviceId: device.deviceId, cause, revokedBy: actor, revokedAt: at }, kept: { reason } }];
}
