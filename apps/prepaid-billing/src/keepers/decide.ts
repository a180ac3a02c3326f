import type { Fund } from '@youdian/contracts-billing/events';
import type { Rejection } from '@youdian/rejection';
import type { Person } from '../person.ts';
import { isDay } from '../charges/check.ts';
import { dayOf } from '../ledger/day-of.ts';
import type { KeeperEvent, Keepers } from './state.ts';

const STAFF_ID = /^[A-Za-z0-9_.@-]{1,64}$/;
const WAITING_MAX = 20;

export interface AppointKeeper {
  readonly fund: Fund;
  readonly keeperId: string;
  readonly fromDay: string;
  readonly actor: Person;
}

/** From today on or later, so that who kept a fund on a past day never changes. */
export function appointKeeper({ appointments }: Keepers, { fund, keeperId, fromDay, actor }: AppointKeeper, at: Date): KeeperEvent[] | Rejection {
  if (!STAFF_ID.test(keeperId)) return keeperInvalid;
  if (!isDay(fromDay) || fromDay < dayOf(at)) return fromDayInvalid;
  if (appointments.filter(({ confirmedBy }) => confirmedBy === '').length >= WAITING_MAX) return tooManyWaiting;
  const appointmentId = `${appointments.length + 1}`;
  return [{ type: 'KeeperAppointed', data: { fund, appointmentId, keeperId, fromDay, appointedBy: actor.name, appointedAt: at } }];
}

/** By a second person: neither who appointed nor the keeper, whatever their role. */
export function confirmKeeper({ appointments }: Keepers, { fund, appointmentId, actor }: { readonly fund: Fund; readonly appointmentId: string; readonly actor: Person }, at: Date): KeeperEvent[] | Rejection {
  const appointment = appointments.find((one) => one.appointmentId === appointmentId);
  if (!appointment || appointment.confirmedBy !== '') return appointmentUnknown;
  const { appointedBy, keeperId, fromDay } = appointment;
  if (appointedBy.slice(appointedBy.indexOf(':') + 1) === actor.id || keeperId === actor.id) return secondPersonToConfirm;
  if (fromDay < dayOf(at)) return confirmedTooLate;
  return [{ type: 'KeeperConfirmed', data: { fund, appointmentId, confirmedBy: actor.name, confirmedAt: at } }];
}

export const fundMissing: Rejection = {
  kind: 'invalid', code: 'FUND_MISSING', field: 'fund',
  zh: '请说明是哪项资金：PREPAID、CASH、TRANSIT、BANK、REFUNDS 或 SUSPENSE。', en: 'Say which fund: PREPAID, CASH, TRANSIT, BANK, REFUNDS or SUSPENSE.',
};

const keeperInvalid: Rejection = {
  kind: 'invalid', code: 'KEEPER_INVALID', field: 'keeperId',
  zh: '保管人请写工号：1 到 64 个字母、数字或 . _ @ -。', en: 'Name the keeper by staff id: 1 to 64 letters, digits or . _ @ -.',
};

const fromDayInvalid: Rejection = {
  kind: 'invalid', code: 'FROM_DAY_INVALID', field: 'fromDay',
  zh: '起始日写作 YYYY-MM-DD，不得早于今天。', en: 'Write the first day as YYYY-MM-DD, today or later.',
};

const tooManyWaiting: Rejection = {
  kind: 'refused', code: 'TOO_MANY_WAITING', field: 'fund',
  zh: '该资金待确认的任命太多，请先确认。', en: 'Too many appointments of this fund wait to be confirmed: confirm those first.',
};

const appointmentUnknown: Rejection = {
  kind: 'unknown', code: 'APPOINTMENT_UNKNOWN', field: 'appointmentId',
  zh: '该资金没有这项待确认的任命，可能已经确认。', en: 'This fund has no such appointment to confirm; it may have been confirmed already.',
};

const secondPersonToConfirm: Rejection = {
  kind: 'forbidden', code: 'SECOND_PERSON_NEEDED', field: 'appointmentId',
  zh: '任命人和保管人本人不能确认，请由另一人确认。', en: 'Neither who appointed nor the keeper may confirm it: another person has to.',
};

const confirmedTooLate: Rejection = {
  kind: 'refused', code: 'APPOINTMENT_TOO_OLD', field: 'appointmentId',
  zh: '起始日已过，不能再确认；请自今天起重新任命。', en: 'Its first day is over: appoint again, from today on.',
};

export function keeperNeeded(fund: Fund, keeperId: string): Rejection {
  return {
    kind: 'forbidden', code: 'KEEPER_NEEDED', field: 'actor',
    zh: `${fund.replace('FUND_', '')} 资金由 ${keeperId} 专人保管，请由其审批。`, en: `${keeperId} keeps the fund ${fund.replace('FUND_', '')}, and has to decide on this.`,
  };
}
