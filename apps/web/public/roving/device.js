import { formatTime } from '../block-view.js';
import { element } from '../element.js';
import { get, post } from '../staff/call.js';
import { closePanel } from './close.js';
import { form } from '../staff/form.js';
import { openOf, stateOf } from './list.js';
import { recordsPanel } from './records.js';
import { runsInWords } from './shown.js';
import { say } from './words.js';

/** @typedef {import('../staff/shell.js').Shown} Shown */
/** @typedef {import('./list.js').Device} Device */
/** @typedef {{ blockId: string, fromNo: string, toNo: string, deviceId?: string, status: 'OPEN' | 'RETURNED' | 'USED_UP' }} Block */
/** @typedef {{ device: Device, missing: readonly import('./shown.js').Run[], shiftId?: string, inShift?: import('./shown.js').Totals }} Come */

/** One device: how far it is, its blocks, what it signed, and what can be done with it. @param {Shown} shown @param {string} deviceId @param {boolean} openOnly */
export async function deviceView(shown, deviceId, openOnly) {
  const { language, actor, isManager } = shown;
  const path = `/api/v1/devices/${encodeURIComponent(deviceId)}`;
  /** @type {Come} */
  const come = await get(actor, path);
  const { device } = come;
  const [{ blocks }, records] = await Promise.all([get(actor, `/api/v1/invoice-blocks?${new URLSearchParams({ collectorId: device.collectorId })}`), recordsPanel(shown, path, openOnly)]);
  const own = /** @type {readonly Block[]} */ (blocks).filter((block) => block.deviceId === deviceId);
  return [
    element('section', { class: 'block', id: 'facts', 'aria-label': deviceId }, facts(come, language)),
    closePanel(shown, come),
    element('section', { class: 'block', id: 'blocks', 'aria-labelledby': 'blocks-heading' },
      element('h2', { id: 'blocks-heading' }, say(language, 'blocks')),
      own.length === 0 ? element('p', { class: 'faint' }, say(language, 'noBlocks')) : element('ul', { class: 'plain' }, ...own.map(({ fromNo, toNo, status }) => element('li', {}, `${fromNo} – ${toNo} · ${say(language, status)}`))),
      ...(isManager && device.status === 'ACTIVE' ? [element('details', {}, element('summary', {}, say(language, 'blockIssue')), blockForm(shown, device))] : [])),
    records,
    ...(isManager && device.status === 'ACTIVE' ? [element('details', { class: 'block', id: 'revoke' }, element('summary', {}, say(language, 'revoke')), revokeForm(shown, path, device))] : []),
  ];
}

/** @param {Come} come @param {import('../words.js').Language} language */
function facts({ device, missing }, language) {
  const { through, highest, syncedAt, enrolledBy, enrolledAt, revokedBy, revokedAt, reason, replaces } = device;
  const progress = highest === 0 ? say(language, 'noneCame')
    : [say(language, 'through', { n: through }), ...(highest > through ? [say(language, 'highest', { n: highest }), say(language, 'missing', { runs: runsInWords(missing) })] : [])].join(language === 'zh' ? '，' : ', ');
  /** @type {[string, Node | string | null][]} */
  const pairs = [
    [say(language, 'status'), stateOf(device, language)], [say(language, 'collectorId'), device.collectorId], [say(language, 'teamId'), device.teamId ?? say(language, 'none')],
    [say(language, 'synced'), progress], [say(language, 'syncedAt'), syncedAt ? formatTime(new Date(syncedAt)) : say(language, 'none')], [say(language, 'open'), openOf(device, language)],
    [say(language, 'enrolledBy'), `${enrolledBy} · ${formatTime(new Date(enrolledAt))}${replaces ? ` · ${say(language, 'replaced', { id: replaces })}` : ''}`],
    ...(revokedBy && revokedAt ? [/** @type {[string, string]} */ ([say(language, 'revokedBy'), `${revokedBy} · ${formatTime(new Date(revokedAt))} · ${reason ?? ''}`])] : []),
  ];
  return element('dl', { class: 'facts-list' }, ...pairs.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
}

/** @param {Shown} shown @param {Device} device */
function blockForm({ language, actor, done, again }, { deviceId, collectorId }) {
  return form({
    language, submit: say(language, 'blockIssue'),
    fields: [{ name: 'series', label: say(language, 'series') }, { name: 'count', label: say(language, 'count'), numeric: true }, { name: 'fromSerial', label: say(language, 'fromSerial'), numeric: true }],
    onSubmit: async ({ series, count, fromSerial }, key) => {
      const numbers = Object.fromEntries(Object.entries({ count, fromSerial }).filter(([, text]) => text !== '').map(([name, text]) => [name, /^\d+$/.test(text ?? '') ? Number(text) : text]));
      const block = await post(actor, '/api/v1/invoice-blocks', { series, ...numbers, collectorId, deviceId }, key);
      done(say(language, 'issued', { from: block.fromNo, to: block.toNo }));
      await again();
    },
  }).form;
}

/** @param {Shown} shown @param {string} path @param {Device} device */
function revokeForm({ language, actor, done, again }, path, { deviceId }) {
  const causes = /** @type {const} */ (['LOST', 'BROKEN', 'RETIRED']);
  return form({
    language, submit: say(language, 'revoke'), hint: say(language, 'revokeHint'), danger: true,
    fields: [
      { name: 'cause', label: say(language, 'cause'), options: [{ value: '', label: say(language, 'choose') }, ...causes.map((value) => ({ value, label: say(language, value) }))] },
      { name: 'reason', label: say(language, 'reason') },
    ],
    onSubmit: async (values, key) => {
      await post(actor, `${path}/revoke`, values, key);
      done(say(language, 'revoked', { id: deviceId }));
      await again();
    },
  }).form;
}
