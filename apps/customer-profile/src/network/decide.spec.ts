import { test } from 'node:test';
import { specification } from '@youdian/testing/given';
import { defineLine, defineRegion, type Surroundings } from './decide.ts';
import { evolve, type NetworkEvent, type NetworkNode } from './state.ts';

const { given } = specification<NetworkNode | undefined, NetworkEvent>(undefined, evolve);
const region = (name = '城东', regionId = 'R1'): NetworkEvent => ({ type: 'RegionDefined', data: { regionId, name } });
const line = (regionId = 'R1', name = '东门线'): NetworkEvent => ({ type: 'LineDefined', data: { lineId: 'L1', regionId, name } });
const define = (command: { regionId?: string; name?: string } = {}) => (state: NetworkNode | undefined) =>
  defineRegion(state, { regionId: 'R1', name: '城东', ...command });
const draw = (command: { lineId?: string; regionId?: string; name?: string } = {}, around: Partial<Surroundings> = {}) => (state: NetworkNode | undefined) =>
  defineLine(state, { lineId: 'L1', regionId: 'R1', name: '东门线', ...command }, { regionExists: true, lineHasAccounts: false, ...around });

test('a region is defined, and defined again when its name changes', () => {
  given().when(define()).then(region());
  given(region()).when(define({ name: '城东片区' })).then(region('城东片区'));
  given(region()).when(define()).nothing();
});

test('a line belongs to a region that exists', () => {
  given().when(draw()).then(line());
  given().when(draw({}, { regionExists: false })).refused('REGION_UNKNOWN', 'regionId');
});

test('a line changes its name at any time, its region only while it feeds no account', () => {
  given(line()).when(draw({ name: '新东门线' }, { lineHasAccounts: true })).then(line('R1', '新东门线'));
  given(line()).when(draw({ regionId: 'R2' })).then(line('R2'));
  given(line()).when(draw({ regionId: 'R2' }, { lineHasAccounts: true })).refused('LINE_HAS_ACCOUNTS', 'regionId');
  given(line()).when(draw()).nothing();
});

test('a region and a line cannot share an id', () => {
  given(region()).when(draw({ lineId: 'R1' })).refused('NETWORK_ID_TAKEN', 'lineId');
  given(line()).when(define({ regionId: 'L1' })).refused('NETWORK_ID_TAKEN', 'regionId');
});

test('ids have 1 to 16 capital letters, digits or hyphens', () => {
  for (const id of ['', 'r1', 'R 1', 'R:1', 'R'.repeat(17)]) {
    given().when(define({ regionId: id })).refused('ID_MALFORMED', 'regionId');
    given().when(draw({ lineId: id })).refused('ID_MALFORMED', 'lineId');
  }
});

test('a name is needed', () => {
  for (const name of ['', ' 城东', 'x'.repeat(65)]) given().when(define({ name })).refused('NAME_MALFORMED', 'name');
});
