/** A customer (客户): a person or organisation that owns one or more accounts. */
import type { CustomerKind, CustomerRegistered, CustomerUpdated } from '@youdian/contracts-customer/events';

export type Language = 'zh' | 'en';

/** Personal data: open only while something is decided or answered, sealed wherever it is stored. */
export interface Person {
  readonly name: string;
  readonly phone: string;
  /** The language of messages to this customer. */
  readonly language: Language;
}

/** `P` is the personal part: open (`Person`) in decisions, sealed in commits and documents. */
export interface Customer<P = Person> {
  readonly customerId: string;
  readonly kind: CustomerKind;
  readonly personal: P;
}

/** `kept` stays in the commit; only `data` is published. */
export type CustomerEvent<P = Person> =
  | { readonly type: 'CustomerRegistered'; readonly data: CustomerRegistered; readonly kept: P }
  | { readonly type: 'CustomerUpdated'; readonly data: CustomerUpdated; readonly kept: P };

export function evolve<P>(_state: Customer<P> | undefined, event: CustomerEvent<P>): Customer<P> {
  return { customerId: event.data.customerId, kind: event.data.kind, personal: event.kept };
}
