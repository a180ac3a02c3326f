/** Asks the gateway. */

import { say } from './words.js';

/** @typedef {{ keys: Record<string, string | null>, labels: Record<string, { zh: string, en: string }>, values: Record<string, import('./figures.js').Value> }} Row */
/** @typedef {{ watermark: string | null, revision: string, rows: Row[] }} Answer */
/** @typedef {{ statistic: string, groupBy: string, days: import('./days.js').Days, filters: Record<string, string> }} Question */

const ANSWER_LIMIT_MS = 15_000;
/** Until there is sign-in, the page says itself who it is: one who may read statistics and nothing else. */
const ACTOR = 'analyst:page';

/** Why there is no answer, in the page's languages. */
export class NoAnswer extends Error {
  /**
   * @param {{ zh: string, en: string }} reason
   * @param {'unreachable' | 'unavailable'} [word] where nobody answered at all
   */
  constructor(reason, word) {
    super(reason.en);
    this.reason = reason;
    this.word = word;
  }

  /** @param {'unreachable' | 'unavailable'} word */
  static saying(word) {
    return new NoAnswer({ zh: say('zh', word), en: say('en', word) }, word);
  }
}

/**
 * @param {Question} question
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
export function ask({ statistic, groupBy, days, filters }, signal) {
  return get(`/api/v1/statistics/${statistic}?${new URLSearchParams({ groupBy, ...days, ...filters })}`, signal);
}

/**
 * @param {string} path
 * @param {AbortSignal} signal
 * @returns {Promise<any>}
 */
export async function get(path, signal) {
  return read(await send(path, signal), signal);
}

/** The same for a file. @param {string} path @param {AbortSignal} signal */
export async function download(path, signal) {
  const response = await send(path, signal);
  if (!response.ok) await read(response, signal);
  const name = /filename="([\w.-]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'export';
  try {
    return { name, content: await response.blob() };
  } catch {
    throw NoAnswer.saying('unreachable');
  }
}

/** @param {string} path @param {AbortSignal} signal */
async function send(path, signal) {
  try {
    return await fetch(path, { headers: { 'X-Actor': ACTOR }, signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]) });
  } catch {
    signal.throwIfAborted();
    throw NoAnswer.saying('unreachable');
  }
}

/** @param {Response} response @param {AbortSignal} signal @returns {Promise<any>} */
async function read(response, signal) {
  let body;
  try {
    body = await response.json();
  } catch {
    signal.throwIfAborted();
    throw NoAnswer.saying('unreachable');
  }
  // The gateway speaks of keys and retries there, which is for programs.
  if (response.status === 503) throw NoAnswer.saying('unavailable');
  if (!response.ok) throw new NoAnswer({ zh: body.detail, en: body.detailEn });
  return body;
}
