import type { Rejection, RejectionKind } from '@youdian/rejection';

/** RFC 9457, with the reason in both languages and the field it is about. */
export interface ProblemDocument {
  /** Stable, for programs: `urn:youdian:problem:ACCOUNT_UNKNOWN`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly field?: string;
  /** Chinese. */
  readonly detail: string;
  readonly detailEn: string;
  /** All that is wrong with the input, where it is more than one thing. */
  readonly errors?: readonly FieldError[];
  readonly traceId: string;
}

export interface FieldError {
  readonly field: string;
  readonly code: string;
  readonly detail: string;
  readonly detailEn: string;
}

export const PROBLEM_TITLES: Readonly<Record<number, string>> = {
  400: '请求有误 Bad request',
  403: '无权操作 Forbidden',
  404: '没有找到 Not found',
  405: '方法不适用 Method not allowed',
  408: '请求超时 Request timeout',
  409: '有冲突 Conflict',
  413: '内容过大 Content too large',
  415: '内容类型不适用 Unsupported media type',
  421: '地址不对 Misdirected request',
  422: '不能办理 Unprocessable',
  431: '请求头过大 Request headers too large',
  500: '内部错误 Internal error',
  503: '暂时不可用 Unavailable',
};

const STATUS: Readonly<Record<RejectionKind, number>> = { invalid: 400, unknown: 404, conflict: 409, refused: 422, forbidden: 403, unavailable: 503 };
export const RETRY_AFTER_SECONDS = 2;

export interface Told {
  readonly status: number;
  readonly code: string;
  readonly field?: string | undefined;
  readonly zh: string;
  readonly en: string;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** What HTTP itself refuses; the owners' refusals arrive as `Rejected`. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly told: Told;

  constructor(told: Told) {
    super(`${told.code}: ${told.en}`);
    this.told = told;
  }
}

export function toldByOwner({ kind, code, field, zh, en }: Rejection): Told {
  const headers: Record<string, string> = kind === 'unavailable' ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {};
  // The owners know the actor as call metadata; here it is a header.
  return { status: STATUS[kind] ?? 500, code, field: field === 'actor' ? 'X-Actor' : field, zh, en, headers };
}

/** The only thing a caller is told about our own mistakes. */
export const INTERNAL: Told = {
  status: 500,
  code: 'INTERNAL',
  zh: '系统出了错,已记录。请凭 traceId 联系平台人员;重试时用同一个 Idempotency-Key。',
  en: 'Something went wrong here and was recorded. Give the traceId to the platform team; retry with the same Idempotency-Key.',
};

export function problemDocument({ status, code, field, zh, en, errors = [] }: Told, traceId: string): ProblemDocument {
  return {
    type: `urn:youdian:problem:${code}`,
    title: PROBLEM_TITLES[status] ?? PROBLEM_TITLES[500]!,
    status,
    code,
    ...(field ? { field } : {}),
    detail: zh,
    detailEn: en,
    ...(errors.length > 1 ? { errors } : {}),
    traceId,
  };
}
