import type { Document, IndexDescription } from 'mongodb';

// `any`, for a definition is written against its own types and handled here without them.
export interface DomainEvent<T extends string = string, D = any> {
  readonly type: T;
  readonly data: D;
  /** Stays in the commit and is never published: sealed personal data. */
  readonly kept?: Document;
}

/** What ts-proto generates for a message. */
export interface EventMessage {
  toJSON(message: any): unknown;
  fromJSON(json: any): any;
}

/** One kind of aggregate: a customer, a case, a message. */
export interface AggregateDefinition<S, E extends DomainEvent> {
  /** `case`: streams are `case:<id>`. */
  readonly name: string;
  /** Of the read documents: `cases`. */
  readonly collection: string;
  /** All its events go there, subject = id, sequence = running count of the stream's events. */
  readonly topic: string;
  /** `/youdian/<service>` */
  readonly source: string;
  /** `youdian.desk.v1`: with the event's type it is the CloudEvents type. */
  readonly typePrefix: string;
  /** The payload message of each event type, as the contracts have it. */
  readonly messages: { readonly [T in E['type']]: EventMessage };
  readonly initial: S;
  /** Pure. Sees payloads as they come back from their JSON, so that replayed and fresh states never differ. */
  evolve(state: S, event: E): S;
  /** Raise it when `evolve` or S changes: older read documents are then made anew. Default 1. */
  readonly shape?: number;
  /** Of the read collection; fields are `state.…`. */
  readonly indexes?: readonly IndexDescription[];
}

/** The cache of a state, for lists and for a quick start. Its truth are the commits. */
export interface ReadDocument<S = unknown> {
  readonly _id: string;
  readonly version: number;
  readonly eventCount: number;
  readonly shape: number;
  readonly state: S;
}
