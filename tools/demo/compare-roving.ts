import { mustCall } from '../town/rest.ts';
import { type Prediction } from './predict.ts';
import { type PredictedRoute, type PredictedShift } from './predict-roving.ts';

const MANAGER = 'manager:M01';

/** Takes a figure: what it is, as predicted, as told. */
export type Figure = (what: string, expected: string, told: string) => void;

/** Each stop of each route; each shift to its last receipt, with its device and its team's close of the day. */
export async function compareRoving(gatewayUrl: string, { routes, shifts }: Pick<Prediction, 'routes' | 'shifts'>, figure: Figure): Promise<void> {
  const get = (path: string) => mustCall(gatewayUrl, { method: 'GET', path: `/api/v1/${path}`, actor: MANAGER });
  const all = (title: string, expected: object, told: Record<string, unknown>) => Object.entries(expected).forEach(([name, value]) => figure(`${name} of ${title}`, String(value ?? ''), String(told[name] ?? '')));
  for (const route of routes) await compareRoute(route, get, all);
  for (const shift of shifts) await compareShift(shift, get, all);
}

type Get = (path: string) => Promise<any>;
type All = (title: string, expected: object, told: Record<string, unknown>) => void;

async function compareRoute({ routeId, stops }: PredictedRoute, get: Get, all: All): Promise<void> {
  const told = await get(`roving-routes/${routeId}`);
  all(`route ${routeId}`, { status: 'PUBLISHED', stops: stops.length }, { ...told, stops: told.stops.length });
  for (const [at, { lineId, ...stop }] of stops.entries()) all(`stop ${stop.stopId} of route ${routeId}`, { mark: '', ...stop, lineIds: lineId }, told.stops[at] ?? {});
}

async function compareShift({ shiftId, team, day, receipts, takenFen, floatFen }: PredictedShift, get: Get, all: All): Promise<void> {
  const voided = receipts.flatMap(({ voids }) => (voids > 0 ? [receipts[voids - 1]!] : []));
  const numbered = receipts.filter(({ voids }) => voids === 0);
  const voidFen = voided.reduce((sum, { amountFen }) => sum + amountFen, 0n);
  const [told, explained, device, close] = await Promise.all([get(`shifts/${shiftId}`), get(`shifts/${shiftId}/differences`), get(`devices/${team.deviceId}`), get(`day-closes/${day}`)]);
  all(`shift ${shiftId}`, { status: 'SIGNED_OFF', collectorId: team.collectorId, teamId: team.teamId, day, floatFen }, told);
  all(`records of shift ${shiftId}`, { topUpCount: numbered.length, topUpFen: takenFen + voidFen, reversedCount: voided.length, reversedFen: voidFen }, told.records);
  const zero = { invoicesLessRecordsFen: 0n, recordsLessSlipsFen: 0n, cashOverFen: 0n, invoiceCountDifference: 0, voidCountDifference: 0, balanced: true };
  all(`sums of shift ${shiftId}`, { invoicesFen: takenFen, recordsFen: takenFen, slipsFen: takenFen, ...zero }, told.sums);
  const signed = { receiptCount: numbered.length, receiptFen: takenFen + voidFen, voidCount: voided.length, voidFen };
  all(`device of shift ${shiftId}`, { highestSequence: receipts.length, ...signed }, { ...told.declared.devices[0], ...told.declared.devices[0].signed });
  all(`differences of shift ${shiftId}`, { takenFen, unsettled: 0, differences: 0 }, { ...explained, differences: explained.differences.length });
  all(`device ${team.deviceId}`, { status: 'ACTIVE', through: receipts.length, highest: receipts.length, missing: 0 }, { ...device.device, missing: device.missing.length });
  const total = close.teams.find(({ id }: { id: string }) => id === team.teamId) ?? {};
  all(`day ${day} of team ${team.teamId}`, { shifts: 1, open: 0, waiting: 0, invoicesFen: takenFen, recordsFen: takenFen, slipsFen: takenFen, unbalanced: 0 }, total);
  for (const [at, receipt] of numbered.entries()) {
    const invoiceNo = `${team.series}-${String(at + 1).padStart(8, '0')}`;
    const expected = { state: voided.includes(receipt) ? 'VOID' : 'USED', accountNo: receipt.accountNo, amountFen: receipt.amountFen, channel: 'ROVING', collectorId: team.collectorId, shiftId };
    all(`invoice ${invoiceNo}`, expected, await get(`invoices/${invoiceNo}`));
  }
}
