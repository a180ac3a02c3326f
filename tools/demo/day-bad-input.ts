import { type Account } from '../town/accounts.ts';
import { addMonths } from '../town/days.ts';
import { type Town } from '../town/town.ts';
import { type BadChargeStep, type Step, type Subject } from './script.ts';

const UNKNOWN_ACCOUNT = '9999999999';
const CASHIER = 'cashier:C01';
const AGENT = 'agent:A01';

/** What people mistype and programs get wrong: each must be answered with the field and the reason, and change nothing. */
export function badInputs(seed: number, town: Town): Subject[] {
  const { accountNo } = town.accounts[0]!;
  const [one, other] = [town.lines[0]!, town.lines.at(-1)!];
  const topUps = `/api/v1/accounts/${accountNo}/top-ups`;
  const tooEarly = `too-early-${seed}`;
  let count = 0;
  const refused = (what: string, status: number, step: { path: string; body?: unknown; method?: 'GET' | 'POST' | 'PUT'; actor?: string; key?: string; code?: string; field?: string }): Subject => {
    count += 1;
    const keyed = step.method === 'GET' ? {} : { key: `bad-${seed}-${count}` };
    return { id: `bad ${what}`, steps: [{ do: 'refused', what, status, method: 'POST', actor: CASHIER, ...keyed, ...step }] };
  };
  const opened = (ref: string): Step => ({ do: 'open', ref, kind: 'FAULT', channel: 'HOTLINE', regionId: one.regionId, lineId: one.lineId });
  return [
    refused('a top-up of nothing', 400, { path: topUps, body: { amountFen: '0', channel: 'COUNTER' }, field: 'amountFen' }),
    refused('a top-up in yuan with a point', 400, { path: topUps, body: { amountFen: '12.50', channel: 'COUNTER' }, field: 'amountFen' }),
    refused('a top-up by no channel there is', 400, { path: topUps, body: { amountFen: '100', channel: 'PIGEON' }, field: 'channel' }),
    refused('a top-up of an account that does not exist', 404, { path: `/api/v1/accounts/${UNKNOWN_ACCOUNT}/top-ups`, body: { amountFen: '100', channel: 'COUNTER' }, code: 'ACCOUNT_UNKNOWN' }),
    refused('a top-up without a key', 400, { path: topUps, body: { amountFen: '100', channel: 'COUNTER' }, key: '' }),
    refused('a top-up without an actor', 400, { path: topUps, body: { amountFen: '100', channel: 'COUNTER' }, actor: '' }),
    refused('a top-up by an analyst', 403, { path: topUps, body: { amountFen: '100', channel: 'COUNTER' }, actor: 'analyst:X1' }),
    refused('a fault of an account that does not exist', 422, { path: '/api/v1/cases', body: { kind: 'FAULT', channel: 'HOTLINE', accountNo: UNKNOWN_ACCOUNT }, actor: AGENT, code: 'ACCOUNT_UNKNOWN', field: 'accountNo' }),
    refused('a fault nowhere', 400, { path: '/api/v1/cases', body: { kind: 'FAULT', channel: 'HOTLINE' }, actor: AGENT, field: 'regionId' }),
    refused('a line in another region', 422, { path: '/api/v1/cases', body: { kind: 'FAULT', channel: 'HOTLINE', regionId: one.regionId, lineId: other.lineId }, actor: AGENT, field: 'lineId' }),
    refused('a case that does not exist', 404, { path: '/api/v1/cases/00000000-0000-5000-8000-000000000000', method: 'GET', actor: AGENT }),
    refused('statistics by a dimension there is not', 400, { path: '/api/v1/statistics/faults?groupBy=colour', method: 'GET', actor: 'analyst:X1' }),
    refused('a region without a name', 400, { path: '/api/v1/regions', body: { regionId: 'R99', name: '' }, actor: 'admin:A1', field: 'name' }),
    {
      id: 'bad order of a case',
      steps: [
        opened(tooEarly),
        { do: 'refused', what: 'closing before resolving', method: 'POST', path: '/api/v1/cases/{ref}/close', actor: AGENT, key: `bad-close-${seed}`, ref: tooEarly, body: {}, status: 422 },
        { do: 'refused', what: 'a cause there is not', method: 'POST', path: '/api/v1/cases/{ref}/classify', actor: AGENT, key: `bad-classify-${seed}`, ref: tooEarly, body: { classification: 'GREMLINS' }, status: 400, field: 'classification' },
        { do: 'classify', ref: tooEarly, classification: 'ANIMAL' },
      ],
    },
  ];
}

/** What a billing center gets wrong. */
export function badCharges(seed: number, town: Town, accounts: readonly Account[]): Subject[] {
  const period = town.today.slice(0, 7);
  const dueOn = `${addMonths(period, 1)}-25`;
  const [one, other, third] = accounts.map(({ accountNo }) => accountNo) as [string, string, string];
  const bad = (name: string, accountNo: string, outcome: BadChargeStep['outcome'], change: object): BadChargeStep => {
    const chargeId = `X${seed}-${name}`;
    return { do: 'bad-charge', chargeId, accountNo, outcome, value: JSON.stringify({ chargeId, accountNo, amountFen: '1000', period, dueOn, ...change }) };
  };
  const first = { do: 'charge' as const, chargeId: `X${seed}-reused`, accountNo: one, amountFen: 1_000n, period, dueOn, copies: 1 };
  return [
    { id: 'billing center: an id twice', steps: [first, bad('reused', one, 'CHARGE_ID_REUSED', { amountFen: '2000' })] },
    { id: 'billing center: unknown account', steps: [bad('unknown', UNKNOWN_ACCOUNT, 'ACCOUNT_UNKNOWN', {})] },
    { id: 'billing center: nothing to pay', steps: [bad('zero', other, 'AMOUNT_NOT_POSITIVE', { amountFen: '0' })] },
    { id: 'billing center: no month', steps: [bad('month', other, 'PERIOD_INVALID', { period: '2026-13' })] },
    { id: 'billing center: no day', steps: [bad('day', third, 'DUE_ON_INVALID', { dueOn: '2026-02-30' })] },
    { id: 'billing center: half a message', steps: [{ ...bad('half', third, 'dead letter', {}), value: '{"chargeId":"X-half","amou' }] },
    { id: 'billing center: no charge at all', steps: [{ ...bad('nameless', one, 'dead letter', {}), value: '{"hello":"world"}' }] },
  ];
}
