/**
 * What people told the desk is sealed before it is committed. The key is the customer's where the account is known, so
 * that erasing a customer erases all that was said in any of his cases without looking for them; it is the case's own
 * where the caller is nobody we know. Other free text has the key of what it is about.
 */
import { createHmac, createSecretKey } from 'node:crypto';
import { inputHash } from '@youdian/commit-log';
import type { Sealer } from '@youdian/personal-data';

export interface SealedText {
  /** A customerId, a caseId or an outageId. */
  readonly person: string;
  /** Absent where nothing was told. */
  readonly sealed?: Uint8Array;
}

/** Free text by its field; what is empty is not kept. */
type Texts = object;

export interface Sealing {
  sealMany(items: readonly { readonly person: string; readonly told: Texts }[]): Promise<SealedText[]>;
  /** What was told, in order; nothing where its person was erased. */
  openMany(texts: readonly (SealedText | undefined)[]): Promise<Record<string, string>[]>;
  /** Tells one input from another without giving it away: for the commit's input hash. */
  mark(input: object): string;
}

export function createSealing(sealer: Sealer, masterKey: Uint8Array): Sealing {
  const markKey = createSecretKey(masterKey);
  return {
    async sealMany(items) {
      const isSomething = ({ told }: { told: Texts }) => Object.values(told).some((text) => text);
      const texts = items.filter(isSomething).map(({ person, told }) => ({ person, data: told }));
      const sealed = (await sealer.sealMany(texts)).values();
      return items.map((item) => ({ person: item.person, ...(isSomething(item) && { sealed: Buffer.from(sealed.next().value!) }) }));
    },
    async openMany(texts) {
      const sealed = texts.flatMap((text, index) => (text?.sealed ? [{ person: text.person, sealed: text.sealed, index }] : []));
      const opened = new Map((await sealer.openMany<Record<string, string>>(sealed)).map((part, at) => [sealed[at]!.index, part]));
      return texts.map((_, index) => {
        const part = opened.get(index);
        return part === undefined || part === 'erased' ? {} : part;
      });
    },
    mark: (input) => createHmac('sha256', markKey).update(inputHash(input)).digest('hex'),
  };
}

/** Decided open, committed sealed: `text` is what the decision kept, sealed before, for a decision does not wait. */
export function withSealed<E>(events: readonly { readonly kept?: unknown }[], text: SealedText): E[] {
  return events.map((event) => (event.kept ? { ...event, kept: text } : event) as E);
}
