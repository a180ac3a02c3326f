import { CustomerKind } from '@youdian/contracts-customer/events';
import type { Rejection } from '@youdian/rejection';
import type { Customer, CustomerEvent, Language, Person } from './state.ts';

const PHONE = /^[0-9+-]{5,20}$/;
const NAME_CHARACTERS_MAX = 100;
const KINDS: readonly string[] = [CustomerKind.CUSTOMER_KIND_RESIDENTIAL, CustomerKind.CUSTOMER_KIND_ENTERPRISE];

export interface RegisterCustomer {
  readonly customerId: string;
  readonly kind: CustomerKind;
  readonly name: string;
  readonly phone: string;
  /** Empty: zh. */
  readonly language: string;
}

/** What is empty or unspecified stays as it is. */
export type UpdateCustomer = RegisterCustomer;

export function registerCustomer(state: Customer | undefined, command: RegisterCustomer, at: Date): CustomerEvent[] | Rejection {
  const { customerId, kind } = command;
  const person = { name: command.name, phone: command.phone, language: (command.language || 'zh') as Language };
  const wrong = check(kind, person);
  if (wrong) return wrong;
  if (state) return alreadyRegistered(customerId);
  return [{ type: 'CustomerRegistered', data: { customerId, kind, registeredAt: at }, kept: person }];
}

export function updateCustomer(state: Customer | undefined, command: UpdateCustomer): CustomerEvent[] | Rejection {
  const { customerId } = command;
  if (!state) return customerUnknown(customerId, 'unknown');
  const kind = command.kind === CustomerKind.CUSTOMER_KIND_UNSPECIFIED ? state.kind : command.kind;
  const person: Person = {
    name: command.name || state.personal.name,
    phone: command.phone || state.personal.phone,
    language: (command.language || state.personal.language) as Language,
  };
  const wrong = check(kind, person);
  if (wrong) return wrong;
  const same = kind === state.kind && person.name === state.personal.name && person.phone === state.personal.phone && person.language === state.personal.language;
  return same ? [] : [{ type: 'CustomerUpdated', data: { customerId, kind }, kept: person }];
}

/** One row of an import: registers who is new, updates who changed. */
export function importCustomer(state: Customer | undefined, row: RegisterCustomer, at: Date): CustomerEvent[] | Rejection {
  return state ? updateCustomer(state, row) : registerCustomer(state, row, at);
}

/** `unknown` where the customer itself was asked for, `refused` where something else refers to it. */
export function customerUnknown(customerId: string, kind: 'unknown' | 'refused'): Rejection {
  return {
    kind,
    code: 'CUSTOMER_UNKNOWN',
    field: 'customerId',
    zh: `没有客户 ${customerId};请核对编号,或先登记客户。`,
    en: `There is no customer ${customerId}; check the id, or register the customer first.`,
  };
}

function check(kind: string, person: Person): Rejection | undefined {
  if (!KINDS.includes(kind)) {
    return {
      kind: 'invalid',
      code: 'KIND_UNKNOWN',
      field: 'kind',
      zh: '客户类别应为 RESIDENTIAL(居民)或 ENTERPRISE(大客户)。',
      en: 'The kind is RESIDENTIAL or ENTERPRISE.',
    };
  }
  if (person.name.trim() !== person.name || person.name.length === 0 || person.name.length > NAME_CHARACTERS_MAX) {
    return {
      kind: 'invalid',
      code: 'NAME_MALFORMED',
      field: 'name',
      zh: `请填写客户名称,1 到 ${NAME_CHARACTERS_MAX} 个字,首尾不留空格。`,
      en: `Give the customer's name, 1 to ${NAME_CHARACTERS_MAX} characters, without spaces around it.`,
    };
  }
  if (!PHONE.test(person.phone)) {
    return {
      kind: 'invalid',
      code: 'PHONE_MALFORMED',
      field: 'phone',
      zh: '电话由 5 到 20 个数字、加号或连字符组成,例如 13800000000 或 0851-5551234。',
      en: 'A phone number has 5 to 20 digits, plus signs or hyphens, for example 13800000000.',
    };
  }
  if (person.language !== 'zh' && person.language !== 'en') {
    return { kind: 'invalid', code: 'LANGUAGE_UNKNOWN', field: 'language', zh: '语言应为 zh(中文)或 en(英文)。', en: 'The language is zh or en.' };
  }
  return undefined;
}

function alreadyRegistered(customerId: string): Rejection {
  return {
    kind: 'conflict',
    code: 'CUSTOMER_TAKEN',
    field: 'customerId',
    zh: `客户 ${customerId} 已登记;如需更改请用修改。`,
    en: `Customer ${customerId} is registered already; update it instead.`,
  };
}
