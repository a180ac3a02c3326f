/** A case (工单): one matter on the desk, from the first call to the closing. */
import type { CaseChannel, CaseClassified, CaseClosed, CaseKind, CaseOpened, CaseResolved } from '@youdian/contracts-desk/events';
import { CaseStatus } from '@youdian/contracts-desk/service_desk';

/** What people said and who they are: personal, so sealed wherever it is stored, and never looked at by a decision. */
export interface Told {
  readonly callerName?: string;
  readonly callerPhone?: string;
  readonly description?: string;
  readonly resolution?: string;
}

/** `P` is the personal part: open (`Told`) where a case is decided, sealed in commits and documents. */
export interface Case<P = unknown> {
  readonly caseId: string;
  readonly kind: CaseKind;
  readonly channel: CaseChannel;
  readonly status: CaseStatus;
  /** Empty when not known; so are region and line. */
  readonly accountNo: string;
  readonly regionId: string;
  readonly lineId: string;
  /** The company's own number of a past case that was imported; else empty. */
  readonly externalId: string;
  readonly openedAt: Date;
  /** Empty until somebody classified it. */
  readonly classification: string;
  readonly resolvedAt?: Date | undefined;
  readonly customersAffected: bigint;
  readonly closedAt?: Date | undefined;
  /** 1 to 5; 0 when the customer was not asked or did not say. */
  readonly satisfaction: number;
  readonly told: P;
  readonly resolution?: P | undefined;
}

/** `kept` stays in the commit; only `data` is published. */
export type CaseEvent<P = Told> =
  | { readonly type: 'CaseOpened'; readonly data: CaseOpened; readonly kept: P }
  | { readonly type: 'CaseClassified'; readonly data: CaseClassified; readonly kept?: undefined }
  | { readonly type: 'CaseResolved'; readonly data: CaseResolved; readonly kept?: P | undefined }
  | { readonly type: 'CaseClosed'; readonly data: CaseClosed; readonly kept?: undefined };

export function evolve<P>(state: Case<P> | undefined, event: CaseEvent<P>): Case<P> {
  switch (event.type) {
    case 'CaseOpened': {
      const { openedAt, ...facts } = event.data;
      return {
        ...facts,
        openedAt: openedAt!,
        status: CaseStatus.CASE_STATUS_OPEN,
        classification: '',
        customersAffected: 0n,
        satisfaction: 0,
        told: event.kept,
      };
    }
    case 'CaseClassified':
      return { ...state!, classification: event.data.classification };
    case 'CaseResolved': {
      const { resolvedAt, customersAffected } = event.data;
      // A correction after the closing (customers affected) leaves it closed.
      const status = state!.status === CaseStatus.CASE_STATUS_CLOSED ? state!.status : CaseStatus.CASE_STATUS_RESOLVED;
      return { ...state!, status, resolvedAt, customersAffected, resolution: event.kept ?? state!.resolution };
    }
    case 'CaseClosed': {
      const { closedAt, satisfaction } = event.data;
      return { ...state!, status: CaseStatus.CASE_STATUS_CLOSED, closedAt, satisfaction };
    }
  }
}
