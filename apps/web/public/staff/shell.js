/** What every page for staff has: who acts, in which language, what is looked at, and what was said of it. */
import { element } from '../element.js';
import { rememberedLanguage, rememberLanguage } from '../words.js';
import { Refused } from './call.js';
import { form } from './form.js';

/** @typedef {import('./words.js').Language} Language */
/**
 * What a view is made with. `look` changes the address, `again` reads anew, `done` says what was done, `trying` says what was not.
 * @typedef {{ language: Language, actor: string, isManager: boolean, look: (changes: Record<string, string>) => void, again: () => Promise<void>, done: (what: string) => void, trying: (what: () => Promise<void>) => Promise<void> }} Shown
 */

const STORED_AS = 'youdian.actor';
const ACTOR = /^(manager|cashier):[A-Za-z0-9_.@-]{1,64}$/;

/**
 * Puts a page together. `subject`: the name in the address of the one thing that is looked at; `within`: what else the address then has.
 * @param {{ say: (language: Language, word: import('./words.js').ShellWord, values?: Record<string, string | number>) => string, subject: string, within?: readonly string[], view: (shown: Shown, address: URLSearchParams) => Promise<readonly Node[]> }} page
 */
export function openPage({ say, subject, within = [], view }) {
  let language = rememberedLanguage();
  /** `role:id`; until there is sign-in, as it is said. */
  let actor = sessionStorage.getItem(STORED_AS) ?? '';
  let said = '';
  /** Of two views that are asked for, the later stands. */
  let asked = 0;

  const word = (/** @type {import('./words.js').ShellWord} */ key, values = {}) => say(language, key, values);
  const skip = element('a', { class: 'skip', href: '#content' });
  const brand = element('span', { class: 'brand' });
  const title = element('span', { class: 'title' });
  const statistics = element('a', { href: '/' });
  const switchLanguage = element('button', { type: 'button', class: 'quiet', onclick: () => speak(language === 'zh' ? 'en' : 'zh') });
  const back = element('button', { type: 'button', class: 'quiet back', onclick: () => look(Object.fromEntries([subject, ...within].map((name) => [name, '']))) });
  const headline = element('h1', { tabindex: '-1' });
  const refresh = element('button', { type: 'button', class: 'quiet', onclick: () => void show() });
  const acting = element('span', { class: 'acting' });
  const status = element('p', { class: 'told', role: 'status' });
  const content = element('div', { class: 'stack' });
  const foot = element('p');
  const api = element('a', { href: '/api/openapi.json' });

  document.querySelector('#page')?.replaceChildren(
    skip,
    element('header', { class: 'top' }, element('div', { class: 'bounds' }, brand, title, statistics, switchLanguage)),
    element('main', { class: 'bounds', id: 'content', tabindex: '-1' }, element('div', { class: 'asked' }, element('div', { class: 'head' }, back, headline), element('div', { class: 'head' }, refresh, acting)), status, content),
    element('footer', { class: 'bounds bottom' }, foot, api),
  );

  /** @param {Language} chosen */
  function speak(chosen) {
    language = chosen;
    rememberLanguage(chosen);
    said = '';
    void show();
  }

  /** @param {Record<string, string>} changes */
  function look(changes) {
    const address = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) value === '' ? address.delete(name) : address.set(name, value);
    history.pushState(null, '', address.size > 0 ? `?${address}` : location.pathname);
    void show().then(() => headline.focus());
  }

  /** @param {string} chosen */
  function act(chosen) {
    actor = chosen;
    sessionStorage.setItem(STORED_AS, chosen);
    said = '';
    void show();
  }

  /** @param {() => Promise<void>} what */
  async function trying(what) {
    try {
      await what();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const why = error.how === 'refused' ? error.problems.map((one) => one[language]).join(' ') : word(error.how);
      content.prepend(element('p', { class: 'problem notice', role: 'alert' }, why));
    }
  }

  async function show() {
    const turn = (asked += 1);
    const address = new URLSearchParams(location.search);
    const one = address.get(subject) ?? '';
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.title = `${word('brand')} · ${word('title')}`;
    for (const [node, key] of /** @type {const} */ ([[skip, 'skip'], [brand, 'brand'], [title, 'title'], [statistics, 'statistics'], [switchLanguage, 'otherLanguage'], [refresh, 'refresh'], [foot, 'foot'], [api, 'api']])) node.textContent = word(key);
    switchLanguage.lang = language === 'zh' ? 'en' : 'zh-CN';
    headline.textContent = one || word('title');
    back.textContent = `‹ ${word('all')}`;
    back.hidden = one === '';
    refresh.hidden = !ACTOR.test(actor);
    status.textContent = said;
    acting.replaceChildren(...(ACTOR.test(actor) ? [word('actingAs', { role: word(isManager() ? 'manager' : 'cashier'), id: actor.split(':')[1] }), element('button', { type: 'button', class: 'quiet small', onclick: () => act('') }, word('change'))] : []));
    if (!ACTOR.test(actor)) return void content.replaceChildren(whoForm());
    content.setAttribute('aria-busy', 'true');
    const shown = { language, actor, isManager: isManager(), look, again: show, done: (/** @type {string} */ what) => void (status.textContent = said = what), trying };
    /** @type {readonly Node[]} */
    let made = [];
    let failed;
    try {
      made = await view(shown, address);
    } catch (error) {
      failed = error;
    }
    if (turn !== asked) return;
    content.replaceChildren(...made);
    content.setAttribute('aria-busy', 'false');
    said = '';
    if (failed) await trying(() => Promise.reject(failed));
  }

  function isManager() {
    return actor.startsWith('manager:');
  }

  function whoForm() {
    const { form: made } = form({
      language, submit: word('enter'),
      fields: [{ name: 'role', label: word('role'), options: /** @type {const} */ (['manager', 'cashier']).map((value) => ({ value, label: word(value) })) }, { name: 'staffId', label: word('staffId') }],
      onSubmit: async ({ role, staffId }) => {
        const chosen = `${role}:${staffId}`;
        if (!ACTOR.test(chosen)) throw new Refused('refused', [{ field: 'staffId', zh: '工号由 1 到 64 个字母、数字或 . _ @ - 组成。', en: 'A staff id has 1 to 64 letters, digits or . _ @ -.' }]);
        act(chosen);
      },
    });
    return element('section', { class: 'block narrow', 'aria-label': word('who') }, element('h2', {}, word('who')), made);
  }

  addEventListener('popstate', () => void show());
  void show();
}
