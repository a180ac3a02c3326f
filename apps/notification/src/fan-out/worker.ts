import { faultPoint } from '@youdian/fault-points';
import { Rejected } from '@youdian/rejection';
import type { Clock, Logger } from '@youdian/telemetry';
import type { MessageRequest } from '../message/decide.ts';
import { after, requestsFor, targetOf, type FanOut, type Page } from './fan-out.ts';
import type { FanOutStore } from './store.ts';

const SWEEP_EVERY_MS = 1_000;
/** While something waits for messages to go out. */
const LOOK_AGAIN_MS = 200;
/** While so many messages wait for the SMSC no page is added, so that what is told to one does not wait behind what is told to all. */
export const WAITING_MAX = 200;

export interface FanOutParts {
  readonly store: Pick<FanOutStore, 'heads' | 'move'>;
  /** A bounded page of a line's accounts, by number. Throws Rejected. */
  readonly accountsOfLine: (lineId: string, pageToken: string) => Promise<Page>;
  /** Durable when it resolves; the same request again changes nothing. */
  readonly queue: (requests: readonly MessageRequest[]) => Promise<void>;
  /** How many messages wait to be sent, up to `limit`; of one route only, if given. */
  readonly waiting: (limit: number, routeId?: string) => Promise<number>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Works off what is to be told to many: a page of each at a time, in turns. Any process may, and several at once. */
export class FanOutWorker {
  readonly #parts: FanOutParts;
  readonly #sweep: NodeJS.Timeout;
  #again: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #trouble: string | undefined;

  constructor(parts: FanOutParts) {
    this.#parts = parts;
    this.#sweep = setInterval(() => this.wake(), SWEEP_EVERY_MS);
  }

  /** Hint that there is something new; the sweep finds it without. */
  wake(): void {
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  /** Why it does not get on; undefined while it does. */
  problem(): string | undefined {
    return this.#trouble;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#sweep);
    clearTimeout(this.#again);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { store, log } = this.#parts;
    try {
      let heads = await store.heads();
      for (let moved = true; moved && heads.length > 0 && !this.#stopped; heads = await store.heads()) {
        moved = false;
        for (const head of heads) if (!this.#stopped && (await step(head, this.#parts))) moved = true;
      }
      if (heads.length > 0 && !this.#stopped) this.#again = setTimeout(() => this.wake(), LOOK_AGAIN_MS);
      this.#trouble = undefined;
    } catch (error) {
      this.#trouble = `cannot tell those on a route: ${(error as Error).message}`;
      log.warn({ problem: (error as Error).message }, 'a notice to many waits');
    }
  }
}

/** One page; false where it has to wait. A crash between its writes repeats the page, which changes nothing. */
export async function step(fanOut: FanOut, { store, accountsOfLine, queue, waiting, clock, log }: Omit<FanOutParts, 'log'> & { readonly log: Pick<Logger, 'warn'> }): Promise<boolean> {
  const target = targetOf(fanOut);
  if (!target || target.notice.until <= clock()) {
    await store.move(fanOut, after(fanOut));
    return true;
  }
  if ((await waiting(WAITING_MAX)) >= WAITING_MAX) return false;
  // What was told of the route before has to be out first: two texts at the SMSC's door may change places.
  const isFirst = fanOut.target === 0 && fanOut.after === '';
  if (isFirst && (await waiting(1, fanOut.subject)) > 0) return false;
  const page = await pageOf(target.lineId, fanOut.after, accountsOfLine, log);
  await queue(requestsFor(fanOut, target, page.accountNos));
  faultPoint('fan-out.queued-not-moved');
  await store.move(fanOut, after(fanOut, page));
  return true;
}

/** A line that there is not has no accounts: it must not hold up the others. */
async function pageOf(lineId: string, pageToken: string, accountsOfLine: FanOutParts['accountsOfLine'], log: Pick<Logger, 'warn'>): Promise<Page> {
  try {
    return await accountsOfLine(lineId, pageToken);
  } catch (error) {
    if (!(error instanceof Rejected) || error.rejection.kind !== 'unknown') throw error;
    log.warn({ lineId }, 'nobody is told on a line that is not known');
    return { accountNos: [], nextPageToken: '' };
  }
}
