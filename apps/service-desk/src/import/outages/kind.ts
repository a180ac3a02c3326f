import type { Outage, OutageEvent } from '../../outage/state.ts';
import type { Outages } from '../../outage/store.ts';
import type { SealedText } from '../../sealing.ts';
import type { ImportKind } from '../import-rows.ts';
import { importOutage, type PastOutage } from './decide.ts';
import { OPTIONAL_COLUMNS, readPastOutage, REQUIRED_COLUMNS } from './row.ts';

export function pastOutages(store: Outages): ImportKind<PastOutage, Outage, OutageEvent<SealedText>> {
  return {
    operation: 'ImportOutages',
    required: REQUIRED_COLUMNS,
    optional: OPTIONAL_COLUMNS,
    store,
    read: readPastOutage,
    idOf: ({ outageId }) => outageId,
    decide: importOutage,
  };
}
