import { element } from '../element.js';
import { definition } from './definition.js';
import { changeOf, writerOf } from './values.js';
import { nameOf, say, unitName } from './words.js';

/**
 * Each measure over all that was asked for, with what it is and how it changed.
 * @param {{ language: import('../words.js').Language, statistic: import('./view.js').Statistic, measures: readonly import('./view.js').Measure[], changes: boolean, result: import('./questions.js').Result, onFacts: () => void }} shown
 */
export function cards({ language, statistic, measures, changes, result, onFacts }) {
  const { total, totalBefore } = result;
  return element('ul', { class: 'cards', 'aria-label': say(language, 'overall') }, ...measures.map((measure) => {
    const now = total[measure.id];
    const before = totalBefore?.[measure.id];
    const write = writerOf(measure, [now, before]);
    const change = changeOf(now, before);
    return element('li', {},
      element('div', { class: 'card-name' }, element('span', {}, nameOf(measure, language)), ...definition(measure, statistic, language)),
      element('div', {}, element('span', { class: 'number' }, element('button', { type: 'button', class: 'facts-of', 'aria-label': say(language, 'factsOf', { n: `${nameOf(measure, language)} ${write(now)}` }), onclick: onFacts }, write(now))), element('span', { class: 'unit' }, unitName(language, measure.unit))),
      totalBefore ? element('div', { class: 'against' }, change ? element('span', { class: 'change' }, change) : null, element('span', { class: 'faint' }, `${say(language, changes ? 'then' : 'before')} ${write(before)}`)) : null);
  }));
}
