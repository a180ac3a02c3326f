import type { AggregateDefinition, AggregateStore } from '@youdian/commit-log';
import { CaseClassified, CaseClosed, CaseOpened, CaseResolved } from '@youdian/contracts-desk/events';
import type { SealedText } from '../sealing.ts';
import { evolve, type Case, type CaseEvent } from './state.ts';

export type SealedCase = Case<SealedText>;

export const caseDefinition: AggregateDefinition<SealedCase | undefined, CaseEvent<SealedText>> = {
  name: 'case',
  collection: 'cases',
  topic: 'service-desk.case.v1',
  source: '/youdian/service-desk',
  typePrefix: 'youdian.desk.v1',
  messages: { CaseOpened, CaseClassified, CaseResolved, CaseClosed },
  initial: undefined,
  evolve,
};

export type Cases = AggregateStore<SealedCase | undefined, CaseEvent<SealedText>>;

/** What cannot be a case's id is no case, rather than an error. */
export async function readCase(cases: Cases, caseId: string) {
  const found = /^[0-9a-f-]{36}$/.test(caseId) ? await cases.read(caseId) : undefined;
  return found?.state && { state: found.state, version: found.version };
}
