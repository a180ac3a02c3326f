import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * One piece of the archive: what a partition held from offset `first` to before `next`. Records are in `file`; absent, there
 * was none but Progress, or, with `missing`, they were gone from Kafka before they were read.
 */
export interface Piece {
  /** Which life of the topic: offsets begin anew where a cluster or a topic is made anew. */
  readonly log: string;
  readonly topic: string;
  readonly partition: number;
  readonly first: bigint;
  readonly next: bigint;
  readonly file?: string | undefined;
  readonly records: number;
  readonly sha256?: string | undefined;
  readonly missing?: boolean | undefined;
}

/** True where all that one piece holds is in another, wider one, so that its own file is needed no more. */
export function covers(wider: Piece, piece: Piece): boolean {
  return wider.file !== undefined && piece.file !== undefined && wider.file !== piece.file && wider.log === piece.log && wider.topic === piece.topic && wider.partition === piece.partition
    && wider.first <= piece.first && wider.next >= piece.next;
}

const DIGITS = 19;
const NAME = /^(.+)-(\d+)-(\d{19})-(\d{19})\.parquet$/;
/** Not yet whole: removed at the next start. */
const UNFINISHED = /\.parquet\.part$/;

/** `<log>/<topic>-<partition>-<first>-<last>.parquet` */
export function fileOf({ log, topic, partition, first, next }: Pick<Piece, 'log' | 'topic' | 'partition' | 'first' | 'next'>): string {
  const digits = (offset: bigint): string => String(offset).padStart(DIGITS, '0');
  return join(log, `${topic}-${partition}-${digits(first)}-${digits(next - 1n)}.parquet`);
}

/** Files that are whole but were not catalogued before a crash; what is not whole is removed. */
export async function wholeFiles(folder: string, log: string): Promise<Pick<Piece, 'log' | 'topic' | 'partition' | 'first' | 'next' | 'file'>[]> {
  const names = await readdir(join(folder, log)).catch(() => []);
  for (const name of names) if (UNFINISHED.test(name)) await rm(join(folder, log, name));
  return names.flatMap((name) => {
    const [, topic, partition, first, last] = NAME.exec(name) ?? [];
    return topic ? [{ log, topic, partition: Number(partition), first: BigInt(first!), next: BigInt(last!) + 1n, file: join(log, name) }] : [];
  });
}

/** The file is whole and there, or not there at all, also after the power went off. */
export async function putInPlace(part: string, file: string): Promise<void> {
  await sync(part);
  await rename(part, file);
  await sync(join(file, '..'));
}

/** Makes a file, or a folder's list of files, durable. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}
