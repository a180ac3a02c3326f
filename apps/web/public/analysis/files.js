/** Buttons that save what is shown as a file. */

import { NoAnswer } from '../ask.js';
import { element } from '../element.js';
import { say } from './words.js';

const FORMATS = ['CSV', 'XLSX', 'Parquet'];

/**
 * @param {import('../words.js').Language} language
 * @param {(format: string) => Promise<{ name: string, content: Blob }>} ask
 * @param {(reason: string) => void} onProblem
 */
export function fileButtons(language, ask, onProblem) {
  const save = async (/** @type {HTMLButtonElement} */ button, /** @type {string} */ format) => {
    button.disabled = true;
    try {
      const { name, content } = await ask(format);
      const link = element('a', { href: URL.createObjectURL(content), download: name });
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) {
      const failed = error instanceof NoAnswer ? error : NoAnswer.saying('unreachable');
      onProblem(failed.word ? say(language, failed.word) : failed.reason[language]);
    }
    button.disabled = false;
  };
  return element('div', { class: 'choices', role: 'group', 'aria-label': say(language, 'exportAs') }, element('span', { class: 'faint', 'aria-hidden': 'true' }, say(language, 'exportAs')), ...FORMATS.map((format) => {
    const button = element('button', { type: 'button', 'aria-label': `${say(language, 'exportAs')} ${format}`, onclick: () => void save(button, format.toLowerCase()) }, format);
    return button;
  }));
}
