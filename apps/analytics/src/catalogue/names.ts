/** Codes with their names for people. */
export type Names = Readonly<Record<string, Name>>;
export type Name = readonly [zh: string, en: string];

/** Where a code is missing here, the code itself is shown. */
export const UNKNOWN: Name = ['未知', 'Unknown'];

/** The key of what is beyond the largest. */
export const OTHERS = '*';
export const OTHERS_NAME: Name = ['其余', 'Others'];

// The desk owns these codes. Their names are repeated here and not asked for, so that statistics are answered, and look
// the same, whether the desk is up or not; a code that is not yet here is still counted.
export const CAUSES: Names = {
  LIGHTNING: ['雷击', 'Lightning'], STORM: ['大风暴雨', 'Storm'], TREE: ['树障', 'Tree'], EQUIPMENT_AGEING: ['设备老化', 'Ageing equipment'],
  EXTERNAL_DAMAGE: ['外力破坏', 'External damage'], OVERLOAD: ['过负荷', 'Overload'], ANIMAL: ['小动物', 'Animal'],
  CUSTOMER_EQUIPMENT: ['用户设备', "Customer's equipment"], OTHER: ['其他', 'Other'],
};

/** Of outages, which may be planned. */
export const OUTAGE_CAUSES: Names = {
  ...CAUSES, UPSTREAM: ['上级电网', 'Upstream grid'], MAINTENANCE: ['计划检修', 'Maintenance'], CONSTRUCTION: ['工程施工', 'Construction'],
  LOAD_SHEDDING: ['有序用电', 'Load shedding'], CUSTOMER_REQUEST: ['用户申请', "Customer's request"],
};

export const EQUIPMENT: Names = {
  OVERHEAD_LINE: ['架空线路', 'Overhead line'], CABLE: ['电缆', 'Cable'], TRANSFORMER: ['配电变压器', 'Distribution transformer'], SWITCHGEAR: ['开关设备', 'Switchgear'],
  FUSE: ['跌落式熔断器', 'Drop-out fuse'], INSULATOR: ['绝缘子', 'Insulator'], ARRESTER: ['避雷器', 'Surge arrester'], SUBSTATION: ['变电站', 'Substation'],
  LOW_VOLTAGE: ['低压设备', 'Low-voltage equipment'], OTHER: ['其他', 'Other'],
};

export const YES_OR_NO: Names = { YES: ['是', 'Yes'], NO: ['否', 'No'] };

export const CATEGORIES: Names = {
  BILLING: ['电费电价', 'Billing'], PREPAID: ['预存电费', 'Prepaid electricity'], INSTALLATION: ['业扩报装', 'Installation'],
  OUTAGE_INFO: ['停电信息', 'Outage information'], METERING: ['计量', 'Metering'], ENERGY_SAVING: ['节能用电', 'Energy saving'], OTHER: ['其他', 'Other'],
};

export const CLASSES: Names = {
  SERVICE_ATTITUDE: ['服务态度', 'Service attitude'], POWER_QUALITY: ['供电质量', 'Power quality'], BILLING: ['电费电价', 'Billing'],
  PREPAID: ['预存电费', 'Prepaid electricity'], SLOW_RESTORATION: ['抢修不及时', 'Slow restoration'], OTHER: ['其他', 'Other'],
};

export const CASE_CHANNELS: Names = {
  HOTLINE: ['热线', 'Hotline'], HALL: ['营业厅', 'Business hall'], ONLINE: ['网上', 'Online'], KIOSK: ['自助终端', 'Kiosk'], MANAGER: ['客户经理', 'Customer manager'],
};

export const TOP_UP_CHANNELS: Names = {
  COUNTER: ['柜台', 'Counter'], ROVING: ['流动收费', 'Roving team'], KIOSK: ['自助终端', 'Kiosk'], ONLINE: ['网上', 'Online'], BANK_TRANSFER: ['银行转账', 'Bank transfer'],
};

export const USAGE_NATURES: Names = {
  LARGE_INDUSTRIAL: ['大工业', 'Large industrial'], GENERAL_COMMERCIAL: ['一般工商业', 'General commercial'], RESIDENTIAL: ['居民', 'Residential'],
  AGRICULTURAL: ['农业', 'Agricultural'], WHOLESALE: ['趸售', 'Wholesale'],
};

export const CAPACITY_BANDS: Names = {
  UNDER_100: ['100 千伏安以下', 'Under 100 kVA'], '100_TO_499': ['100 至 499 千伏安', '100 to 499 kVA'],
  '500_TO_800': ['500 至 800 千伏安', '500 to 800 kVA'], OVER_800: ['800 千伏安以上', 'Over 800 kVA'],
};

export const MESSAGE_RULES: Names = {
  BALANCE_LOW: ['余额不足提醒', 'Low balance'], TOP_UP_RECEIPT: ['缴费回执', 'Top-up receipt'],
  ROVING_VISIT: ['流动收费预告', 'Roving visit'], ROVING_VISIT_CHANGED: ['流动收费变更', 'Roving visit changed'], ROVING_VISIT_CANCELLED: ['流动收费取消', 'Roving visit cancelled'],
};

export const SHIFT_STATUSES: Names = { OPEN: ['当班', 'Open'], CLOSED: ['已交班', 'Closed'], SIGNED_OFF: ['已审核', 'Signed off'] };

export const MESSAGE_STATUSES: Names = {
  QUEUED: ['待发送', 'Queued'], SENT: ['已发送', 'Sent'], DELIVERED: ['已送达', 'Delivered'], FAILED: ['失败', 'Failed'], WITHDRAWN: ['不再发送', 'Withdrawn'],
};
