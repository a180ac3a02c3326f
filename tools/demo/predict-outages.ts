/** The outages that the statistics must see, from the town's past and the day's script. */
import { type Town } from '../town/town.ts';
import { type CancelOutageStep, type CorrectOutageStep, type OutageStep, type RestoreStep } from './script.ts';

export interface OutageFact {
  readonly regionId: string;
  readonly lineId: string;
  readonly planned: boolean;
  readonly cause: string;
  readonly equipment: string;
  readonly startedAt: Date;
  readonly customersAffected: number;
  readonly steps: readonly { readonly restoredAt: Date; readonly customersRestored: number }[];
}

export class PredictedOutages {
  readonly #past: readonly OutageFact[];
  readonly #ofTheDay = new Map<string, OutageFact>();
  readonly #regionOf: ReadonlyMap<string, string>;

  constructor(town: Town) {
    this.#past = town.outages;
    this.#regionOf = new Map(town.lines.map(({ lineId, regionId }) => [lineId, regionId]));
  }

  get facts(): readonly OutageFact[] {
    return [...this.#past, ...this.#ofTheDay.values()];
  }

  take(step: OutageStep | RestoreStep | CorrectOutageStep | CancelOutageStep): void {
    const before = this.#ofTheDay.get(step.ref);
    if (step.do === 'outage') {
      const { do: _, ref, ...facts } = step;
      this.#ofTheDay.set(ref, { ...facts, regionId: this.#regionOf.get(step.lineId)!, steps: [] });
    } else if (!before) {
      throw new Error(`the script speaks of outage ${step.ref} before it is recorded`);
    } else if (step.do === 'restore') {
      const left = before.customersAffected - before.steps.reduce((sum, { customersRestored }) => sum + customersRestored, 0);
      this.#ofTheDay.set(step.ref, { ...before, steps: [...before.steps, { restoredAt: step.restoredAt, customersRestored: step.customersRestored ?? left }] });
    } else if (step.do === 'cancel-outage') {
      this.#ofTheDay.delete(step.ref);
    } else {
      const { customersAffected, equipment, startedAt } = step;
      this.#ofTheDay.set(step.ref, { ...before, customersAffected, equipment, startedAt, steps: before.steps.map((one) => ({ ...one, customersRestored: customersAffected })) });
    }
  }
}
