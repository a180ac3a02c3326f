import { element } from '../element.js';
import { Refused } from './call.js';
import { common } from './words.js';

/** @typedef {import('./words.js').Language} Language */
/** @typedef {{ name: string, label: string, value?: string, hint?: string, options?: readonly { value: string, label: string }[], lines?: number, numeric?: boolean }} Field */

let count = 0;

/**
 * A form whose problems stand beside their fields. The gateway says what is wrong; nothing is checked twice.
 * @param {{ language: Language, fields: readonly Field[], submit: string, hint?: string, danger?: boolean, onSubmit: (values: Record<string, string>, key: string) => Promise<void> }} options
 * `key`: the same as long as what is asked is the same, so that a retry has no second effect.
 */
export function form({ language, fields, submit, hint, danger = false, onSubmit }) {
  const id = `form-${(count += 1)}`;
  const inputs = new Map(fields.map((field) => [field.name, inputOf(field, id)]));
  const problems = new Map(fields.map(({ name }) => [name, element('p', { class: 'problem', id: `${id}-${name}-problem` })]));
  const general = element('p', { class: 'problem', role: 'alert' });
  const button = element('button', { type: 'submit', class: danger ? 'act danger' : 'act' }, submit);
  let sent = '';
  let key = '';
  const made = element('form', {
    class: 'fields', novalidate: true,
    onsubmit: (event) => {
      event.preventDefault();
      if (!button.disabled) void send();
    },
  },
    ...(hint ? [element('p', { class: 'faint small' }, hint)] : []),
    ...fields.map(({ name, label, hint: how }) => element('div', { class: 'field' }, element('label', { for: `${id}-${name}` }, label), how ? element('p', { class: 'faint small' }, how) : null, inputs.get(name), problems.get(name))),
    general, element('div', { class: 'acts' }, button));

  async function send() {
    const values = Object.fromEntries(Array.from(inputs, ([name, input]) => [name, input.value.trim()]));
    const asked = JSON.stringify(values);
    if (asked !== sent) [sent, key] = [asked, crypto.randomUUID()];
    tell([]);
    button.disabled = true;
    try {
      await onSubmit(values, key);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      tell(error.how === 'refused' ? error.problems : [{ field: '', zh: common('zh', error.how), en: common('en', error.how) }]);
    } finally {
      button.disabled = false;
    }
  }

  /** @param {readonly import('./call.js').FieldProblem[]} told */
  function tell(told) {
    const of = (/** @type {string} */ name) => told.filter(({ field }) => field === name);
    for (const [name, input] of inputs) {
      const own = of(name);
      /** @type {HTMLElement} */ (problems.get(name)).textContent = own.map((one) => one[language]).join(' ');
      if (own.length === 0) input.removeAttribute('aria-invalid');
      else input.setAttribute('aria-invalid', 'true');
    }
    general.textContent = told.filter(({ field }) => !inputs.has(field)).map((one) => one[language]).join(' ');
    const first = fields.find(({ name }) => of(name).length > 0);
    if (first) inputs.get(first.name)?.focus();
  }

  return { form: made, inputs, tell };
}

/** @param {Field} field @param {string} form */
function inputOf({ name, value = '', options, lines, numeric }, form) {
  const attributes = { id: `${form}-${name}`, name, 'aria-describedby': `${form}-${name}-problem`, autocomplete: 'off', spellcheck: 'false' };
  if (options) return element('select', attributes, ...options.map((option) => element('option', { value: option.value, selected: option.value === value }, option.label)));
  const input = lines ? element('textarea', { ...attributes, rows: String(lines) }) : element('input', { ...attributes, type: 'text', ...(numeric && { inputmode: 'decimal' }) });
  input.value = value;
  return input;
}
