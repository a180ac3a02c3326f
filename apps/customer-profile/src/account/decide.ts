import { UsageNature } from '@youdian/contracts-customer/events';
import type { Rejection } from '@youdian/rejection';
import { customerUnknown } from '../customer/decide.ts';
import type { Account, AccountEvent } from './state.ts';

const ACCOUNT_NO = /^\d{10}$/;
const CAPACITY_KVA_MAX = 10_000_000n;
const ADDRESS_CHARACTERS_MAX = 200;
const NATURES: readonly string[] = Object.values(UsageNature).filter((nature) => nature !== UsageNature.USAGE_NATURE_UNSPECIFIED);

export interface RegisterAccount {
  readonly accountNo: string;
  readonly customerId: string;
  readonly usageNature: UsageNature;
  /** kVA */
  readonly installedCapacityKva: bigint;
  readonly lineId: string;
  readonly address: string;
}

/** What is empty, zero or unspecified stays as it is. */
export type UpdateAccount = Omit<RegisterAccount, 'customerId'>;

/** What an account's facts depend on besides itself. */
export interface Surroundings {
  readonly customerExists: boolean;
  /** The region of the line that the command names; undefined where there is no such line. */
  readonly regionOfLine: string | undefined;
}

export function registerAccount(state: Account | undefined, command: RegisterAccount, around: Surroundings, at: Date): AccountEvent[] | Rejection {
  const { address, ...facts } = command;
  const wrong = check(command);
  if (wrong) return wrong;
  if (state) return accountNoTaken(command.accountNo);
  if (!around.customerExists) return customerUnknown(command.customerId, 'refused');
  if (!around.regionOfLine) return lineUnknown(command.lineId);
  return [{ type: 'AccountRegistered', data: { ...facts, regionId: around.regionOfLine, effectiveAt: at }, kept: { address } }];
}

export function updateAccount(state: Account | undefined, command: UpdateAccount, around: Pick<Surroundings, 'regionOfLine'>, at: Date): AccountEvent[] | Rejection {
  if (!state) return accountUnknown(command.accountNo);
  const moves = command.lineId !== '' && command.lineId !== state.lineId;
  const regionId = moves ? around.regionOfLine : state.regionId;
  const facts = {
    accountNo: state.accountNo,
    customerId: state.customerId,
    usageNature: command.usageNature === UsageNature.USAGE_NATURE_UNSPECIFIED ? state.usageNature : command.usageNature,
    installedCapacityKva: command.installedCapacityKva || state.installedCapacityKva,
    lineId: command.lineId || state.lineId,
  };
  const address = command.address || state.personal.address;
  const wrong = check({ ...facts, address });
  if (wrong) return wrong;
  if (!regionId) return lineUnknown(facts.lineId);
  const same = facts.usageNature === state.usageNature && facts.installedCapacityKva === state.installedCapacityKva && !moves && address === state.personal.address;
  return same ? [] : [{ type: 'AccountUpdated', data: { ...facts, regionId, effectiveAt: at }, kept: { address } }];
}

/** One row of an import: registers what is new, updates what changed, does nothing about what is there already. */
export function importAccount(state: Account | undefined, row: RegisterAccount, around: Surroundings, at: Date): AccountEvent[] | Rejection {
  if (!state) return registerAccount(state, row, around, at);
  if (state.customerId !== row.customerId) return accountOfAnother(row.accountNo);
  return updateAccount(state, row, around, at);
}

export function accountUnknown(accountNo: string): Rejection {
  return {
    kind: 'unknown',
    code: 'ACCOUNT_UNKNOWN',
    field: 'accountNo',
    zh: `没有户号 ${accountNo};请核对后重试。`,
    en: `There is no account ${accountNo}; check the number.`,
  };
}

function check(facts: RegisterAccount): Rejection | undefined {
  if (!ACCOUNT_NO.test(facts.accountNo)) {
    return { kind: 'invalid', code: 'ACCOUNT_NO_MALFORMED', field: 'accountNo', zh: '户号由 10 位数字组成。', en: 'An account number has 10 digits.' };
  }
  if (!NATURES.includes(facts.usageNature)) {
    const codes = NATURES.map((nature) => nature.replace('USAGE_NATURE_', '')).join(', ');
    return { kind: 'invalid', code: 'USAGE_NATURE_UNKNOWN', field: 'usageNature', zh: `用电性质应为:${codes}。`, en: `The usage nature is one of ${codes}.` };
  }
  if (facts.installedCapacityKva <= 0n || facts.installedCapacityKva > CAPACITY_KVA_MAX) {
    return {
      kind: 'invalid',
      code: 'CAPACITY_OUT_OF_RANGE',
      field: 'installedCapacityKva',
      zh: `装接容量以 kVA 计,为 1 到 ${CAPACITY_KVA_MAX} 的整数。`,
      en: `The installed capacity is a whole number of kVA from 1 to ${CAPACITY_KVA_MAX}.`,
    };
  }
  if (facts.address.length > ADDRESS_CHARACTERS_MAX) {
    return {
      kind: 'invalid',
      code: 'ADDRESS_TOO_LONG',
      field: 'address',
      zh: `地址不超过 ${ADDRESS_CHARACTERS_MAX} 个字。`,
      en: `An address has at most ${ADDRESS_CHARACTERS_MAX} characters.`,
    };
  }
  return undefined;
}

function accountNoTaken(accountNo: string): Rejection {
  return {
    kind: 'conflict',
    code: 'ACCOUNT_NO_TAKEN',
    field: 'accountNo',
    zh: `户号 ${accountNo} 已登记;请换一个户号,或修改原有用电户。`,
    en: `The account number ${accountNo} is taken; use another, or update that account.`,
  };
}

function accountOfAnother(accountNo: string): Rejection {
  return {
    kind: 'conflict',
    code: 'ACCOUNT_OF_ANOTHER_CUSTOMER',
    field: 'customerNo',
    zh: `户号 ${accountNo} 属于另一客户;过户不能通过导入办理,请核对客户编号。`,
    en: `Account ${accountNo} belongs to another customer; an import cannot hand it over: check the customer number.`,
  };
}

export function lineUnknown(lineId: string): Rejection {
  return {
    kind: 'refused',
    code: 'LINE_UNKNOWN',
    field: 'lineId',
    zh: `没有线路 ${lineId || '(空)'};请先登记该线路。`,
    en: `There is no line ${lineId || '(empty)'}; define it first.`,
  };
}
