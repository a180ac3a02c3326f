import { FAULT_CAUSES } from '../classification/dictionary.ts';

/** The company's words for what an outage came from and what failed. */
export interface OutageCause {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  /** Of planned outages, or of the others. */
  readonly planned: boolean;
}

export interface OutageEquipment {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

type Names = Readonly<Record<string, readonly [zh: string, en: string]>>;
const listed = (names: Names) => Object.entries(names).map(([code, [zh, en]]) => ({ code, zh, en }));

const { OTHER, ...faultCauses } = FAULT_CAUSES;

export const OUTAGE_CAUSES: readonly OutageCause[] = [
  ...listed({ ...faultCauses, UPSTREAM: ['上级电网', 'Upstream grid'], OTHER }).map((cause) => ({ ...cause, planned: false })),
  ...listed({
    MAINTENANCE: ['计划检修', 'Maintenance'],
    CONSTRUCTION: ['工程施工', 'Construction'],
    LOAD_SHEDDING: ['有序用电', 'Load shedding'],
    CUSTOMER_REQUEST: ['用户申请', "Customer's request"],
    OTHER: ['其他', 'Other'],
  }).map((cause) => ({ ...cause, planned: true })),
];

export const OUTAGE_EQUIPMENT: readonly OutageEquipment[] = listed({
  OVERHEAD_LINE: ['架空线路', 'Overhead line'],
  CABLE: ['电缆', 'Cable'],
  TRANSFORMER: ['配电变压器', 'Distribution transformer'],
  SWITCHGEAR: ['开关设备', 'Switchgear'],
  FUSE: ['跌落式熔断器', 'Drop-out fuse'],
  INSULATOR: ['绝缘子', 'Insulator'],
  ARRESTER: ['避雷器', 'Surge arrester'],
  SUBSTATION: ['变电站', 'Substation'],
  LOW_VOLTAGE: ['低压设备', 'Low-voltage equipment'],
  OTHER: ['其他', 'Other'],
});
