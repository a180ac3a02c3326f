import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { covers, sync, type Piece } from './files.ts';

const NAME = 'catalogue.jsonl';

/** What is archived: a line a piece, appended after its file is in place. */
export class Catalogue {
  readonly folder: string;
  pieces: readonly Piece[];
  readonly #next = new Map<string, bigint>();
  readonly #lines: FileHandle;

  /** For the one process that writes. A line that a crash cut short is left out: its file is found again. */
  static async open(folder: string): Promise<Catalogue> {
    await mkdir(folder, { recursive: true });
    const pieces = await readCatalogue(folder);
    const path = join(folder, NAME);
    await writeFile(`${path}.part`, pieces.map(toLine).join(''));
    await sync(`${path}.part`);
    await rename(`${path}.part`, path);
    await sync(folder);
    return new Catalogue(folder, pieces, await open(path, 'a'));
  }

  private constructor(folder: string, pieces: readonly Piece[], lines: FileHandle) {
    this.folder = folder;
    this.pieces = pieces;
    this.#lines = lines;
    for (const piece of pieces) this.#remember(piece);
  }

  /** Everything before is archived, or noted as missing; undefined before the first piece. */
  next(log: string, topic: string, partition: number): bigint | undefined {
    return this.#next.get(keyOf({ log, topic, partition }));
  }

  async add(piece: Piece): Promise<void> {
    await this.#lines.appendFile(toLine(piece));
    await this.#lines.datasync();
    this.pieces = [...this.pieces.filter((other) => !covers(piece, other)), piece];
    this.#remember(piece);
  }

  close(): Promise<void> {
    return this.#lines.close();
  }

  #remember(piece: Piece): void {
    const known = this.#next.get(keyOf(piece));
    if (known === undefined || piece.next > known) this.#next.set(keyOf(piece), piece.next);
  }
}

/** For whoever reads, also while another process writes. Ranges without a file are kept once, the newest; what a later piece covers is in it. */
export async function readCatalogue(folder: string): Promise<Piece[]> {
  const path = join(folder, NAME);
  if (!existsSync(path)) return [];
  const pieces: Piece[] = [];
  const empty = new Map<string, Piece>();
  for (const line of (await readFile(path, 'utf8')).split('\n')) {
    const piece = fromLine(line);
    if (!piece) continue;
    if (piece.file || piece.missing) pieces.push(piece);
    else empty.set(keyOf(piece), piece);
  }
  return [...withoutCovered(pieces), ...empty.values()];
}

function withoutCovered(pieces: readonly Piece[]): Piece[] {
  const widest = new Map<string, Piece>();
  const covered = new Set<Piece>();
  for (const piece of pieces.toSorted((a, b) => Number(a.first - b.first) || Number(b.next - a.next))) {
    const before = widest.get(keyOf(piece));
    if (before && covers(before, piece)) covered.add(piece);
    else if (piece.file && (!before || piece.next > before.next)) widest.set(keyOf(piece), piece);
  }
  return pieces.filter((piece) => !covered.has(piece));
}

export function keyOf({ log, topic, partition }: Pick<Piece, 'log' | 'topic' | 'partition'>): string {
  return `${log}/${topic}/${partition}`;
}

function toLine({ first, next, ...rest }: Piece): string {
  return `${JSON.stringify({ ...rest, first: String(first), next: String(next) })}\n`;
}

function fromLine(line: string): Piece | undefined {
  try {
    const { first, next, ...rest } = JSON.parse(line);
    return { ...rest, first: BigInt(first), next: BigInt(next) };
  } catch {
    return undefined;
  }
}
