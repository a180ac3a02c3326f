import type { Event, Publisher } from '@youdian/messaging';

/** Stands in for Kafka: keeps what was published, in order, and can be made to fail. */
export class RecordingPublisher implements Publisher {
  readonly events: Event[] = [];
  readonly progressed: { topic: string; through: Date; after: number }[] = [];
  failing: Error | undefined;

  async publish(events: readonly Event[]): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.failing) throw this.failing;
    this.events.push(...events);
  }

  async progress(topic: string, through: Date): Promise<void> {
    if (this.failing) throw this.failing;
    this.progressed.push({ topic, through, after: this.events.length });
  }

  /** Subjects with their sequences in the order of first publication; throws when one is skipped. */
  sequences(): Map<string, bigint> {
    return gaplessSequences(this.events);
  }
}

/** What a consumer ends up with that takes the next sequence and ignores repeats. */
export function gaplessSequences(events: readonly Event[]): Map<string, bigint> {
  const last = new Map<string, bigint>();
  for (const { topic, subject, sequence } of events) {
    const before = last.get(`${topic}|${subject}`) ?? 0n;
    if (sequence > before + 1n) throw new Error(`${subject} jumps from ${before} to ${sequence}`);
    if (sequence === before + 1n) last.set(`${topic}|${subject}`, sequence);
  }
  return last;
}
