/** What people type, as the gateway takes it. */
import { Refused } from './call.js';
import { common } from './words.js';

/** @typedef {import('./call.js').FieldProblem} FieldProblem */

const YUAN = /^(\d{1,12})(?:\.(\d{1,2}))?$/;

/** Yuan as they are written, in whole fen; undefined where they are none. @param {string} text */
export function fenOf(text) {
  const [, yuan, places = ''] = YUAN.exec(text.replace(/[,\s]/g, '')) ?? [];
  return yuan === undefined ? undefined : BigInt(yuan + places.padEnd(2, '0')).toString();
}

/** A count; undefined where it is none. @param {string} text */
export function countOf(text) {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** @param {string} text */
export function wordsOf(text) {
  return text.split(/[\s，、；;]+/).filter((word) => word !== '');
}

/** Collects what is wrong, so that all of it is said at once. @param {Record<string, string>} values */
export function typed(values) {
  /** @type {FieldProblem[]} */
  const problems = [];
  const of = (/** @type {string} */ field) => values[field] ?? '';
  const wrong = (/** @type {string} */ field, /** @type {(language: import('../words.js').Language) => string} */ told) => void problems.push({ field, zh: told('zh'), en: told('en') });
  return {
    /** @param {string} field */
    count(field) {
      const count = countOf(of(field));
      if (count === undefined) wrong(field, (language) => common(language, 'numberWrong'));
      return count ?? 0;
    },
    /** @param {string} field */
    fen(field) {
      const fen = fenOf(of(field));
      if (fen === undefined) wrong(field, (language) => common(language, 'yuanWrong'));
      return fen ?? '0';
    },
    /** @template T @param {string} field @param {(language: import('../words.js').Language) => string} form how a line is to be @param {(words: string[]) => T | undefined} read @returns {T[]} */
    lines(field, form, read) {
      return of(field).split('\n').flatMap((line, index) => {
        const words = wordsOf(line);
        if (words.length === 0) return [];
        const one = read(words);
        if (one !== undefined) return [one];
        wrong(field, (language) => common(language, 'lineWrong', { n: index + 1, form: form(language) }));
        return [];
      });
    },
    /** Throws Refused where anything was wrong. */
    check() {
      if (problems.length > 0) throw new Refused('refused', problems);
    },
  };
}
