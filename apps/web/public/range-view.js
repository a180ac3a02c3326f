import { CHOICES, isDay } from './days.js';
import { element } from './element.js';
import { say } from './words.js';

/** @typedef {import('./days.js').Choice} Choice */
/** @typedef {import('./days.js').Days} Days */

/**
 * Which days: a quick choice, or from and to.
 * @param {{ onChoice: (choice: Choice) => void, onDays: (days: Days) => void }} listeners
 */
export function rangeView({ onChoice, onDays }) {
  const buttons = CHOICES.map((choice) => element('button', { type: 'button', 'data-choice': choice, onclick: () => onChoice(choice) }));
  const from = element('input', { type: 'date', required: true });
  const to = element('input', { type: 'date', required: true });
  const fromLabel = element('span');
  const toLabel = element('span');
  const apply = element('button', { type: 'submit', class: 'quiet' });
  const wrong = element('p', { class: 'problem', role: 'alert' });
  /** @type {import('./words.js').Language} */
  let spoken = 'zh';
  const form = element('form', {
    class: 'days',
    novalidate: true,
    onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      const days = { from: from.value, to: to.value };
      wrong.textContent = !isDay(days.from) || !isDay(days.to) ? say(spoken, 'dayMissing') : days.from > days.to ? say(spoken, 'fromAfterTo') : '';
      if (!wrong.textContent) onDays(days);
    },
  }, element('label', {}, fromLabel, from), element('label', {}, toLabel, to), apply, wrong);
  const choices = element('div', { class: 'choices', role: 'group' }, ...buttons);

  return {
    section: element('div', { class: 'range' }, choices, form),
    /**
     * @param {import('./words.js').Language} language
     * @param {Choice | undefined} choice
     * @param {Days} days
     */
    show(language, choice, days) {
      spoken = language;
      choices.setAttribute('aria-label', say(language, 'range'));
      for (const [index, button] of buttons.entries()) {
        const own = CHOICES[index];
        if (own) button.textContent = say(language, own);
        button.setAttribute('aria-pressed', String(own === choice));
      }
      fromLabel.textContent = say(language, 'from');
      toLabel.textContent = say(language, 'to');
      apply.textContent = say(language, 'apply');
      // What somebody is typing is his.
      if (!form.contains(document.activeElement)) {
        from.value = days.from;
        to.value = days.to;
        wrong.textContent = '';
      }
    },
  };
}
