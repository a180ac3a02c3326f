import { address, companyName, LINE_NAMES, personName, phone, REGION_NAMES, shopName } from './names.ts';
import { random, type Random } from './random.ts';

export interface Region {
  readonly regionId: string;
  readonly name: string;
}

export interface Line {
  readonly lineId: string;
  readonly regionId: string;
  readonly name: string;
}

export type UsageNature = 'LARGE_INDUSTRIAL' | 'GENERAL_COMMERCIAL' | 'RESIDENTIAL' | 'AGRICULTURAL' | 'WHOLESALE';
/** GOOD keeps money in hand; TIGHT has next to nothing left; BAD pays too little and too late. */
export type Payer = 'GOOD' | 'TIGHT' | 'BAD';

/** One account with its customer, as a row of the company's old register. */
export interface Account {
  readonly customerNo: string;
  readonly kind: 'RESIDENTIAL' | 'ENTERPRISE';
  readonly name: string;
  readonly phone: string;
  readonly language: 'zh' | 'en';
  readonly accountNo: string;
  readonly usageNature: UsageNature;
  readonly installedCapacityKva: number;
  readonly regionId: string;
  readonly lineId: string;
  readonly address: string;
  readonly payer: Payer;
}

/** 300 large customers among 20,000 accounts. */
const LARGE_CUSTOMER_SHARE = 0.015;
const LARGE_KVA = [100, 125, 160, 200, 250, 315, 400, 500, 630, 800, 1_000, 1_250, 1_600, 2_000, 3_150];
const RURAL_REGION_FROM = 3;

export const REGIONS: readonly Region[] = REGION_NAMES.map((name, at) => ({ regionId: `R${at + 1}`, name }));
export const LINES: readonly Line[] = LINE_NAMES.flatMap((names, region) =>
  names.map((name, at) => ({ lineId: `L${region + 1}${String(at + 1).padStart(2, '0')}`, regionId: `R${region + 1}`, name: `10kV${name}` })),
);

/** Large customers first, then everybody else: `size` accounts in all. */
export function accounts(seed: number, size: number): Account[] {
  const source = random(seed, 'accounts');
  const list: Account[] = [];
  const largeCustomers = Math.max(1, Math.round(size * LARGE_CUSTOMER_SHARE));
  for (let at = 1; at <= largeCustomers && list.length < size; at += 1) {
    const customer = { customerNo: `D${String(at).padStart(5, '0')}`, kind: 'ENTERPRISE' as const, name: companyName(source), ...contact(source) };
    const supplyPoints = source.weighted([[1, 85], [2, 12], [3, 3]] as const);
    for (let point = 0; point < supplyPoints && list.length < size; point += 1) list.push({ ...customer, ...largeSupply(source), ...supply(source, list.length, false) });
  }
  while (list.length < size) list.push(smallAccount(source, list.length));
  return list;
}

function largeSupply(source: Random) {
  const usageNature = source.weighted<UsageNature>([['LARGE_INDUSTRIAL', 50], ['GENERAL_COMMERCIAL', 46], ['WHOLESALE', 4]]);
  const installedCapacityKva = usageNature === 'LARGE_INDUSTRIAL' ? source.pick(LARGE_KVA.slice(5)) : source.pick(LARGE_KVA.slice(0, 11));
  return { usageNature, installedCapacityKva };
}

function smallAccount(source: Random, at: number): Account {
  const usageNature = source.weighted<UsageNature>([['RESIDENTIAL', 87], ['GENERAL_COMMERCIAL', 8], ['AGRICULTURAL', 5]]);
  const shop = usageNature === 'GENERAL_COMMERCIAL';
  return {
    customerNo: `K${String(at + 1).padStart(7, '0')}`,
    kind: shop ? 'ENTERPRISE' : 'RESIDENTIAL',
    name: shop ? shopName(source) : personName(source),
    ...contact(source),
    usageNature,
    installedCapacityKva: usageNature === 'RESIDENTIAL' ? source.pick([4, 4, 8, 8, 8, 12, 16]) : source.pick([10, 15, 20, 30, 50, 80]),
    ...supply(source, at, usageNature === 'AGRICULTURAL'),
  };
}

function contact(source: Random) {
  return { phone: phone(source), language: source.chance(0.03) ? ('en' as const) : ('zh' as const) };
}

function supply(source: Random, at: number, farming: boolean) {
  // Farms hang on the rural lines, which come last.
  const line = source.pick(farming ? LINES.slice(RURAL_REGION_FROM * 8) : LINES);
  const region = Number(line.regionId.slice(1)) - 1;
  return {
    accountNo: `52${String(region + 1).padStart(2, '0')}${String(at + 1).padStart(6, '0')}`,
    regionId: line.regionId,
    lineId: line.lineId,
    address: address(source, REGION_NAMES[region]!, region >= RURAL_REGION_FROM),
    payer: source.weighted<Payer>([['GOOD', 960], ['TIGHT', 15], ['BAD', 25]]),
  };
}
