/** What HTTP itself refuses, and what would work. */
import { HttpProblem } from './problem.ts';

const QUOTED_CHARACTERS_MAX = 64;

/** A caller's own text in a message, bounded. */
export function quoted(text: string): string {
  const shown = text.toWellFormed().replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
  return shown.length > QUOTED_CHARACTERS_MAX ? `${shown.slice(0, QUOTED_CHARACTERS_MAX).toWellFormed()}…` : shown;
}

export function pathUnknown(): HttpProblem {
  return new HttpProblem({ status: 404, code: 'PATH_UNKNOWN', zh: '没有这个地址;可用的地址见 /api/openapi.json。', en: 'There is nothing at this path; /api/openapi.json lists what there is.' });
}

export function methodNotAllowed(method: string, allowed: readonly string[]): HttpProblem {
  return new HttpProblem({
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    zh: `这个地址不支持 ${quoted(method)};支持:${allowed.join('、')}。`,
    en: `This path has no ${quoted(method)}; it has: ${allowed.join(', ')}.`,
    headers: { allow: allowed.join(', ') },
  });
}

export function wrongContentType(got: string | undefined, wanted: string): HttpProblem {
  return new HttpProblem({
    status: 415,
    code: 'CONTENT_TYPE_UNSUPPORTED',
    field: 'Content-Type',
    zh: `请用 Content-Type: ${wanted} 发送(UTF-8,不压缩),而不是 ${got ? quoted(got) : '不写'}。`,
    en: `Send it as Content-Type: ${wanted} (UTF-8, not compressed), not ${got ? quoted(got) : 'without one'}.`,
  });
}

export function bodyTooLarge(limit: string): HttpProblem {
  return new HttpProblem({ status: 413, code: 'BODY_TOO_LARGE', zh: `内容不能超过 ${limit};请缩短,或分成几份。`, en: `The body may have at most ${limit}; shorten it, or send it in parts.` });
}

export function bodyTooSlow(seconds: number): HttpProblem {
  return new HttpProblem({ status: 408, code: 'BODY_TOO_SLOW', zh: `${seconds} 秒内没有收到全部内容;请重试。`, en: `The body did not arrive within ${seconds} seconds; try again.`, headers: { connection: 'close' } });
}

export function jsonMalformed(): HttpProblem {
  return new HttpProblem({ status: 400, code: 'JSON_MALFORMED', zh: '内容不是合法的 JSON(UTF-8);请检查引号、逗号和括号。', en: 'The body is not well-formed JSON in UTF-8; check quotes, commas and brackets.' });
}

export function requestMalformed(): HttpProblem {
  return new HttpProblem({ status: 400, code: 'REQUEST_MALFORMED', zh: '请求地址或请求头不合 HTTP 规范(例如 % 编码有误)。', en: 'The path or a header is not valid HTTP (for example wrong % encoding).' });
}

export function actorMissing(): HttpProblem {
  return new HttpProblem({
    status: 400,
    code: 'ACTOR_MISSING',
    field: 'X-Actor',
    zh: '请用请求头 X-Actor 说明操作人,写作“角色:编号”,例如 cashier:C01。',
    en: 'Say who acts in the header X-Actor, as role:id, for example cashier:C01.',
  });
}

/** The services' own role never comes from outside. */
export function roleReserved(): HttpProblem {
  return new HttpProblem({
    status: 403,
    code: 'ROLE_RESERVED',
    field: 'X-Actor',
    zh: '角色 service 只供平台内部的服务使用;请用您自己的角色,例如 cashier:C01。',
    en: "The role service is the platform's own; act in your own role, for example cashier:C01.",
  });
}

export function idempotencyKeyMissing(charactersMax: number): HttpProblem {
  return new HttpProblem({
    status: 400,
    code: 'IDEMPOTENCY_KEY_MISSING',
    field: 'Idempotency-Key',
    zh: `请带上请求头 Idempotency-Key(1 到 ${charactersMax} 个 ASCII 字符);重试时用同一个键。`,
    en: `Send the header Idempotency-Key with 1 to ${charactersMax} ASCII characters; use the same one when you retry.`,
  });
}

export function hostNotLoopback(): HttpProblem {
  return new HttpProblem({
    status: 421,
    code: 'HOST_NOT_LOOPBACK',
    field: 'Host',
    zh: '登录功能完成之前,只能用 localhost 或 127.0.0.1 访问。',
    en: 'Until there is sign-in, use the address localhost or 127.0.0.1.',
  });
}
