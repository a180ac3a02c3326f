import { isRejection, type Rejection } from '@youdian/rejection';

/** What customer-profile knows of a case's place. */
export interface Place {
  /** Of the account that was named; undefined when there is none such. */
  readonly account?: { readonly regionId: string; readonly lineId: string } | undefined;
  readonly regionExists: boolean;
  /** Of the line that was named; undefined when there is none such. */
  readonly regionOfLine?: string | undefined;
}

export interface Named {
  readonly accountNo: string;
  readonly regionId: string;
  readonly lineId: string;
}

export interface Located {
  /** Empty when not known. */
  readonly regionId: string;
  readonly lineId: string;
}

/** Region and line of a case: the account's where one is named, else as given; a line alone knows its region. */
export function locate(named: Named, place: Place): Located | Rejection {
  if (named.accountNo) {
    return place.account ?? unknown('accountNo', 'ACCOUNT_UNKNOWN', `户号 ${named.accountNo}`, `account ${named.accountNo}`);
  }
  return locateInNetwork(named, place);
}

/** A past case lay where its row says, for the account may have moved since; a row that names no line follows the account. */
export function locatePast(named: Named, place: Place): Located | Rejection {
  const byAccount = locate(named, place);
  return isRejection(byAccount) || !named.lineId ? byAccount : locateInNetwork(named, place);
}

function locateInNetwork(named: Named, place: Place): Located | Rejection {
  const { regionId, lineId } = named;
  if (regionId && !place.regionExists) return unknown('regionId', 'REGION_UNKNOWN', `片区 ${regionId}`, `region ${regionId}`);
  if (!lineId) return { regionId, lineId };
  if (!place.regionOfLine) return unknown('lineId', 'LINE_UNKNOWN', `线路 ${lineId}`, `line ${lineId}`);
  if (regionId && regionId !== place.regionOfLine) {
    return {
      kind: 'refused',
      code: 'LINE_OF_ANOTHER_REGION',
      field: 'lineId',
      zh: `线路 ${lineId} 属于片区 ${place.regionOfLine},不属于 ${regionId};请改正其一。`,
      en: `Line ${lineId} is in region ${place.regionOfLine}, not in ${regionId}; correct one of them.`,
    };
  }
  return { regionId: place.regionOfLine, lineId };
}

function unknown(field: string, code: string, zh: string, en: string): Rejection {
  return { kind: 'refused', code, field, zh: `没有${zh};请核对后重试。`, en: `There is no ${en}; check it and try again.` };
}
