/** An outage of a storm, and the calls about it, for tests. */
import { OutageStatus, type CorrectOutageRequest, type ListOutagesRequest, type OutageServiceService, type RecordOutageRequest } from '@youdian/contracts-desk/outages';
import type { CallOptions, Calls } from '@youdian/service-host';

type Client = Calls<typeof OutageServiceService>;

const HOUR_MS = 3_600_000;
const STARTED_AT = new Date('2026-07-01T08:00:00Z');
const STORM: RecordOutageRequest = { regionId: '', lineId: 'L1', planned: false, startedAt: STARTED_AT, customersAffected: 200n, cause: 'STORM', equipment: '', caseIds: [] };
const HEADER = '编号,线路,计划否,停电时间,影响户数,分步恢复,全部恢复,原因';
const COLUMNS = { externalId: '编号', lineId: '线路', planned: '计划否', startedAt: '停电时间', customersAffected: '影响户数', restorations: '分步恢复', endedAt: '全部恢复', cause: '原因' };

/** After the power went off. */
export const hours = (after: number) => new Date(STARTED_AT.getTime() + after * HOUR_MS);

export function correction(outageId: string, reason: string, change: Partial<CorrectOutageRequest>): CorrectOutageRequest {
  return { outageId, reason, startedAt: undefined, restorations: undefined, caseIds: undefined, ...change };
}

export async function record(client: Client, change: Partial<RecordOutageRequest>, call: CallOptions) {
  const { outage } = await client.recordOutage({ ...STORM, ...change }, call);
  return { ...outage!.facts!, version: outage!.version };
}

export function list(client: Client, change: Partial<ListOutagesRequest>, call: CallOptions) {
  return client.listOutages({ lineId: '', day: '', status: OutageStatus.OUTAGE_STATUS_UNSPECIFIED, pageSize: 0, pageToken: '', ...change }, call);
}

export async function load(client: Client, rows: readonly string[], call: CallOptions) {
  async function* chunks() {
    yield { chunk: { columns: COLUMNS, source: 'old-outages', content: Buffer.from([HEADER, ...rows].join('\n')) } };
  }
  return (await client.importOutages(chunks(), call)).report!;
}
