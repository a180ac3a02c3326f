import { OutageServiceService, type Outage } from '@youdian/contracts-desk/outages';
import { implement } from '@youdian/service-host';
import { does, takes, tells } from './fake-methods.ts';

const AT = new Date('2026-11-24T01:02:03.000Z');

const anOutage: Outage = {
  facts: {
    outageId: 'outage-1', externalId: '', regionId: 'R1', lineId: 'L1', planned: false, startedAt: AT, customersAffected: 200n, cause: 'STORM', equipment: '',
    restorations: [{ restoredAt: AT, customersRestored: 120n }], endedAt: undefined, caseIds: ['case-1'],
  },
  status: 'OUTAGE_STATUS_OPEN',
  version: 2n,
};

export const fakeOutages = implement(OutageServiceService, {
  recordOutage: does('recordOutage', () => ({ outage: anOutage })),
  restoreStep: does('restoreStep', () => ({ outage: anOutage })),
  correctOutage: does('correctOutage', () => ({ outage: anOutage })),
  cancelOutage: does('cancelOutage', () => ({ outage: anOutage })),
  getOutage: tells('getOutage', () => ({ outage: anOutage, changes: [{ at: AT, actor: 'agent:A1', operation: 'RecordOutage', reason: '', facts: anOutage.facts }] })),
  listOutages: tells('listOutages', () => ({ outages: [anOutage], nextPageToken: 'next' })),
  listOutageCodes: tells('listOutageCodes', () => ({ causes: [{ code: 'STORM', zh: '大风暴雨', en: 'Storm', planned: false }], equipment: [{ code: 'FUSE', zh: '跌落式熔断器', en: 'Drop-out fuse' }] })),
  importOutages: takes('importOutages'),
});
