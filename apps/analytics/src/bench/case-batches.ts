import type { InRecord } from '@youdian/messaging';
import { CATEGORIES, CAUSES } from '../catalogue/names.ts';
import { seeded } from '../testing/large-story.ts';
import { recordOf, Story } from '../testing/story.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const CODES = [...Object.keys(CAUSES), ...Object.keys(CATEGORIES)];
const accountNo = (n: number): string => String(n).padStart(10, '0');

/** Events of cases without end, the same for each run: nine of ten open one, one classifies it. */
export class CaseBatches {
  readonly #random = seeded(1);
  readonly #accounts: number;
  readonly #prefix: string;
  /** How many were opened. */
  cases = 0;
  #offset = 0;

  constructor({ accounts, prefix = 'case' }: { accounts: number; prefix?: string }) {
    this.#accounts = accounts;
    this.#prefix = prefix;
  }

  /** Of the next record. */
  get offset(): bigint {
    return BigInt(this.#offset);
  }

  accountEvents(): InRecord[] {
    const story = new Story();
    for (let n = 0; n < this.#accounts; n++) story.account(accountNo(n), { usageNature: n % 3 ? 'RESIDENTIAL' : 'AGRICULTURAL', kva: n % 1_000, regionId: `R${1 + (n % 6)}`, from: '2025-01-01T00:00:00Z' });
    return this.#recordsOf(story);
  }

  next(events: number): InRecord[] {
    const story = new Story();
    while (story.events.length < events) {
      const n = this.cases++;
      const id = `${this.#prefix}-${n}`;
      const region = 1 + this.#random(6);
      story.opened(id, {
        kind: n % 2 ? 'FAULT' : 'CONSULTATION', openedAt: new Date(START_MS + this.#random(365 * 86_400) * 1_000).toISOString(),
        regionId: `R${region}`, lineId: `R${region}-L${1 + this.#random(8)}`, accountNo: accountNo(this.#random(this.#accounts)),
      });
      if (n % 9 === 0) story.classified(id, CODES[this.#random(CODES.length)]!);
    }
    return this.#recordsOf(story);
  }

  #recordsOf(story: Story): InRecord[] {
    return story.events.map((event) => recordOf(event, this.#offset++));
  }
}
