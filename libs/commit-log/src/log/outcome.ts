import { DATABASE_AWAY, isDatabaseAway } from '@youdian/mongo-outcome';
import { Rejected } from '@youdian/rejection';

/** The store did not say, or not clearly: it may have happened, it may yet, and it can be asked again. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/** So that callers hear "retry" and not of a failure inside. */
export async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof Unanswered || isDatabaseAway(error) ? new Rejected(DATABASE_AWAY) : error;
  }
}
