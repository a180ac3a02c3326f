/**
 * What people told the desk is sealed before it is committed. The key is the customer's where the account is known, so
 * that erasing a customer erases all that was said in any of his cases without looking for them; it is the case's own
 * where the caller is nobody we know.
 */
import { createHmac, createSecretKey } from 'node:crypto';
import { inputHash } from '@youdian/commit-log';
import type { Sealer } from '@youdian/personal-data';
import type { Case, CaseEvent, Told } from './case/state.ts';

export interface SealedText {
  /** A customerId or a caseId. */
  readonly person: string;
  /** Absent where nothing was told. */
  readonly sealed?: Uint8Array;
}

export interface Sealing {
  sealMany(items: readonly { readonly person: string; readonly told: Told }[]): Promise<SealedText[]>;
  /** What was told in a case; empty where its person was erased. */
  open(state: Case<SealedText>): Promise<Told>;
  /** Tells one input from another without giving it away: for the commit's input hash. */
  mark(input: object): string;
}

export function createSealing(sealer: Sealer, masterKey: Uint8Array): Sealing {
  const markKey = createSecretKey(masterKey);
  return {
    async sealMany(items) {
      const isSomething = ({ told }: { told: Told }) => Object.values(told).some((text) => text);
      const texts = items.filter(isSomething).map(({ person, told }) => ({ person, data: told }));
      const sealed = (await sealer.sealMany(texts)).values();
      return items.map((item) => ({ person: item.person, ...(isSomething(item) && { sealed: Buffer.from(sealed.next().value!) }) }));
    },
    async open({ told, resolution }) {
      const texts = [told, resolution].flatMap((text) => (text?.sealed ? [{ person: text.person, sealed: text.sealed }] : []));
      const opened = await sealer.openMany(texts);
      return Object.assign({}, ...opened.filter((part) => part !== 'erased')) as Told;
    },
    mark: (input) => createHmac('sha256', markKey).update(inputHash(input)).digest('hex'),
  };
}

/** Decided open, committed sealed: `text` is what the decision kept, sealed before, for a decision does not wait. */
export function withSealed(events: readonly CaseEvent[], text: SealedText): CaseEvent<SealedText>[] {
  return events.map((event) => (event.kept ? { ...event, kept: text } : event) as CaseEvent<SealedText>);
}
