import { Unanswered } from '../../log/outcome.ts';
import type { Faults } from './faults.ts';
import type { SimulatedProcess } from './process.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** Does what a request asks, when it arrives; answers or fails then or later. */
export type Serve<T> = (answer: (value: T) => void, fail: (error: Error) => void) => void;

/** Probabilities, of one request. */
export interface Weather {
  readonly lost: number;
  readonly replyLost: number;
  readonly twice: number;
  readonly late: number;
}

const LATENCY_MS = { least: 1, most: 5 };
const SLOW = { chance: 0.05, mostMs: 80 };
/** Longer than callers wait, so that what they took for lost arrives after what they sent next. */
export const LATE_MS = { least: 100, most: 4_000 };

/** Carries requests, and does to them what networks do. Who gets no answer is told Unanswered, at once or after a timeout. */
export class Network {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #faults: Faults;

  constructor(scheduler: Scheduler, random: Random, faults: Faults) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#faults = faults;
  }

  call<T>(caller: SimulatedProcess, { lost, replyLost, twice, late }: Weather, timeoutMs: number, serve: Serve<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let open = true;
      const settle = (act: () => void) => caller.enter(() => {
        if (!open) return;
        open = false;
        cancelTimeout();
        act();
      });
      const cancelTimeout = this.#scheduler.after(timeoutMs, () => settle(() => reject(new Unanswered('no answer in time'))));
      const broken = () => this.#scheduler.after(this.latencyMs(), () => settle(() => reject(new Unanswered('connection reset'))));
      const reply = (act: () => void) => this.#scheduler.after(this.latencyMs(), () => settle(act));
      const arrive = (ms: number, answered: boolean) => this.#scheduler.after(ms, () => serve(
        (value) => answered && reply(() => resolve(value)),
        (error) => answered && reply(() => reject(error)),
      ));

      if (this.#faults.happens('request lost', lost)) {
        if (this.#random.chance(0.5)) broken();
      } else if (this.#faults.happens('reply lost', replyLost)) {
        arrive(this.latencyMs(), false);
        if (this.#random.chance(0.5)) broken();
      } else if (this.#faults.happens('reorder', late)) {
        arrive(this.#random.between(LATE_MS.least, LATE_MS.most), true);
        if (this.#random.chance(0.5)) broken();
      } else {
        arrive(this.latencyMs(), true);
        if (this.#faults.happens('duplicate', twice)) arrive(this.#random.between(LATENCY_MS.least, LATE_MS.most), false);
      }
    });
  }

  latencyMs(): number {
    return this.#random.between(LATENCY_MS.least, this.#random.chance(SLOW.chance) ? SLOW.mostMs : LATENCY_MS.most);
  }
}
