/** A roving team's device (流动收费终端): who may sign with it, and how far its records have come. */
import type { DeviceEnrolled, DeviceRevoked, DeviceSynced } from '@youdian/contracts-billing/roving_events';
import type { Device } from '@youdian/contracts-billing/roving';

export type { Device };

export type DeviceEvent =
  | { readonly type: 'DeviceEnrolled'; readonly data: DeviceEnrolled; readonly kept?: undefined }
  | { readonly type: 'DeviceRevoked'; readonly data: DeviceRevoked; readonly kept: { readonly reason: string } }
  | { readonly type: 'DeviceSynced'; readonly data: DeviceSynced; readonly kept?: undefined };

export function evolve(device: Device | undefined, event: DeviceEvent): Device {
  switch (event.type) {
    case 'DeviceEnrolled':
      return { ...event.data, status: 'DEVICE_STATUS_ACTIVE', cause: 'REVOCATION_CAUSE_UNSPECIFIED', revokedBy: '', revokedAt: undefined, reason: '', through: 0, highest: 0, syncedAt: undefined, open: undefined };
    case 'DeviceRevoked': {
      const { cause, revokedBy, revokedAt } = event.data;
      return { ...device!, status: 'DEVICE_STATUS_REVOKED', cause, revokedBy, revokedAt, reason: event.kept.reason };
    }
    case 'DeviceSynced': {
      const { through, highest, syncedAt } = event.data;
      return { ...device!, through: Math.max(device!.through, through), highest: Math.max(device!.highest, highest), syncedAt };
    }
  }
}
