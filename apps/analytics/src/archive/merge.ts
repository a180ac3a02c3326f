import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { faultPoint } from '@youdian/fault-points';
import { fileOf, putInPlace, sha256Of, type Piece } from './files.ts';

export interface MergeLimits {
  /** So many small files of a partition, one after the other, become one. */
  readonly mergeFiles: number;
  /** So large does one become; a quarter of it is small no more. */
  readonly mergeBytes: number;
}

/** The first pieces, one after the other, that are many and small; all are of one partition. */
export async function piecesToMerge(folder: string, pieces: readonly Piece[], { mergeFiles, mergeBytes }: MergeLimits): Promise<Piece[]> {
  if (pieces.length < mergeFiles) return [];
  const gaps = pieces.filter(({ missing }) => missing);
  let run: Piece[] = [];
  let bytes = 0;
  for (const piece of pieces.filter(({ file }) => file).sort((a, b) => Number(a.first - b.first))) {
    const { size } = await stat(join(folder, piece.file!));
    const small = size < mergeBytes / 4;
    const apart = gaps.some(({ first, next }) => run.length > 0 && first < piece.first && next > run.at(-1)!.first);
    if (!small || apart || bytes + size > mergeBytes) {
      if (run.length >= mergeFiles) return run;
      [run, bytes] = [[], 0];
    }
    if (!small) continue;
    run.push(piece);
    bytes += size;
  }
  return run.length >= mergeFiles ? run : [];
}

/** One file that holds what these hold, whole and in place; undefined where one of them is not what was archived. */
export async function merged(connection: DuckDBConnection, folder: string, run: readonly Piece[]): Promise<Piece | undefined> {
  const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`;
  let next = run[0]!.first;
  const parts: string[] = [];
  for (const piece of run) {
    const path = join(folder, piece.file!);
    if (await sha256Of(path) !== piece.sha256) return undefined;
    parts.push(`FROM read_parquet(${quoted(path)}) WHERE record_offset >= ${next}`); // they may overlap
    if (piece.next > next) next = piece.next;
  }
  const { log, topic, partition, first } = run[0]!;
  const file = fileOf({ log, topic, partition, first, next });
  const path = join(folder, file);
  const [[records]] = (await connection.runAndReadAll(`COPY (${parts.join(' UNION ALL ')}) TO ${quoted(`${path}.part`)} (FORMAT parquet, COMPRESSION zstd)`)).getRows() as [[bigint]];
  faultPoint('archive.merged-not-synced');
  const sha256 = await sha256Of(`${path}.part`);
  await putInPlace(`${path}.part`, path);
  faultPoint('archive.merged-not-catalogued');
  return { log, topic, partition, first, next, records: Number(records), file, sha256 };
}
