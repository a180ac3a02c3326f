import { MongoBulkWriteError, MongoError, MongoServerError, type WriteError } from 'mongodb';
import { storeAway } from './rejections.ts';

const DUPLICATE_KEY = 11_000;

/** What the server said of each document of an unordered insertMany. */
export type InsertOutcome = 'inserted' | 'duplicate' | 'unknown' | Error;

/** Maps a failed insertMany to its documents. Anything but a clear word of the server is `unknown`, never a refusal. */
export function outcomesOf(error: unknown, count: number): InsertOutcome[] {
  if (error instanceof MongoBulkWriteError) {
    const writeErrors: WriteError[] = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
    // Without a majority's journal what was inserted may still be rolled back.
    const others: InsertOutcome = error.result.getWriteConcernError() ? 'unknown' : 'inserted';
    if (writeErrors.length === 0 && others === 'inserted') return new Array<InsertOutcome>(count).fill('unknown');
    const outcomes = new Array<InsertOutcome>(count).fill(others);
    for (const writeError of writeErrors) {
      outcomes[writeError.index] =
        writeError.code === DUPLICATE_KEY ? 'duplicate' : new Error(`insert refused (${writeError.code}): ${writeError.errmsg}`);
    }
    return outcomes;
  }
  if (error instanceof MongoError) return new Array<InsertOutcome>(count).fill('unknown');
  return new Array<InsertOutcome>(count).fill(error instanceof Error ? error : new Error(String(error)));
}

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoError && error.code === DUPLICATE_KEY;
}

/** The store did not say, or not clearly: it may have happened, it may yet, and it can be asked again. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

const NOT_PRIMARY_OR_STOPPING = new Set<unknown>([91, 189, 10107, 11600, 11602, 13435, 13436]);

/** Waiting may help: the database cannot be reached, or is changing its primary. */
export function isAway(error: unknown): boolean {
  if (error instanceof MongoServerError) return NOT_PRIMARY_OR_STOPPING.has(error.code);
  return error instanceof MongoError || error instanceof Unanswered;
}

/** So that callers hear "retry" and not of a failure inside. */
export async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw isAway(error) ? storeAway() : error;
  }
}
