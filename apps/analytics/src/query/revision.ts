import { notARevision, olderEpoch, pageTokenWrong, revisionAhead } from './rejections.ts';

const REVISION = /^(\d{1,15})\.(\d{1,15})$/;

/** The transaction of a revision that may be asked again; undefined for the newest one. Throws `Rejected`. */
export function counterOf(field: string, revision: string, current: string): bigint | undefined {
  if (revision === '' || revision === current) return undefined;
  const asked = REVISION.exec(revision);
  if (!asked) throw notARevision(field, revision);
  const [, epoch, counter] = REVISION.exec(current)!;
  if (BigInt(asked[1]!) !== BigInt(epoch!)) throw olderEpoch(field, revision, current);
  if (BigInt(asked[2]!) > BigInt(counter!)) throw revisionAhead(field, revision, current);
  return BigInt(asked[2]!);
}

/** Where a page begins, and of which revision it is: all pages of one question are of one revision. */
export interface Page {
  readonly revision: string;
  readonly offset: number;
}

export function pageToken({ revision, offset }: Page, print: string): string {
  return Buffer.from(`${revision} ${offset} ${print}`).toString('base64url');
}

/** Undefined for the first page. */
export function readPageToken(token: string, print: string): Page | undefined {
  if (token === '') return undefined;
  const [, revision, offset, of] = /^(\d+\.\d+) (\d{1,9}) (\S+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (!revision || of !== print) throw pageTokenWrong();
  return { revision, offset: Number(offset) };
}
