/** The page for roving devices: the manager's, and the collector's own. */
import { openPage } from '../staff/shell.js';
import { deviceView } from './device.js';
import { listView } from './list.js';
import { say } from './words.js';

openPage({
  say, subject: 'device', within: ['records'],
  view: (shown, address) => {
    const of = (/** @type {string} */ name) => address.get(name) ?? '';
    if (of('device')) return deviceView(shown, of('device'), of('records') !== 'all');
    return listView(shown, { collectorId: of('collectorId'), teamId: of('teamId'), pageToken: of('pageToken') });
  },
});
