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

export const OUTAGE_CAUSES: readonly OutageCause[] = [
  ...listed({
    LIGHTNING: ['雷击', 'Lightning'],
    STORM: ['大风暴雨', 'Storm'],
    TREE: ['树障', 'Tree'],
    EQUIPMENT_AGEING: ['设备老化', 'Ageing equipment'],
    EXTERNAL_DAMAGE: ['外力破坏', 'External damage'],
    OVERLOAD: ['过负荷', 'Overload'],
    ANIMAL: ['小动物', 'Animal'],
    CUSTOMER_EQUIPMENT: ['用户设备', "Customer's equipment"],
    UPSTREAM: ['上级电网', 'Upstream grid'],
    OTHER: ['其他', 'Other'],
  }).map((cause) => ({ ...cause, planned: false })),
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
