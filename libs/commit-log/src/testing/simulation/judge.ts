import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Event } from '@youdian/messaging';
import type { ShardCommit } from '../../shard/commit.ts';
import type { ShardDefinition } from '../../shard/definition.ts';
import { sameEvent } from './broker.ts';
import { outcomeOn, type Observation } from './observation.ts';
import type { Workload } from './workload.ts';

/** What a shard must be, going by its log alone. */
export interface Verdict<S, P> {
  readonly state: S;
  readonly postings: readonly P[];
}

/**
 * Reads a shard's log as nobody else does, without any code of the shard but the machine itself, and holds against it
 * what was answered. @throws Error that says what does not fit.
 */
export function judgeShard<S, P>(
  workload: Workload<S, P>, shard: number, log: readonly ShardCommit[], observations: readonly Observation<S, P>[],
): Verdict<S, P> {
  const definition = workload.definition(shard);
  const postings = unpack(definition, log);
  const state = definition.machine.initial();
  const effects = new Set<string>();
  const bench = new Bench(definition, postings, observations);
  bench.look(state, 0);
  for (const [index, posting] of postings.entries()) {
    definition.machine.apply(state, posting);
    workload.check(state, posting);
    const effect = workload.effectOf(posting);
    if (effect !== undefined && effects.has(effect)) throw new Error(`${definition.shard}: ${effect} has two effects`);
    if (effect !== undefined) effects.add(effect);
    bench.look(state, index + 1);
  }
  bench.close();
  return { state, postings };
}

function unpack<P>({ shard, codec }: ShardDefinition<any, P>, log: readonly ShardCommit[]): P[] {
  const postings: P[] = [];
  let epoch = 0;
  let hash = '';
  for (const [index, commit] of log.entries()) {
    const { seq, kind, body, count, first } = commit;
    const decoded = kind === 'batch' ? codec.decode(body) : [];
    const expected = createHash('sha256').update(`${hash}|${commit.epoch}|${kind}|`).update(body).digest('hex');
    const problem =
      seq !== index + 1 ? `stands at place ${index + 1}`
      : kind === 'takeover' && commit.epoch <= epoch ? `takes over with epoch ${commit.epoch} after ${epoch}`
      : kind === 'batch' && commit.epoch !== epoch ? `is of epoch ${commit.epoch} in epoch ${epoch}`
      : expected !== commit.hash ? 'does not follow by its hash'
      : decoded.length !== count || (kind === 'batch' && first !== postings.length + 1) ? 'counts its postings wrongly'
      : undefined;
    if (problem) throw new Error(`${shard}: commit ${seq} ${problem}`);
    postings.push(...decoded);
    ({ epoch, hash } = commit);
  }
  return postings;
}

/** The answers that wait for a state on which they are right. Each must find one between its question and itself. */
class Bench<S, P> {
  readonly #definition: ShardDefinition<S, P>;
  readonly #places = new Map<string, number>();
  readonly #coming: Observation<S, P>[];
  #open: Observation<S, P>[] = [];

  constructor(definition: ShardDefinition<S, P>, postings: readonly P[], observations: readonly Observation<S, P>[]) {
    this.#definition = definition;
    for (const [index, posting] of postings.entries()) this.#places.set(this.#text(posting), index);
    this.#coming = observations.toSorted((a, b) => b.from - a.from);
  }

  /** The state after the first `count` postings. */
  look(state: S, count: number): void {
    while (this.#coming.length > 0 && this.#coming.at(-1)!.from <= count) this.#open.push(this.#coming.pop()!);
    if (this.#open.length === 0) return;
    const waiting: Observation<S, P>[] = [];
    for (const observation of this.#open) {
      if (this.#isRight(observation, state, count)) continue;
      if (observation.to <= count) throw new Error(this.#complaint(observation));
      waiting.push(observation);
    }
    this.#open = waiting;
  }

  close(): void {
    const left = this.#open[0] ?? this.#coming[0];
    if (left) throw new Error(this.#complaint(left));
  }

  #isRight(observation: Observation<S, P>, state: S, count: number): boolean {
    const { postings, to } = observation;
    // What was posted must stand right here, and all of it before the answer.
    if (postings.some((posting, index) => this.#places.get(this.#text(posting)) !== count + index)) return false;
    if (count + postings.length > to) return false;
    return isDeepStrictEqual(outcomeOn(state, observation), observation.outcome);
  }

  #text(posting: P): string {
    return Buffer.from(this.#definition.codec.encode([posting])).toString('latin1');
  }

  #complaint({ process, outcome, postings, from, to }: Observation<S, P>): string {
    const what = `${postings.length} postings, answered ${inWords(outcome)}`;
    return `${this.#definition.shard}: ${process} answered what was never so between postings ${from} and ${to}: ${what}`;
  }
}

function inWords(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => (typeof part === 'bigint' ? `${part}` : part))?.slice(0, 300) ?? 'nothing';
}

/** All that the log's postings say must have reached the broker, gapless, and nothing else. */
export function judgeEvents<P>(definitions: readonly ShardDefinition<any, P>[], logs: readonly (readonly ShardCommit[])[], taken: ReadonlyMap<string, readonly Event[]>): void {
  const expected = new Map<string, Event[]>();
  for (const [index, { shard, source, codec, events }] of definitions.entries()) {
    for (const commit of logs[index]!) {
      const drafts = commit.kind === 'batch' ? codec.decode(commit.body).flatMap((posting) => [...events(posting, commit)]) : [];
      for (const [n, draft] of drafts.entries()) {
        const key = `${draft.topic}|${draft.subject}`;
        const mine = expected.get(key) ?? [];
        if (mine.length === 0) expected.set(key, mine);
        mine.push({ ...draft, id: `${shard}:${commit.seq}:${n}`, source });
        if (Number(draft.sequence) !== mine.length) throw new Error(`event ${draft.sequence} of ${key} is the ${mine.length}th in the log`);
      }
    }
  }
  for (const [key, events] of expected) {
    const came = taken.get(key) ?? [];
    if (came.length !== events.length) throw new Error(`of ${key} ${came.length} events came, of ${events.length}`);
    for (const [n, event] of events.entries()) if (!sameEvent(event, came[n]!)) throw new Error(`event ${n + 1} of ${key} came as ${came[n]!.id}, not ${event.id}`);
  }
  for (const key of taken.keys()) if (!expected.has(key)) throw new Error(`events of ${key} came that are in no log`);
}
