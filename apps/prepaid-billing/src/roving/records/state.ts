/** One sequence of a device: the record that has it, what became of it, and what else came under it. */
import { DeviceRecordReceived, type DeviceRecordForked, type DeviceRecordPreferred, type DeviceRecordSettled, type DeviceRecordStatus, type DeviceRecordUnchained } from '@youdian/contracts-billing/roving_events';

export interface Recorded extends DeviceRecordReceived {
  readonly status: DeviceRecordStatus;
  readonly postingId: string;
  /** Why it is held or refused; empty where it is not. */
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  /** Who decided on it last, and why. */
  readonly decidedBy: string;
  readonly reason: string;
  readonly forks: readonly DeviceRecordReceived[];
  /** It names another record as the one before it than the one that came. */
  readonly unchained: boolean;
  /** Whether somebody may have to look at it: it is not in the ledger, has forks, or is unchained. */
  readonly open: boolean;
}

/** Why a receipt is refused that was taken back on its device before it ever came into the ledger. */
export const TAKEN_BACK = 'TAKEN_BACK';

export type RecordEvent =
  | { readonly type: 'DeviceRecordReceived'; readonly data: DeviceRecordReceived; readonly kept?: undefined }
  | { readonly type: 'DeviceRecordForked'; readonly data: DeviceRecordForked; readonly kept?: undefined }
  | { readonly type: 'DeviceRecordPreferred'; readonly data: DeviceRecordPreferred; readonly kept?: undefined }
  | { readonly type: 'DeviceRecordUnchained'; readonly data: DeviceRecordUnchained; readonly kept?: undefined }
  | { readonly type: 'DeviceRecordSettled'; readonly data: DeviceRecordSettled; readonly kept: { readonly zh: string; readonly en: string; readonly reason: string } };

export function evolve(state: Recorded | undefined, event: RecordEvent): Recorded {
  switch (event.type) {
    case 'DeviceRecordReceived':
      return { ...event.data, ...JUST_COME, forks: [] };
    case 'DeviceRecordForked':
      return { ...state!, forks: [...state!.forks, event.data.record!], open: true };
    case 'DeviceRecordPreferred': {
      const record = event.data.record!;
      const doubted: Partial<DeviceRecordReceived> = state!;
      const others = state!.forks.filter(({ hash }) => hash !== record.hash);
      return { ...record, ...JUST_COME, forks: [...others, DeviceRecordReceived.fromPartial(doubted)] };
    }
    case 'DeviceRecordUnchained':
      return { ...state!, unchained: true, open: true };
    case 'DeviceRecordSettled': {
      const { status, postingId, code, decidedBy } = event.data;
      const { zh, en, reason } = event.kept;
      const byWhom = decidedBy === '' ? {} : { decidedBy, reason };
      const isOver = status === 'DEVICE_RECORD_STATUS_POSTED' || code === TAKEN_BACK;
      return { ...state!, status, postingId, code, zh, en, ...byWhom, open: !isOver || state!.unchained || state!.forks.length > 0 };
    }
  }
}

const JUST_COME = { status: 'DEVICE_RECORD_STATUS_RECEIVED', postingId: '', code: '', zh: '', en: '', decidedBy: '', reason: '', unchained: false, open: true } as const;
