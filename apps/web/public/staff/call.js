/** Asks the gateway and tells it what to do, as the person who acts. */

const ANSWER_LIMIT_MS = 15_000;

/** @typedef {{ zh: string, en: string }} Both */
/** @typedef {{ field: string } & Both} FieldProblem */

/** Why something was not done. */
export class Refused extends Error {
  /** @param {'unreachable' | 'unavailable' | 'refused'} how @param {readonly FieldProblem[]} [problems] what is wrong, and in which field */
  constructor(how, problems = []) {
    super(problems[0]?.en ?? how);
    this.how = how;
    this.problems = problems;
  }
}

/** @param {string} actor @param {string} path @returns {Promise<any>} */
export function get(actor, path) {
  return call(path, { headers: { 'X-Actor': actor } });
}

/**
 * The same key again has no second effect.
 * @param {string} actor @param {string} path @param {object} body @param {string} key @returns {Promise<any>}
 */
export function post(actor, path, body, key) {
  return call(path, { method: 'POST', headers: { 'X-Actor': actor, 'Idempotency-Key': key, 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

/** @param {string} path @param {RequestInit} init */
async function call(path, init) {
  let response, body;
  try {
    response = await fetch(path, { ...init, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    body = await response.json();
  } catch {
    throw new Refused('unreachable');
  }
  if (response.ok) return body;
  if (response.status === 503) throw new Refused('unavailable');
  /** @type {readonly { field?: string, detail: string, detailEn: string }[]} */
  const told = body.errors ?? [body];
  throw new Refused('refused', told.map(({ field = '', detail, detailEn }) => ({ field, zh: detail, en: detailEn })));
}
