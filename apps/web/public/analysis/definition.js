import { element } from '../element.js';
import { nameOf, say, unitName } from './words.js';

/**
 * What a measure is, and what it is made of, a click away from its number.
 * @param {import('./view.js').Measure} measure
 * @param {import('./view.js').Statistic} statistic
 * @param {import('../words.js').Language} language
 */
export function definition(measure, { sources, dayIs, dayIsZh }, language) {
  const { formula, formulaZh, unit } = measure;
  const lines = /** @type {[string, string][]} */ ([[say(language, 'formula'), language === 'zh' ? formulaZh : formula], [say(language, 'unit'), unitName(language, unit)], [say(language, 'dayIs'), language === 'zh' ? dayIsZh : dayIs], [say(language, 'source'), sources.join(', ')]].filter(([, text]) => text !== ''));
  const box = element('div', { class: 'definition', popover: 'auto', id: `definition-${measure.id}` },
    element('h3', {}, nameOf(measure, language)),
    element('dl', {}, ...lines.flatMap(([term, text]) => [element('dt', {}, term), element('dd', {}, text)])));
  const opener = element('button', { type: 'button', class: 'what-is', popovertarget: box.id, 'aria-label': say(language, 'definition', { measure: nameOf(measure, language) }) }, '?');
  // Under its button, and never beyond the edge of a phone.
  box.addEventListener('beforetoggle', () => {
    const { left, bottom } = opener.getBoundingClientRect();
    box.style.insetBlockStart = `${bottom + 6}px`;
    box.style.insetInlineStart = `${Math.max(8, Math.min(left - 12, document.documentElement.clientWidth - 336))}px`;
  });
  return [opener, box];
}
