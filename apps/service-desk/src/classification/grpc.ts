import { CaseKind } from '@youdian/contracts-desk/events';
import type { ListClassificationsRequest } from '@youdian/contracts-desk/service_desk';
import { query } from '@youdian/service-host';
import { CLASSIFICATIONS, classificationsOf } from './dictionary.ts';

const EVERYBODY = ['agent', 'manager', 'admin', 'cashier', 'analyst', 'customer', 'kiosk', 'integrator', 'service'];

export const classificationMethods = {
  listClassifications: query(EVERYBODY, async ({ kind }: ListClassificationsRequest) => ({
    classifications: [...(kind === CaseKind.CASE_KIND_UNSPECIFIED ? CLASSIFICATIONS : classificationsOf(kind))],
  })),
};
