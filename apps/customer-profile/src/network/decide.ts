import type { Rejection } from '@youdian/rejection';
import type { NetworkEvent, NetworkNode } from './state.ts';

const ID = /^[A-Z0-9-]{1,16}$/;
const NAME_CHARACTERS_MAX = 64;

export interface DefineRegion {
  readonly regionId: string;
  readonly name: string;
}

export interface DefineLine {
  readonly lineId: string;
  readonly regionId: string;
  readonly name: string;
}

/** What a line's definition depends on besides itself. */
export interface Surroundings {
  readonly regionExists: boolean;
  readonly lineHasAccounts: boolean;
}

export function defineRegion(state: NetworkNode | undefined, command: DefineRegion): NetworkEvent[] | Rejection {
  const { regionId, name } = command;
  const wrong = checkId('regionId', regionId) ?? checkName(name);
  if (wrong) return wrong;
  if (state?.is === 'line') return idTaken('regionId', regionId);
  if (state?.name === name) return [];
  return [{ type: 'RegionDefined', data: { regionId, name } }];
}

export function defineLine(state: NetworkNode | undefined, command: DefineLine, around: Surroundings): NetworkEvent[] | Rejection {
  const { lineId, regionId, name } = command;
  const wrong = checkId('lineId', lineId) ?? checkId('regionId', regionId) ?? checkName(name);
  if (wrong) return wrong;
  if (state?.is === 'region') return idTaken('lineId', lineId);
  if (!around.regionExists) return regionUnknown(regionId);
  if (state && state.regionId !== regionId && around.lineHasAccounts) return lineHasAccounts(lineId);
  if (state?.name === name && state.regionId === regionId) return [];
  return [{ type: 'LineDefined', data: { lineId, regionId, name } }];
}

function checkId(field: string, id: string): Rejection | undefined {
  if (ID.test(id)) return undefined;
  return {
    kind: 'invalid',
    code: 'ID_MALFORMED',
    field,
    zh: `${field} 由 1 到 16 个大写字母、数字或连字符组成,例如 R1 或 L-0101。`,
    en: `${field} has 1 to 16 capital letters, digits or hyphens, for example R1 or L-0101.`,
  };
}

function checkName(name: string): Rejection | undefined {
  if (name.trim() === name && name.length > 0 && name.length <= NAME_CHARACTERS_MAX) return undefined;
  return {
    kind: 'invalid',
    code: 'NAME_MALFORMED',
    field: 'name',
    zh: `请填写名称,1 到 ${NAME_CHARACTERS_MAX} 个字,首尾不留空格。`,
    en: `Give a name of 1 to ${NAME_CHARACTERS_MAX} characters, without spaces around it.`,
  };
}

function idTaken(field: string, id: string): Rejection {
  return {
    kind: 'conflict',
    code: 'NETWORK_ID_TAKEN',
    field,
    zh: `编号 ${id} 已用于另一类网络对象;片区与线路不能同号,请换一个编号。`,
    en: `The id ${id} already belongs to the other kind of network object; a region and a line cannot share one: choose another.`,
  };
}

function regionUnknown(regionId: string): Rejection {
  return {
    kind: 'refused',
    code: 'REGION_UNKNOWN',
    field: 'regionId',
    zh: `没有片区 ${regionId};请先登记该片区。`,
    en: `There is no region ${regionId}; define it first.`,
  };
}

function lineHasAccounts(lineId: string): Rejection {
  return {
    kind: 'refused',
    code: 'LINE_HAS_ACCOUNTS',
    field: 'regionId',
    zh: `线路 ${lineId} 上还有用电户,不能改片区;请在新片区登记新线路,再把用电户移过去。`,
    en: `Line ${lineId} feeds accounts, so its region cannot change; define a new line in the other region and move the accounts to it.`,
  };
}
