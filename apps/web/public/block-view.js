import { element } from './element.js';
import { table } from './table.js';
import { say } from './words.js';

/** @typedef {import('./ask.js').Answer} Answer */
/** @typedef {import('./ask.js').Row} Row */
/** @typedef {import('./words.js').Language} Language */
/** @typedef {{ block: import('./blocks.js').Block, caption: string, language: Language, state: State, onOpen?: ((row: Row) => void) | undefined, onRetry: () => void }} Shown */

/**
 * What is known of a block: an answer, why there is none, or both (the last answer, and why there is no newer).
 * @typedef {{ answer?: Answer | undefined, problem?: import('./ask.js').NoAnswer | undefined }} State
 */

const TIME = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/** Shanghai time. @param {Date} at */
export function formatTime(at) {
  return TIME.format(at).replace(', ', ' ');
}

/**
 * One block of figures: heading, table, and what they are complete to. `beside` stands next to the table (a chart).
 * @param {string} id
 * @param {HTMLElement} [beside]
 */
export function blockView(id, beside) {
  const heading = element('h2', { id: `${id}-heading`, tabindex: '-1' });
  const hint = element('p', { class: 'hint' });
  const lead = element('div', { class: 'lead' });
  const notice = element('div', { class: 'notice', role: 'status' });
  const figures = element('div', { class: 'figures' });
  const footer = element('footer');
  const section = element('section', { id, class: beside ? 'block wide' : 'block', 'aria-labelledby': `${id}-heading` },
    element('header', {}, lead, heading, hint), notice, element('div', { class: 'content' }, beside, figures), footer);

  return {
    section,
    heading,
    lead,
    /** @param {Shown} shown */
    show({ block, caption, language, state, onOpen, onRetry }) {
      const { answer, problem } = state;
      heading.textContent = caption;
      section.setAttribute('aria-busy', String(!answer && !problem));
      section.classList.toggle('stale', problem !== undefined);
      notice.replaceChildren(...noticeOf(state, language, onRetry));
      const rows = answer?.rows ?? [];
      hint.textContent = onOpen && rows.length > 0 ? say(language, 'hint') : '';
      const focused = figures.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset['key'] : undefined;
      figures.replaceChildren(...(rows.length > 0 ? [table({ block, caption, rows, language, onOpen })] : []));
      // A refresh must not take the keyboard's place away.
      if (focused !== undefined) /** @type {HTMLElement | null} */ (figures.querySelector(`[data-key="${CSS.escape(focused)}"]`))?.focus();
      footer.textContent = answer ? sourceOf(answer, language) : '';
    },
  };
}

/**
 * @param {State} state
 * @param {Language} language
 * @param {() => void} onRetry
 */
function noticeOf({ answer, problem }, language, onRetry) {
  if (problem) {
    const retry = element('button', { type: 'button', class: 'quiet', onclick: onRetry }, say(language, 'retry'));
    return [element('p', { class: 'problem' }, `${say(language, 'failed')}${language === 'en' ? ' ' : ''}${problem.reason[language]}`), retry, ...(answer ? [element('p', { class: 'faint' }, say(language, 'stale'))] : [])];
  }
  if (!answer) return [element('p', { class: 'faint waiting' }, say(language, 'loading'))];
  return answer.rows.length === 0 ? [element('p', { class: 'faint' }, say(language, 'empty'))] : [];
}

/**
 * @param {Answer} answer
 * @param {Language} language
 */
export function sourceOf({ watermark, revision }, language) {
  const complete = watermark ? say(language, 'watermark', { time: formatTime(new Date(watermark)) }) : say(language, 'noWatermark');
  return `${complete} · ${say(language, 'revision', { revision })}`;
}
