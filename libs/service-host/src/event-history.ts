import { EventHistoryServiceService, type HistoryEvent } from '@youdian/contracts-platform/event_history';
import type { Event, History } from '@youdian/messaging';
import { connectService } from './grpc-client.ts';
import { implement, query, type Implementation } from './grpc-method.ts';

const READERS = ['service', 'integrator', 'admin'];

/** Offers an owner's history to the others. */
export function eventHistoryService(history: History): Implementation {
  return implement(EventHistoryServiceService, {
    read: query(READERS, async function* (request) {
      for await (const event of history.read(request.topic, request.subject, request.fromSequence)) {
        yield { event: historyEventOf(event) };
      }
    }),
    readAll: query(READERS, async function* (request) {
      for await (const { event, cursor } of history.readAll(request.topic, request.cursor || undefined)) {
        yield { event: historyEventOf(event), cursor };
      }
    }),
  });
}

/** An owner's history, asked over gRPC. `actor` is the asking service: `service:analytics`. */
export function remoteHistory(address: string, actor: string): History & { close(): void } {
  const owner = connectService(EventHistoryServiceService, address);
  return {
    async *read(topic, subject, fromSequence) {
      for await (const { event } of owner.read({ topic, subject, fromSequence }, { actor })) yield fromMessage(topic, event!);
    },
    async *readAll(topic, cursor = '') {
      for await (const { event, cursor: next } of owner.readAll({ topic, cursor }, { actor })) {
        yield { event: fromMessage(topic, event!), cursor: next };
      }
    },
    close: () => owner.close(),
  };
}

/** An event as history answers it. */
export function historyEventOf(event: Event): HistoryEvent {
  const { id, source, type, subject, sequence, time, traceparent = '', data, extensions = {} } = event;
  return { id, source, type, subject, sequence, time, traceparent, data: Buffer.from(data), extensions: { ...extensions } };
}

function fromMessage(topic: string, message: HistoryEvent): Event {
  const { traceparent, time, ...rest } = message;
  return { ...rest, topic, time: time!, ...(traceparent ? { traceparent } : {}) };
}
