import type { Clock } from '@youdian/telemetry';
import type { Timers } from '../../relay/timers.ts';
import type { Scheduler } from './scheduler.ts';

/**
 * A process as the world sees it: all that reaches its code (answers, timers, requests) comes in by `enter`. After a
 * crash nothing does any more; during a pause it waits, and comes in order when the process wakes.
 */
export class SimulatedProcess {
  readonly name: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly #scheduler: Scheduler;
  #alive = true;
  #paused = false;
  #waiting: (() => void)[] = [];

  /** `beginning`: what its clock shows when the run begins. */
  constructor(scheduler: Scheduler, name: string, beginning: number) {
    this.name = name;
    this.#scheduler = scheduler;
    this.clock = () => new Date(beginning + scheduler.nowMs);
    this.timers = {
      after: (ms, then) => {
        let off = false;
        const cancel = scheduler.after(ms, () => this.enter(() => off || then()));
        return () => {
          off = true;
          cancel();
        };
      },
      soon: (then) => void scheduler.after(0, () => this.enter(then)),
    };
  }

  get alive(): boolean {
    return this.#alive;
  }

  get paused(): boolean {
    return this.#paused;
  }

  enter(act: () => void): void {
    if (!this.#alive) return;
    if (this.#paused) this.#waiting.push(act);
    else act();
  }

  /** Forgets everything; what it sent is still on its way. */
  crash(): void {
    this.#alive = false;
    this.#waiting = [];
  }

  pause(ms: number): void {
    if (this.#paused || !this.#alive) return;
    this.#paused = true;
    this.#scheduler.after(ms, () => {
      this.#paused = false;
      for (const act of this.#waiting.splice(0)) this.#scheduler.after(0, () => this.enter(act));
    });
  }
}
