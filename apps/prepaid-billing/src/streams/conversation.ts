import { bell } from './bell.ts';

interface Numbered {
  readonly index: bigint;
}

/** Questions that go to another process in one call, each with an answer of its own, in any order. */
export interface Conversation<Q, A> {
  /** Whether the call has ended, for whatever reason: nothing more can be asked in it. */
  readonly isOver: boolean;
  /** Fails with what the call failed with: it is not known then whether the question was heard. */
  ask(question: Q): Promise<A>;
  /** Nothing more is asked. What was asked is answered. */
  end(): void;
}

/** `call`: the answers bear the index of their question; whatever indices the questions have is kept. */
export function converse<Q extends Numbered, A extends Numbered>(call: (questions: AsyncIterable<Q>) => AsyncIterable<A>): Conversation<Q, A> {
  const waiting = new Map<bigint, { readonly index: bigint; readonly resolve: (answer: A) => void; readonly reject: (error: unknown) => void }>();
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
    over = { error };
    ended = true;
    asked.ring();
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  listen().then(() => finish(new Error('the call ended before all was answered')), finish);
  return {
    get isOver() {
      return over !== undefined;
    },
    ask: (question) => new Promise((resolve, reject) => {
      if (over) return reject(over.error);
      const index = (count += 1n);
      waiting.set(index, { index: question.index, resolve, reject });
      unsent.push({ ...question, index });
      asked.ring();
    }),
    end: () => {
      ended = true;
      asked.ring();
    },
  };
}
