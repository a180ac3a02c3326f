import type { Cases, SealedCase } from '../../case/store.ts';
import type { CaseEvent } from '../../case/state.ts';
import type { SealedText } from '../../sealing.ts';
import type { ImportKind } from '../import-rows.ts';
import { importCase, type PastCase } from './decide.ts';
import { OPTIONAL_COLUMNS, readPastCase, REQUIRED_COLUMNS } from './row.ts';

export function pastCases(store: Cases): ImportKind<PastCase, SealedCase, CaseEvent<SealedText>> {
  return {
    operation: 'ImportCases',
    required: REQUIRED_COLUMNS,
    optional: OPTIONAL_COLUMNS,
    store,
    read: readPastCase,
    idOf: ({ caseId }) => caseId,
    decide: importCase,
    told: (row, place) => ({ person: place.customerId ?? row.caseId, told: row.told }),
  };
}
