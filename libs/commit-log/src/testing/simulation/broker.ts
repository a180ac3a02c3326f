import type { Event, Publisher } from '@youdian/messaging';
import type { Faults } from './faults.ts';
import type { Network } from './network.ts';
import type { SimulatedProcess } from './process.ts';

const PARTITIONS = 3;
const PUBLISH_TIMEOUT_MS = 3_000;
const CALM = { lost: 0, replyLost: 0, twice: 0, late: 0 };
const CHANCE = { lost: 0.03, unacknowledged: 0.03, inPart: 0.03, twice: 0.03 };

/** A broker, and a consumer behind it that takes the next sequence of each subject, ignores repeats, and notes what must not be. */
export class SimulatedBroker {
  /** By topic and subject, the events in the order of their sequences. */
  readonly taken = new Map<string, Event[]>();
  readonly wrongs: string[] = [];
  readonly #network: Network;
  readonly #faults: Faults;

  constructor(network: Network, faults: Faults) {
    this.#network = network;
    this.#faults = faults;
  }

  /** Acknowledges what it took, mostly. */
  publisher(process: SimulatedProcess): Publisher {
    return {
      publish: (events) => this.#network.call<void>(process, CALM, PUBLISH_TIMEOUT_MS, (answer, fail) => this.#serve(events, answer, fail)),
      progress: async () => {},
    };
  }

  #serve(events: readonly Event[], answer: (nothing: void) => void, fail: (error: Error) => void): void {
    if (this.#faults.happens('publish lost', CHANCE.lost)) return fail(new Error('the broker is away'));
    if (this.#faults.happens('publish in part', CHANCE.inPart)) {
      // A partition takes its records in order, or none after the first that it did not take.
      const some = events.filter(({ subject }) => partitionOf(subject) !== 0);
      this.#take(some);
      return fail(new Error('a partition has no leader'));
    }
    this.#take(events);
    if (this.#faults.happens('publish twice', CHANCE.twice)) this.#take(events);
    if (this.#faults.happens('publish unacknowledged', CHANCE.unacknowledged)) return fail(new Error('the connection broke'));
    answer();
  }

  #take(events: readonly Event[]): void {
    for (const event of events) {
      const { topic, subject, sequence } = event;
      const subjectKey = `${topic}|${subject}`;
      const before = this.taken.get(subjectKey) ?? [];
      if (before.length === 0) this.taken.set(subjectKey, before);
      const index = Number(sequence) - 1;
      if (index > before.length) this.wrongs.push(`events of ${subjectKey} jump from ${before.length} to ${sequence}`);
      else if (index === before.length) before.push(event);
      else if (!sameEvent(before[index]!, event)) this.wrongs.push(`event ${sequence} of ${subjectKey} came in two versions: ${before[index]!.id} and ${event.id}`);
    }
  }
}

export function sameEvent(a: Event, b: Event): boolean {
  return a.id === b.id && a.type === b.type && a.sequence === b.sequence && Buffer.compare(a.data, b.data) === 0;
}

function partitionOf(subject: string): number {
  let sum = 0;
  for (const letter of subject) sum += letter.codePointAt(0)!;
  return sum % PARTITIONS;
}
