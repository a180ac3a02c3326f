/** One line of a file of accounts, as text, made into its customer and its account. Words may be codes or the Chinese names. */
import { idFromKey } from '@youdian/commit-log';
import { CustomerKind, UsageNature } from '@youdian/contracts-customer/events';
import type { Rejection } from '@youdian/rejection';
import type { RegisterAccount } from '../account/decide.ts';
import type { RegisterCustomer } from '../customer/decide.ts';

export const REQUIRED_COLUMNS = ['customerNo', 'kind', 'name', 'phone', 'accountNo', 'usageNature', 'installedCapacityKva', 'lineId'] as const;
export const OPTIONAL_COLUMNS = ['language', 'address'] as const;
type Column = (typeof REQUIRED_COLUMNS)[number] | (typeof OPTIONAL_COLUMNS)[number];

export interface ImportRow {
  readonly customer: RegisterCustomer;
  readonly account: RegisterAccount;
}

const KINDS: Readonly<Record<string, CustomerKind>> = {
  RESIDENTIAL: CustomerKind.CUSTOMER_KIND_RESIDENTIAL, 居民: CustomerKind.CUSTOMER_KIND_RESIDENTIAL, 居民客户: CustomerKind.CUSTOMER_KIND_RESIDENTIAL,
  ENTERPRISE: CustomerKind.CUSTOMER_KIND_ENTERPRISE, 大客户: CustomerKind.CUSTOMER_KIND_ENTERPRISE, 企业: CustomerKind.CUSTOMER_KIND_ENTERPRISE,
};
const NATURES: Readonly<Record<string, UsageNature>> = {
  LARGE_INDUSTRIAL: UsageNature.USAGE_NATURE_LARGE_INDUSTRIAL, 大工业: UsageNature.USAGE_NATURE_LARGE_INDUSTRIAL,
  GENERAL_COMMERCIAL: UsageNature.USAGE_NATURE_GENERAL_COMMERCIAL, 一般工商业: UsageNature.USAGE_NATURE_GENERAL_COMMERCIAL,
  RESIDENTIAL: UsageNature.USAGE_NATURE_RESIDENTIAL, 居民: UsageNature.USAGE_NATURE_RESIDENTIAL,
  AGRICULTURAL: UsageNature.USAGE_NATURE_AGRICULTURAL, 农业: UsageNature.USAGE_NATURE_AGRICULTURAL,
  WHOLESALE: UsageNature.USAGE_NATURE_WHOLESALE, 趸售: UsageNature.USAGE_NATURE_WHOLESALE,
};
const WHOLE_NUMBER = /^\d{1,12}$/;
const CUSTOMER_NO_CHARACTERS_MAX = 64;

/** `source` names the file's origin: the same customer number in another source is another customer. */
export function readImportRow(values: Readonly<Partial<Record<string, string>>>, source: string): ImportRow | Rejection {
  const cell = (column: Column) => values[column] ?? '';
  const customerNo = cell('customerNo');
  if (customerNo === '' || customerNo.length > CUSTOMER_NO_CHARACTERS_MAX) {
    return {
      kind: 'invalid',
      code: 'CUSTOMER_NO_MALFORMED',
      field: 'customerNo',
      zh: `请填写本公司的客户编号,不超过 ${CUSTOMER_NO_CHARACTERS_MAX} 个字符;同一编号的各行属于同一客户。`,
      en: `Give the company's own customer number, at most ${CUSTOMER_NO_CHARACTERS_MAX} characters; rows with the same one share the customer.`,
    };
  }
  const customerId = customerIdOf(source, customerNo);
  const capacity = cell('installedCapacityKva');
  return {
    customer: {
      customerId,
      kind: word(KINDS, cell('kind'), 'CUSTOMER_KIND_') ?? CustomerKind.CUSTOMER_KIND_UNSPECIFIED,
      name: cell('name'),
      phone: cell('phone'),
      language: cell('language').toLowerCase(),
    },
    account: {
      accountNo: cell('accountNo'),
      customerId,
      usageNature: word(NATURES, cell('usageNature'), 'USAGE_NATURE_') ?? UsageNature.USAGE_NATURE_UNSPECIFIED,
      // What is no whole number is out of range, and so refused by the rules.
      installedCapacityKva: WHOLE_NUMBER.test(capacity) ? BigInt(capacity) : 0n,
      lineId: cell('lineId'),
      address: cell('address'),
    },
  };
}

export function customerIdOf(source: string, customerNo: string): string {
  return idFromKey('customer', 'import', source, customerNo);
}

function word<T>(words: Readonly<Record<string, T>>, text: string, prefix: string): T | undefined {
  const plain = text.toUpperCase().replace(prefix, '');
  return Object.hasOwn(words, plain) ? words[plain] : undefined;
}
