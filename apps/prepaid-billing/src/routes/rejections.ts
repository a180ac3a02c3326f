import type { RovingStop } from '@youdian/contracts-billing/roving_route_events';
import type { Rejection } from '@youdian/rejection';

export const routeUnknown: Rejection = {
  kind: 'unknown', code: 'ROUTE_UNKNOWN', field: 'routeId',
  zh: '没有这条流动收费路线，请核对路线号。', en: 'There is no such route: check its id.',
};

export function routeExists(routeId: string): Rejection {
  return {
    kind: 'refused', code: 'ROUTE_EXISTS', field: 'day',
    zh: `该队当天已有路线 ${routeId}：请修改它，或先取消。`, en: `The team has the route ${routeId} on that day: amend it, or cancel it first.`,
  };
}

export const dayInvalid: Rejection = {
  kind: 'invalid', code: 'DAY_INVALID', field: 'day',
  zh: '日期写作 YYYY-MM-DD，不晚于明年年底。', en: 'Write the day as YYYY-MM-DD, not after the end of next year.',
};

export const dayOver: Rejection = {
  kind: 'refused', code: 'ROUTE_DAY_OVER', field: 'day',
  zh: '这一天已经过去，请选今天或以后的日期。', en: 'That day is over: choose today or a later one.',
};

export function collectorsInvalid(max: number): Rejection {
  return {
    kind: 'invalid', code: 'COLLECTORS_INVALID', field: 'collectorIds',
    zh: `请写出 1 到 ${max} 名收费员的工号，不重复。`, en: `Name 1 to ${max} collectors by staff id, none twice.`,
  };
}

export const deviceInvalid: Rejection = {
  kind: 'invalid', code: 'DEVICE_INVALID', field: 'deviceId',
  zh: '设备编号由 1 到 64 个字母、数字或 . _ @ - 组成。', en: 'A device id has 1 to 64 letters, digits or . _ @ -.',
};

export const blockNotHeld: Rejection = {
  kind: 'refused', code: 'INVOICE_BLOCK_NOT_HELD', field: 'blockId',
  zh: '这不是本路线收费员（或其设备）手中未结束的号段：请先发放，或不填。', en: 'None of the collectors (nor the device) holds such an open block: hand one out first, or leave it out.',
};

export function stopsMissing(max: number): Rejection {
  return {
    kind: 'invalid', code: 'STOPS_MISSING', field: 'stops',
    zh: `一条路线有 1 到 ${max} 个停靠点。`, en: `A route has 1 to ${max} stops.`,
  };
}

export function tooManyLines(max: number): Rejection {
  return {
    kind: 'invalid', code: 'TOO_MANY_LINES', field: 'stops',
    zh: `一条路线的停靠点合计最多涉及 ${max} 条线路，请分成几条路线。`, en: `The stops of a route are for at most ${max} lines together: make several routes of it.`,
  };
}

export function textInvalid(field: string, max: number): Rejection {
  return {
    kind: 'invalid', code: 'TEXT_INVALID', field,
    zh: `请写 1 到 ${max} 个字，不含电话号码：线路上的客户都会读到。`, en: `Write 1 to ${max} characters and no phone number: all customers of the line read it.`,
  };
}

export function timeInvalid(field: string): Rejection {
  return {
    kind: 'invalid', code: 'TIME_INVALID', field,
    zh: '时间写作 HH:MM（北京时间），离开须晚于到达。', en: 'Write times as HH:MM of Shanghai; the team leaves after it came.',
  };
}

export function stopOver(field: string): Rejection {
  return {
    kind: 'refused', code: 'STOP_OVER', field,
    zh: '这个停靠时间已经过去，请改到以后。', en: 'The time of this stop is over: choose a later one.',
  };
}

export function stopsOverlap(first: RovingStop, second: RovingStop): Rejection {
  return {
    kind: 'invalid', code: 'STOPS_OVERLAP', field: 'stops',
    zh: `${first.village}（${first.from}–${first.to}）与${second.village}（${second.from}–${second.to}）时间重叠，请错开。`,
    en: `${first.village} (${first.from}–${first.to}) and ${second.village} (${second.from}–${second.to}) overlap: the team cannot be at both.`,
  };
}

export function linesMissing(field: string): Rejection {
  return {
    kind: 'invalid', code: 'LINES_MISSING', field,
    zh: '请写明该停靠点服务哪些线路或片区，客户据此得到通知。', en: 'Say which lines or regions the stop is for: their customers are told.',
  };
}

export function lineUnknown(field: string, lineId: string): Rejection {
  return {
    kind: 'invalid', code: 'LINE_UNKNOWN', field,
    zh: `没有线路 ${lineId}，请从网络列表中选择。`, en: `There is no line ${lineId}: choose one of the network's.`,
  };
}

export function regionUnknown(field: string, regionId: string): Rejection {
  return {
    kind: 'invalid', code: 'REGION_UNKNOWN', field,
    zh: `没有片区 ${regionId}，或其中没有线路，请从网络列表中选择。`, en: `There is no region ${regionId}, or it has no line: choose one of the network's.`,
  };
}

export function stopUnknown(field: string): Rejection {
  return {
    kind: 'unknown', code: 'STOP_UNKNOWN', field,
    zh: '本路线没有这个停靠点，或列了两次；新增的停靠点不填编号。', en: 'The route has no such stop, or it is listed twice; a new one has no id yet.',
  };
}

export const tooLateToAmend: Rejection = {
  kind: 'refused', code: 'TOO_LATE_TO_AMEND', field: 'routeId',
  zh: '已发布的路线只能在当天之前修改；当天可以取消，或把停靠点标为跳过。', en: 'A published route is amended before its day only; on the day cancel it, or mark a stop as skipped.',
};

export const alreadyPublished: Rejection = {
  kind: 'refused', code: 'ALREADY_PUBLISHED', field: 'routeId',
  zh: '这条路线已经发布，客户已得到通知。', en: 'This route has been published already, and its customers are told.',
};

export const routeCancelled: Rejection = {
  kind: 'refused', code: 'ROUTE_CANCELLED', field: 'routeId',
  zh: '这条路线已取消，请重新计划。', en: 'This route was cancelled: plan another.',
};

export const reasonInvalid: Rejection = {
  kind: 'invalid', code: 'REASON_INVALID', field: 'reason',
  zh: '请写明取消原因，1 到 40 个字，不含电话号码：客户会读到。', en: 'Say why it is cancelled in 1 to 40 characters, without a phone number: customers read it.',
};

export const nothingLeft: Rejection = {
  kind: 'refused', code: 'NO_STOP_LEFT', field: 'routeId',
  zh: '所有停靠点都已到访或跳过，没有可取消的。', en: 'Every stop was visited or skipped: there is nothing left to cancel.',
};

export const notYourRoute: Rejection = {
  kind: 'forbidden', code: 'NOT_YOUR_ROUTE', field: 'routeId',
  zh: '只有本路线的收费员可以标记停靠点。', en: "Only the route's own collectors mark its stops.",
};

export const notPublished: Rejection = {
  kind: 'refused', code: 'ROUTE_NOT_PUBLISHED', field: 'routeId',
  zh: '这条路线没有发布，或已取消。', en: 'This route is not published, or was cancelled.',
};

export function notItsDay(day: string): Rejection {
  return {
    kind: 'refused', code: 'NOT_ITS_DAY', field: 'routeId',
    zh: `停靠点只能在当天（${day}）标记。`, en: `Stops are marked on the day of the route, ${day}.`,
  };
}

export const markMissing: Rejection = {
  kind: 'invalid', code: 'MARK_MISSING', field: 'mark',
  zh: '请写明到访（VISITED）还是跳过（SKIPPED）。', en: 'Say whether it was VISITED or SKIPPED.',
};

export const skipReason: Rejection = {
  kind: 'invalid', code: 'REASON_INVALID', field: 'reason',
  zh: '跳过须写明原因，1 到 40 个字，不含电话号码；到访不写。', en: 'Say why it was skipped in 1 to 40 characters, without a phone number; and nothing where it was visited.',
};

export const rangeInvalid: Rejection = {
  kind: 'invalid', code: 'PERIOD_INVALID', field: 'from',
  zh: '起止日期写作 YYYY-MM-DD，起不晚于止，最多 92 天。', en: 'Write days as YYYY-MM-DD, the first not after the last, at most 92 days.',
};

export const oneOfThem: Rejection = {
  kind: 'invalid', code: 'ONE_OF_THEM', field: 'accountNo',
  zh: '户号、线路、片区只填一项。', en: 'Give one of account number, line and region.',
};

export const tooManyVisits: Rejection = {
  kind: 'refused', code: 'TOO_MANY_VISITS', field: 'from',
  zh: '这段时间的路线太多，请缩短时间，或按线路、片区查询。', en: 'Too many routes in these days: ask for fewer days, or by line or region.',
};
