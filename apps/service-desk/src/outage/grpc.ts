import { nextDay, startOfDay } from '@youdian/calendar';
import { idFromKey } from '@youdian/commit-log';
import { CaseKind } from '@youdian/contracts-desk/events';
import type { Restoration } from '@youdian/contracts-desk/outage_events';
import {
  OutageStatus, type CancelOutageRequest, type CorrectOutageRequest, type GetOutageRequest, type ListOutageCodesRequest, type ListOutagesRequest,
  type Outage as OutageMessage, type OutageChange, type RecordOutageRequest, type RestoreStepRequest,
} from '@youdian/contracts-desk/outages';
import { isRejection, Rejected, type Rejection } from '@youdian/rejection';
import { command, query, type Call } from '@youdian/service-host';
import { locate } from '../case/place.ts';
import type { Places } from '../case/places.ts';
import { caseUnknown, invalid } from '../case/rejections.ts';
import { readCase, type Cases } from '../case/store.ts';
import { withSealed, type SealedText, type Sealing } from '../sealing.ts';
import { OUTAGE_CAUSES, OUTAGE_EQUIPMENT } from './codes.ts';
import { cancelOutage, correctOutage, recordOutage, restoreStep, type Around } from './decide.ts';
import { CASES_MAX, type Step } from './facts.ts';
import { noFault, outageUnknown } from './rejections.ts';
import { evolve, type Outage, type OutageEvent } from './state.ts';
import { readOutage, type Outages } from './store.ts';

const DESK = ['agent', 'manager', 'admin', 'integrator'];
/** What happened is nobody's secret here; who may change it is another matter. */
const READERS = [...DESK, 'analyst', 'cashier', 'service'];
const PAGE_DEFAULT = 100;
const PAGE_MAX = 500;

export interface OutageStores {
  readonly outages: Outages;
  readonly cases: Cases;
  readonly places: Places;
  readonly sealing: Sealing;
}

export function outageMethods({ outages, cases, places, sealing }: OutageStores) {
  async function execute(
    about: { outageId: string; operation: string; input: object; reason?: string },
    call: Call,
    decide: (state: Outage | undefined, at: Date) => OutageEvent[] | Rejection,
  ): Promise<{ outage: OutageMessage }> {
    const { outageId, operation, input, reason = '' } = about;
    const [text] = await sealing.sealMany([{ person: outageId, told: { reason } }]);
    const asked = { operation, key: call.idempotencyKey, actor: call.actor.name, input: sealing.mark(input) };
    const { result, version } = await outages.execute(outageId, asked, (state, at) => {
      const decided = decide(state, at);
      if (isRejection(decided)) return decided;
      const events = withSealed<OutageEvent<SealedText>>(decided, text!);
      return { events, result: events.reduce<Outage | undefined>(evolve, state)! };
    });
    return { outage: answer(result, version) };
  }

  async function around(named: { regionId?: string; lineId?: string | undefined }, caseIds: readonly string[] = []): Promise<Around> {
    const asked = { accountNo: '', regionId: named.regionId ?? '', lineId: named.lineId ?? '' };
    const [[place], wrongCase] = await Promise.all([places.find([asked]), firstWrongCase(caseIds)]);
    return { located: locate(asked, place!), wrongCase };
  }

  async function firstWrongCase(caseIds: readonly string[]): Promise<Rejection | undefined> {
    // More are refused by the decision.
    const found = await Promise.all(caseIds.slice(0, CASES_MAX).map(async (caseId) => ({ caseId, known: await readCase(cases, caseId) })));
    const wrong = found.find(({ known }) => known?.state.kind !== CaseKind.CASE_KIND_FAULT);
    if (!wrong) return undefined;
    return wrong.known ? noFault(wrong.caseId) : { ...caseUnknown(wrong.caseId), kind: 'refused', field: 'caseIds' };
  }

  async function existing(outageId: string) {
    const found = await readOutage(outages, outageId);
    if (!found) throw new Rejected(outageUnknown(outageId));
    return found;
  }

  async function changesOf(outageId: string): Promise<OutageChange[]> {
    const entries = [];
    for await (const entry of outages.history(outageId)) entries.push(entry);
    const reasons = await sealing.openMany(entries.map(({ events }) => events.at(-1)?.kept));
    return entries.map(({ at, actor, operation, state }, index) => ({ at, actor, operation, reason: reasons[index]!['reason'] ?? '', facts: state! }));
  }

  return {
    recordOutage: command(DESK, async (request: RecordOutageRequest, call: Call) => {
      const outageId = idFromKey('outage', call.actor.name, 'RecordOutage', call.idempotencyKey);
      const found = await around(request, request.caseIds);
      return execute({ outageId, operation: 'RecordOutage', input: request }, call, (state, at) => recordOutage(state, { outageId, ...request }, found, at));
    }),

    restoreStep: command(DESK, async (request: RestoreStepRequest, call: Call) => {
      const { outageId } = (await existing(request.outageId)).state;
      return execute({ outageId, operation: 'RestoreStep', input: request }, call, (state, at) => restoreStep(state, request, at));
    }),

    correctOutage: command(DESK, async (request: CorrectOutageRequest, call: Call) => {
      const { outageId } = (await existing(request.outageId)).state;
      const restorations = request.restorations?.steps.map(toStep);
      const wish = { ...request, restorations, caseIds: request.caseIds?.caseIds };
      const found = await around(request, wish.caseIds);
      return execute({ outageId, operation: 'CorrectOutage', input: request, reason: request.reason }, call, (state, at) => correctOutage(state, wish, found, at));
    }),

    cancelOutage: command(DESK, async (request: CancelOutageRequest, call: Call) => {
      const { outageId } = (await existing(request.outageId)).state;
      return execute({ outageId, operation: 'CancelOutage', input: request, reason: request.reason }, call, (state) => cancelOutage(state, request));
    }),

    getOutage: query(READERS, async ({ outageId }: GetOutageRequest) => {
      const { state, version } = await existing(outageId);
      return { outage: answer(state, version), changes: await changesOf(outageId) };
    }),

    listOutages: query(READERS, async ({ lineId, day, status, pageSize, pageToken }: ListOutagesRequest) => {
      const filter = {
        ...(lineId ? { 'state.lineId': lineId } : {}),
        ...(day ? { 'state.startedAt': withinDay(day) } : {}),
        'state.status': status === OutageStatus.OUTAGE_STATUS_UNSPECIFIED ? { $in: [OutageStatus.OUTAGE_STATUS_OPEN, OutageStatus.OUTAGE_STATUS_ENDED] } : status,
      };
      const limit = Math.min(pageSize > 0 ? pageSize : PAGE_DEFAULT, PAGE_MAX);
      const page = await outages.find(filter, { limit, after: pageToken || undefined, sort: { field: 'state.startedAt', direction: -1 } });
      return { outages: page.items.map(({ state, version }) => answer(state!, version)), nextPageToken: page.next ?? '' };
    }),

    listOutageCodes: query([...READERS, 'customer', 'kiosk'], async (_: ListOutageCodesRequest) => ({ causes: [...OUTAGE_CAUSES], equipment: [...OUTAGE_EQUIPMENT] })),
  };
}

function answer({ status, ...facts }: Outage, version: number): OutageMessage {
  return { facts: { ...facts, endedAt: facts.endedAt }, status, version: BigInt(version) };
}

function toStep({ restoredAt, customersRestored }: Restoration): Step {
  if (!restoredAt) throw new Rejected(invalid('restoredAt', 'TIME_MISSING', '请填写每一步的恢复时间。', 'Each step needs the time of its restoration.'));
  return { restoredAt, customersRestored };
}

function withinDay(day: string): { $gte: Date; $lt: Date } {
  const start = startOfDay(day);
  if (!start) throw new Rejected(invalid('day', 'DAY_INVALID', '日期写作 YYYY-MM-DD（北京时间），例如 2026-11-24。', 'Write a day of Shanghai as YYYY-MM-DD, for example 2026-11-24.'));
  return { $gte: start, $lt: startOfDay(nextDay(day))! };
}
