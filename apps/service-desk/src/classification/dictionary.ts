import { CaseKind } from '@youdian/contracts-desk/events';

/** A fault's cause (原因), a consultation's category (咨询类别) or a complaint's class (投诉类别). */
export interface Classification {
  readonly kind: CaseKind;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

function of(kind: CaseKind, names: Readonly<Record<string, readonly [zh: string, en: string]>>): Classification[] {
  return Object.entries(names).map(([code, [zh, en]]) => ({ kind, code, zh, en }));
}

/** What a fault comes from, and so an outage that nobody planned. */
export const FAULT_CAUSES = {
  LIGHTNING: ['雷击', 'Lightning'],
  STORM: ['大风暴雨', 'Storm'],
  TREE: ['树障', 'Tree'],
  EQUIPMENT_AGEING: ['设备老化', 'Ageing equipment'],
  EXTERNAL_DAMAGE: ['外力破坏', 'External damage'],
  OVERLOAD: ['过负荷', 'Overload'],
  ANIMAL: ['小动物', 'Animal'],
  CUSTOMER_EQUIPMENT: ['用户设备', "Customer's equipment"],
  OTHER: ['其他', 'Other'],
} as const;

export const CLASSIFICATIONS: readonly Classification[] = [
  ...of(CaseKind.CASE_KIND_FAULT, FAULT_CAUSES),
  ...of(CaseKind.CASE_KIND_CONSULTATION, {
    BILLING: ['电费电价', 'Billing'],
    PREPAID: ['预存电费', 'Prepaid electricity'],
    INSTALLATION: ['业扩报装', 'Installation'],
    OUTAGE_INFO: ['停电信息', 'Outage information'],
    METERING: ['计量', 'Metering'],
    ENERGY_SAVING: ['节能用电', 'Energy saving'],
    OTHER: ['其他', 'Other'],
  }),
  ...of(CaseKind.CASE_KIND_COMPLAINT, {
    SERVICE_ATTITUDE: ['服务态度', 'Service attitude'],
    POWER_QUALITY: ['供电质量', 'Power quality'],
    BILLING: ['电费电价', 'Billing'],
    PREPAID: ['预存电费', 'Prepaid electricity'],
    SLOW_RESTORATION: ['抢修不及时', 'Slow restoration'],
    OTHER: ['其他', 'Other'],
  }),
];

export function classificationsOf(kind: CaseKind): readonly Classification[] {
  return CLASSIFICATIONS.filter((known) => known.kind === kind);
}

export function isClassification(kind: CaseKind, code: string): boolean {
  return CLASSIFICATIONS.some((known) => known.kind === kind && known.code === code);
}
