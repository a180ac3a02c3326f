import type { Event } from '@youdian/messaging';
import { CATEGORIES, CAUSES } from '../catalogue/names.ts';
import { seeded } from '../testing/large-story.ts';
import { CASE_TOPIC } from '../topics.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const CHANGED_AFTER = 20_000;
export const ACCOUNTS = 20_000;
export const accountNoOf = (n: number): string => String(n).padStart(10, '0');

/** Without end: nine of ten events open a case, one classifies one that was opened some time before. */
export function caseEvents(): { next(): Event; opened(caseId: string, regionId: string): Event } {
  const random = seeded(1);
  const causes = Object.keys(CAUSES);
  const categories = Object.keys(CATEGORIES);
  let made = 0;
  let cases = 0;
  let changed = 0;
  const event = (type: string, subject: string, sequence: bigint, payload: object): Event => ({
    topic: CASE_TOPIC, type: `youdian.desk.v1.${type}`, subject, sequence, id: `${subject}:${sequence}:0`, source: '/youdian/service-desk', time: new Date(START_MS),
    data: Buffer.from(JSON.stringify(payload)),
  });
  const opened = (caseId: string, regionId: string, kind = 'FAULT'): Event => event('CaseOpened', caseId, 1n, {
    caseId, kind: `CASE_KIND_${kind}`, channel: 'CASE_CHANNEL_HOTLINE', regionId, lineId: `${regionId}-L${1 + random(8)}`, accountNo: accountNoOf(random(ACCOUNTS)),
    openedAt: new Date(START_MS + random(365 * 86_400) * 1_000).toISOString(),
  });
  return {
    opened,
    next: () => {
      made += 1;
      if (made % 10 === 0 && changed < cases) {
        // Each is changed once at most; the first are as near as they can be, later ones come from well before.
        const n = Math.max(changed, cases - CHANGED_AFTER);
        changed = n + 1;
        const codes = n % 2 ? causes : categories;
        const classification = codes[random(codes.length)]!;
        return event('CaseClassified', `case-${n}`, 2n, { caseId: `case-${n}`, classification, classifiedAt: new Date(START_MS).toISOString() });
      }
      const n = cases++;
      return opened(`case-${n}`, `R${1 + random(6)}`, n % 2 ? 'FAULT' : 'CONSULTATION');
    },
  };
}
