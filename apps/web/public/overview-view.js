import { formatTime } from './block-view.js';
import { OVERVIEW } from './blocks.js';
import { element } from './element.js';
import { formatFigure, sum } from './figures.js';
import { say } from './words.js';

/** The four figures that somebody looks for first, each a way down to its block. */
export function overviewView() {
  const list = element('ul', { class: 'overview' });
  return {
    section: list,
    /**
     * @param {import('./words.js').Language} language
     * @param {(block: string) => import('./block-view.js').State} stateOf
     */
    show(language, stateOf) {
      list.setAttribute('aria-label', say(language, 'summary'));
      list.replaceChildren(
        ...OVERVIEW.map(({ block, word, unit, note }) => {
          const { answer } = stateOf(block);
          const total = (/** @type {string} */ measure) => formatFigure(measure, answer ? sum(measure, answer.rows.map(({ values }) => values[measure])) : null);
          const until = answer?.watermark ? say(language, 'watermark', { time: formatTime(new Date(answer.watermark)).slice('YYYY-'.length) }) : answer ? say(language, 'noWatermark') : '';
          return element('li', {}, element('a', { href: `#${block}` },
            element('span', { class: 'what' }, say(language, word)),
            element('span', { class: 'number' }, total('count'), answer ? element('span', { class: 'unit' }, say(language, unit)) : null),
            element('span', { class: 'note' }, note && answer ? say(language, note.word, { n: total(note.measure) }) : '\u00a0'),
            element('span', { class: 'until' }, until || '\u00a0')));
        }),
      );
    },
  };
}
