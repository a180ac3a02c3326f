import { withSpan } from '@youdian/telemetry';
import { Backoff } from './backoff.ts';
import { isUnavailable, Poison, reasonOf } from './errors.ts';
import type { ReceivedEvent } from './event.ts';
import { retried } from './metrics.ts';

const RETRY_MAX_MS = 2_000;

/** An event that goes to the dead letters. */
export class Failure {
  readonly reason: string;
  readonly attempts: number;

  constructor(reason: string, attempts: number) {
    this.reason = reason;
    this.attempts = attempts;
  }
}

export type Attempt<E> = (event: ReceivedEvent) => E[] | Failure | Promise<E[] | Failure>;

export interface HandlingOptions<E> {
  readonly group: string;
  handle(event: ReceivedEvent): E[] | Promise<E[]>;
  readonly attempts: number;
  readonly retryFirstMs: number;
  readonly traced?: boolean | undefined;
}

/** Tries a handler on an event: poison fails at once, what is away is thrown on, anything else is tried a few times. */
export function attemptHandling<E>({ group, handle, attempts, retryFirstMs, traced }: HandlingOptions<E>): Attempt<E> {
  const again = async (event: ReceivedEvent, firstError: unknown): Promise<E[] | Failure> => {
    const backoff = new Backoff({ firstMs: retryFirstMs, maxMs: RETRY_MAX_MS });
    let error = firstError;
    for (let tried = 1; ; tried++) {
      if (error instanceof Poison) return new Failure(reasonOf(error), tried);
      if (isUnavailable(error)) throw error;
      if (tried >= attempts) return new Failure(reasonOf(error), tried);
      retried.inc({ group });
      await backoff.wait();
      try {
        return await handle(event);
      } catch (next) {
        error = next;
      }
    }
  };

  const inSpan = (event: ReceivedEvent): Promise<E[] | Failure> => {
    const attributes = {
      'messaging.system': 'kafka', 'messaging.destination.name': event.topic, 'messaging.consumer.group.name': group,
      'messaging.message.id': event.id, 'messaging.kafka.offset': Number(event.offset),
    };
    const span = { kind: 'consumer', parent: event.traceparent, attributes } as const;
    return withSpan(`consume ${event.topic}`, span, () => handle(event)).catch((error: unknown) => again(event, error));
  };

  return (event) => {
    if (traced && event.traceparent) return inSpan(event);
    try {
      const outcome = handle(event);
      return outcome instanceof Promise ? outcome.catch((error: unknown) => again(event, error)) : outcome;
    } catch (error) {
      return again(event, error);
    }
  };
}
