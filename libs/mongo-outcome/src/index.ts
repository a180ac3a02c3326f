import { MongoBulkWriteError, MongoError, MongoServerError, type WriteError } from 'mongodb';
import type { Rejection } from '@youdian/rejection';

const DUPLICATE_KEY = 11_000;
const NOT_PRIMARY_OR_STOPPING: readonly unknown[] = [91, 189, 10107, 11600, 11602, 13435, 13436];

/** What callers hear while the database is away. */
export const DATABASE_AWAY: Rejection = {
  kind: 'unavailable',
  code: 'STORE_UNAVAILABLE',
  zh: '数据库暂时没有应答,请稍后用同一个 Idempotency-Key 重试。',
  en: 'The database does not answer at the moment; retry later with the same Idempotency-Key.',
};

/** Whether waiting may help: the database cannot be reached, or is changing its primary. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof MongoServerError)) return error instanceof MongoError;
  // The driver wraps a connection that closes under a bulk write as one of the server's errors, but the server has said no code.
  return error.code === undefined ? error instanceof MongoBulkWriteError : NOT_PRIMARY_OR_STOPPING.includes(error.code);
}

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoError && error.code === DUPLICATE_KEY;
}

/** Whether an unordered bulk write failed only for documents that were there already. */
export function areAllDuplicates(error: unknown): boolean {
  if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError()) return false;
  const failed = writeErrorsOf(error);
  return failed.length > 0 && failed.every(({ code }) => code === DUPLICATE_KEY);
}

/** What the server said of each document of an unordered insertMany. */
export type InsertOutcome = 'inserted' | 'duplicate' | 'unknown' | Error;

/** Maps a failed insertMany to its documents. Anything but a clear word of the server is `unknown`, never a refusal. */
export function outcomesOf(error: unknown, count: number): InsertOutcome[] {
  if (error instanceof MongoBulkWriteError) {
    const writeErrors = writeErrorsOf(error);
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

function writeErrorsOf(error: MongoBulkWriteError): WriteError[] {
  return [error.writeErrors].flat();
}
