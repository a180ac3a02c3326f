import type { Collection, Db } from 'mongodb';
import type { FanOut, Position } from './fan-out.ts';
import type { Notice } from './notices.ts';

export const FAN_OUTS = 'fan_outs';
/** Looked at at once; there are a handful. */
const OPEN_MAX = 500;

export interface FanOutStore {
  /** The oldest of each subject that has some left, so that what came first is told first. */
  heads(): Promise<FanOut[]>;
  /** All that was ever to be told of a subject. */
  noticesOf(subject: string): Promise<Notice[]>;
  /** Unless somebody else has gone on from there. */
  move(fanOut: FanOut, to: Position & { readonly done: boolean }): Promise<void>;
}

/** They are put there by the inbox, together with the position of their event. */
export async function openFanOuts(db: Db): Promise<FanOutStore> {
  const fanOuts: Collection<FanOut> = db.collection(FAN_OUTS);
  await fanOuts.createIndex({ subject: 1, sequence: 1 }, { partialFilterExpression: { done: false } });
  await fanOuts.createIndex({ subject: 1 });
  return {
    async heads() {
      const open = (await fanOuts.find({ done: false }).sort({ subject: 1, sequence: 1 }).limit(OPEN_MAX).toArray()) as FanOut[];
      return open.filter(({ subject }, i) => subject !== open[i - 1]?.subject);
    },
    async noticesOf(subject) {
      return (await fanOuts.find({ subject }).toArray()).flatMap(({ notices }) => notices);
    },
    async move({ _id, target, after }, to) {
      await fanOuts.updateOne({ _id, target, after }, { $set: to });
    },
  };
}
