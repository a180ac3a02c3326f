import { CaseClassified, CaseClosed, CaseOpened, CaseResolved } from '@youdian/contracts-desk/events';
import { change, type FactChange, type Origin } from './change.ts';
import { code, hourOf, known, required } from './columns.ts';

/** A case is one fact, changed by what becomes of it. */
export const CASE_EVENTS: Record<string, (payload: unknown, origin: Origin) => FactChange[]> = {
  'youdian.desk.v1.CaseOpened': (payload, origin) => {
    const opened = CaseOpened.fromJSON(payload);
    const openedAt = required(opened.openedAt, 'openedAt');
    return [change('case_facts', origin, {
      kind: required(code('CASE_KIND_', opened.kind), 'kind'),
      channel: code('CASE_CHANNEL_', opened.channel),
      region_id: known(opened.regionId),
      line_id: known(opened.lineId),
      account_no: known(opened.accountNo),
      opened_at: openedAt,
      ...hourOf(openedAt),
      customers_affected: 0n,
    })];
  },
  'youdian.desk.v1.CaseClassified': (payload, origin) => {
    const { classification } = CaseClassified.fromJSON(payload);
    return [change('case_facts', origin, { classification: required(classification, 'classification') })];
  },
  'youdian.desk.v1.CaseResolved': (payload, origin) => {
    const { resolvedAt, customersAffected } = CaseResolved.fromJSON(payload);
    return [change('case_facts', origin, { resolved_at: required(resolvedAt, 'resolvedAt'), customers_affected: customersAffected })];
  },
  'youdian.desk.v1.CaseClosed': (payload, origin) => {
    const { closedAt, satisfaction } = CaseClosed.fromJSON(payload);
    return [change('case_facts', origin, { closed_at: required(closedAt, 'closedAt'), satisfaction: satisfaction === 0 ? null : BigInt(satisfaction) })];
  },
};
