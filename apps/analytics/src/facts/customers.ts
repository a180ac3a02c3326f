import { AccountRegistered, AccountUpdated, CustomerRegistered, CustomerUpdated, LineDefined, RegionDefined } from '@youdian/contracts-customer/events';
import { change, type FactChange, type Origin } from './change.ts';
import { code, known, required } from './columns.ts';

type Read = (payload: unknown, origin: Origin, time: Date) => FactChange[];

/** A version says the whole account from `effective_at` on; what was said of it before stays, for the time before. */
function accountVersion(account: AccountRegistered | AccountUpdated, origin: Origin): FactChange[] {
  return [change('account_versions', origin, {
    account_no: required(account.accountNo, 'accountNo'),
    customer_id: known(account.customerId),
    usage_nature: code('USAGE_NATURE_', account.usageNature),
    installed_capacity_kva: account.installedCapacityKva,
    region_id: known(account.regionId),
    line_id: known(account.lineId),
    effective_at: required(account.effectiveAt, 'effectiveAt'),
  })];
}

function customerVersion({ customerId, kind }: CustomerUpdated, origin: Origin, effectiveAt: Date): FactChange[] {
  return [change('customer_versions', origin, { customer_id: required(customerId, 'customerId'), kind: code('CUSTOMER_KIND_', kind), effective_at: effectiveAt })];
}

export const CUSTOMER_EVENTS: Record<string, Read> = {
  'youdian.customer.v1.AccountRegistered': (payload, origin) => accountVersion(AccountRegistered.fromJSON(payload), origin),
  'youdian.customer.v1.AccountUpdated': (payload, origin) => accountVersion(AccountUpdated.fromJSON(payload), origin),
  'youdian.customer.v1.CustomerRegistered': (payload, origin, time) => {
    const customer = CustomerRegistered.fromJSON(payload);
    return customerVersion(customer, origin, customer.registeredAt ?? time);
  },
  'youdian.customer.v1.CustomerUpdated': (payload, origin, time) => customerVersion(CustomerUpdated.fromJSON(payload), origin, time),
  'youdian.customer.v1.RegionDefined': (payload, origin) => {
    const { regionId, name } = RegionDefined.fromJSON(payload);
    return [change('region_names', origin, { region_id: required(regionId, 'regionId'), name })];
  },
  'youdian.customer.v1.LineDefined': (payload, origin) => {
    const { lineId, regionId, name } = LineDefined.fromJSON(payload);
    return [change('line_names', origin, { line_id: required(lineId, 'lineId'), region_id: known(regionId), name })];
  },
};
