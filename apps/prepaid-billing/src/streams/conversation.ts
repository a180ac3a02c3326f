import { Rejected, type Rejection } from '@youdian/rejection';
import { bell } from './bell.ts';

interface Numbered {
  readonly index: bigint;
}

const LOOKS = 10;

/** Questions that go to another process in one call, each with an answer of its own, in any order. */
export interface Conversation<Q, A> {
  /** Whether the call has ended, for whatever reason: nothing more can be asked in it. */
  readonly isOver: boolean;
  /** Fails with what the call failed with, or because nothing came for too long: it is not known then whether the question was heard. */
  ask(question: Q): Promise<A>;
  /** Nothing more is asked. What was asked is answered. */
  end(): void;
}

interface Waiting<A> {
  /** The asker's own. */
  readonly index: bigint;
  readonly since: number;
  resolve(answer: A): void;
  reject(error: unknown): void;
}

/** `call`: its answers bear the index of their question, which is not the asker's. `limitMs`: how long a question waits. */
export function converse<Q extends Numbered, A extends Numbered>(call: (questions: AsyncIterable<Q>) => AsyncIterable<A>, limitMs: number): Conversation<Q, A> {
  const waiting = new Map<bigint, Waiting<A>>();
  const asked = bell();
  let unsent: Q[] = [];
  let count = 0n;
  let ended = false;
  let over: { readonly error: unknown } | undefined;
  async function* questions(): AsyncIterable<Q> {
    for (;;) {
      const some = unsent;
      unsent = [];
      yield* some;
      if (unsent.length > 0) continue;
      if (ended) return;
      await asked.heard();
    }
  }
  const listen = async () => {
    for await (const answer of call(questions())) {
      const one = waiting.get(answer.index);
      waiting.delete(answer.index);
      one?.resolve({ ...answer, index: one.index });
    }
  };
  const finish = (error: unknown) => {
    if (over) return;
    over = { error };
    clearInterval(watch);
    ended = true;
    asked.ring();
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  // Who stands still holds up what is asked of the others, too.
  const watch = setInterval(() => {
    const oldest = waiting.values().next().value;
    if (oldest && performance.now() - oldest.since > limitMs) finish(new Rejected(noAnswer));
  }, limitMs / LOOKS);
  listen().then(() => finish(new Rejected(noAnswer)), finish);
  return {
    get isOver() {
      return over !== undefined;
    },
    ask: (question) => new Promise((resolve, reject) => {
      if (over) return reject(over.error);
      const index = (count += 1n);
      waiting.set(index, { index: question.index, since: performance.now(), resolve, reject });
      unsent.push({ ...question, index });
      asked.ring();
    }),
    end: () => {
      ended = true;
      asked.ring();
    },
  };
}

const noAnswer: Rejection = {
  kind: 'unavailable', code: 'SERVICE_UNAVAILABLE',
  zh: '负责该户号的进程没有应答；请稍后用同一个键重试。', en: 'The process that has the account does not answer: retry later with the same key.',
};
