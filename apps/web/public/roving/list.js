import { formatTime } from '../block-view.js';
import { element } from '../element.js';
import { get, post } from '../staff/call.js';
import { publicKeyIn, readEnrolment } from './enrolment.js';
import { form } from '../staff/form.js';
import { rowsTable } from '../staff/table.js';
import { say } from './words.js';

/** @typedef {import('../staff/shell.js').Shown} Shown */
/** @typedef {{ waiting: number, held: number, refused: number, forked: number, unchained: number, more: boolean }} Open */
/** @typedef {{ deviceId: string, collectorId: string, teamId?: string, publicKey: string, status: 'ACTIVE' | 'REVOKED', replaces?: string, enrolledBy: string, enrolledAt: string, cause?: 'LOST' | 'BROKEN' | 'RETIRED', revokedBy?: string, revokedAt?: string, reason?: string, through: number, highest: number, syncedAt?: string, open?: Open }} Device */

const DEVICES_AT_ONCE = 20;

/** Devices, page by page, and the enrolment of one. @param {Shown} shown @param {{ collectorId: string, teamId: string, pageToken: string }} asked */
export async function listView(shown, asked) {
  const { language, actor, isManager, look } = shown;
  const query = new URLSearchParams({ ...asked, ...(!isManager && { collectorId: actor.slice('cashier:'.length) }), pageSize: String(DEVICES_AT_ONCE) });
  /** @type {{ devices: readonly Device[], nextPageToken?: string }} */
  const { devices, nextPageToken } = await get(actor, `/api/v1/devices?${query}`);
  const next = nextPageToken ? element('button', { type: 'button', class: 'quiet', onclick: () => look({ ...asked, pageToken: nextPageToken }) }, say(language, 'more')) : null;
  return [
    ...(isManager ? [element('details', { class: 'block' }, element('summary', {}, say(language, 'enrol')), enrolForm(shown))] : []),
    element('section', { class: 'block', 'aria-label': say(language, 'title') },
      ...(isManager ? [filterForm(shown, asked)] : []),
      devices.length === 0 ? element('p', { class: 'faint' }, say(language, 'empty')) : table(devices, shown),
      next),
  ];
}

/** @param {readonly Device[]} devices @param {Shown} shown */
function table(devices, { language, look }) {
  const head = /** @type {const} */ (['deviceId', 'collectorId', 'teamId', 'status', 'synced', 'syncedAt', 'open']);
  const rows = devices.map((device) => element('tr', {},
    element('th', { scope: 'row' }, element('button', { type: 'button', class: 'open', onclick: () => look({ device: device.deviceId }) }, device.deviceId)),
    element('td', {}, device.collectorId), element('td', {}, device.teamId ?? say(language, 'none')),
    element('td', {}, stateOf(device, language)),
    element('td', { class: 'figure' }, device.through === device.highest ? String(device.through) : `${device.through} / ${device.highest}`),
    element('td', {}, device.syncedAt ? formatTime(new Date(device.syncedAt)) : say(language, 'noneCame')),
    element('td', {}, openOf(device, language))));
  return rowsTable(say(language, 'title'), head.map((word) => ({ label: say(language, word), figure: word === 'synced' })), element('tbody', {}, ...rows));
}

/** @param {Device} device @param {import('../words.js').Language} language */
export function stateOf({ status, cause }, language) {
  return element('span', { class: `mark ${status.toLowerCase()}` }, say(language, status) + (cause ? ` · ${say(language, cause)}` : ''));
}

/** @param {Device} device @param {import('../words.js').Language} language */
export function openOf({ open }, language) {
  const words = /** @type {const} */ (['held', 'refused', 'forked', 'unchained', 'waiting']).filter((word) => open && open[word] > 0);
  if (!open || words.length === 0) return element('span', { class: 'faint' }, say(language, 'clear'));
  return element('span', { class: 'marks' }, ...words.map((word) => element('span', { class: `mark ${word}` }, say(language, word, { n: open[word] }))), ...(open.more ? [element('span', { class: 'mark' }, say(language, 'andMore'))] : []));
}

/** @param {Shown} shown @param {{ collectorId: string, teamId: string }} asked */
function filterForm({ language, look }, { collectorId, teamId }) {
  const { form: made } = form({
    language, submit: say(language, 'apply'),
    fields: [{ name: 'collectorId', label: say(language, 'collectorId'), value: collectorId }, { name: 'teamId', label: say(language, 'teamId'), value: teamId }],
    onSubmit: async (values) => look({ ...values, pageToken: '' }),
  });
  made.classList.add('inline');
  return made;
}

/** @param {Shown} shown */
function enrolForm({ language, actor, done, look }) {
  const { form: made, inputs, tell } = form({
    language, submit: say(language, 'enrol'), hint: say(language, 'enrolHint'),
    fields: [
      { name: 'deviceId', label: say(language, 'deviceId') }, { name: 'collectorId', label: say(language, 'collectorId') }, { name: 'teamId', label: say(language, 'optionalTeam') },
      { name: 'publicKey', label: say(language, 'publicKey'), lines: 2 }, { name: 'proof', label: say(language, 'proof'), lines: 3 }, { name: 'replaces', label: say(language, 'replaces') },
    ],
    onSubmit: async (values, key) => {
      const given = Object.fromEntries(Object.entries({ ...values, publicKey: publicKeyIn(values['publicKey'] ?? ''), proof: (values['proof'] ?? '').replace(/\s/g, '') }).filter(([, value]) => value !== ''));
      const { deviceId } = await post(actor, '/api/v1/devices', given, key);
      done(say(language, 'enrolled', { id: deviceId }));
      look({ device: deviceId });
    },
  });
  const file = element('input', {
    type: 'file', id: 'enrolment-file', accept: '.json,.pem,.pub,.txt',
    onchange: async () => {
      const [chosen] = file.files ?? [];
      const read = readEnrolment(chosen ? await chosen.text() : '');
      for (const [name, value] of Object.entries(read)) /** @type {HTMLInputElement} */ (inputs.get(name)).value = value;
      tell(Object.keys(read).length > 0 ? [] : [{ field: 'publicKey', zh: say('zh', 'fileUnread'), en: say('en', 'fileUnread') }]);
    },
  });
  made.prepend(element('div', { class: 'field' }, element('label', { for: 'enrolment-file' }, say(language, 'file')), file));
  return made;
}
