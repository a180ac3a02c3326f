import { idFromKey } from '@youdian/commit-log';
import type {
  Case as CaseMessage, ClassifyCaseRequest, CloseCaseRequest, GetCaseRequest, OpenCaseRequest, ResolveCaseRequest,
} from '@youdian/contracts-desk/service_desk';
import { isRejection, Rejected, type Rejection } from '@youdian/rejection';
import { command, query, type Call } from '@youdian/service-host';
import { withSealed, type SealedText, type Sealing } from '../sealing.ts';
import { classifyCase, closeCase, openClassified, resolveCase } from './decide.ts';
import { locate } from './place.ts';
import type { Places } from './places.ts';
import { caseUnknown } from './rejections.ts';
import { evolve, type Case, type CaseEvent, type Told } from './state.ts';
import { readCase, type Cases, type SealedCase } from './store.ts';

const DESK = ['agent', 'manager', 'admin'];
/** Who may call the desk: also the counter, and customers by themselves. */
const CALLERS = [...DESK, 'cashier', 'customer', 'kiosk', 'service'];

/** Sees what a number is made of, and nobody's name, phone or words. */
const WITHOUT_WHAT_WAS_TOLD = 'analyst';

export function caseMethods({ cases, places, sealing }: { cases: Cases; places: Places; sealing: Sealing }) {
  async function execute(
    about: { caseId: string; operation: string; input: object; person: string; told: Told },
    call: Call,
    decide: (state: Case | undefined, at: Date) => CaseEvent[] | Rejection,
  ): Promise<CaseMessage> {
    const { caseId, operation, input } = about;
    const [text] = await sealing.sealMany([about]);
    const command = { operation, key: call.idempotencyKey, actor: call.actor.name, input: sealing.mark(input) };
    const { result, version } = await cases.execute(caseId, command, (state, at) => {
      const decided = decide(state, at);
      if (isRejection(decided)) return decided;
      const events = withSealed<CaseEvent<SealedText>>(decided, text!);
      return { events, result: events.reduce<SealedCase | undefined>(evolve, state)! };
    });
    return answer(result, version);
  }

  async function answer(state: SealedCase, version: number, told = true): Promise<CaseMessage> {
    const { told: _, resolution: __, externalId: ___, ...facts } = state;
    const parts = told ? await sealing.openMany([state.told, state.resolution]) : [];
    const texts = Object.assign({ callerName: '', callerPhone: '', description: '', resolution: '' }, ...parts);
    return { ...facts, ...texts, resolvedAt: state.resolvedAt, closedAt: state.closedAt, version: BigInt(version) };
  }

  async function existing(caseId: string) {
    const found = await readCase(cases, caseId);
    if (!found) throw new Rejected(caseUnknown(caseId));
    return found;
  }

  return {
    openCase: command(CALLERS, async (request: OpenCaseRequest, call: Call) => {
      const { callerName, callerPhone, description, classification, ...facts } = request;
      const caseId = idFromKey('case', call.actor.name, 'OpenCase', call.idempotencyKey);
      const [place] = await places.find([request]);
      const told = { callerName, callerPhone, description };
      const about = { caseId, operation: 'OpenCase', input: { ...request, classification: classification || undefined }, person: place!.customerId ?? caseId, told };
      const wish = { caseId, ...facts, externalId: '', told };
      return { case: await execute(about, call, (state, at) => openClassified(state, wish, classification, locate(request, place!), at)) };
    }),

    classifyCase: command(DESK, async (request: ClassifyCaseRequest, call: Call) => {
      const { caseId } = (await existing(request.caseId)).state;
      const about = { caseId, operation: 'ClassifyCase', input: request, person: caseId, told: {} };
      return { case: await execute(about, call, (state, at) => classifyCase(state, request, at)) };
    }),

    resolveCase: command(DESK, async (request: ResolveCaseRequest, call: Call) => {
      const { caseId, told } = (await existing(request.caseId)).state;
      const { resolution, ...facts } = request;
      const about = { caseId, operation: 'ResolveCase', input: request, person: told.person, told: { resolution } };
      return { case: await execute(about, call, (state, at) => resolveCase(state, { ...facts, told: { resolution } }, at)) };
    }),

    closeCase: command(DESK, async (request: CloseCaseRequest, call: Call) => {
      const { caseId } = (await existing(request.caseId)).state;
      const about = { caseId, operation: 'CloseCase', input: request, person: caseId, told: {} };
      return { case: await execute(about, call, (state, at) => closeCase(state, request, at)) };
    }),

    getCase: query([...DESK, 'cashier', 'service', WITHOUT_WHAT_WAS_TOLD], async ({ caseId }: GetCaseRequest, { actor }: Call) => {
      const { state, version } = await existing(caseId);
      return { case: await answer(state, version, actor.role !== WITHOUT_WHAT_WAS_TOLD) };
    }),
  };
}
