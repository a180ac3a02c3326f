/** `<2-digit shard>-<shard sequence>` */
export function postingId(shard: number, sequence: number): string {
  return `${shard.toString().padStart(2, '0')}-${sequence}`;
}

/** The shard's count of postings when this one was made. */
export function shardSequence(id: string): number {
  return Number(id.slice(id.indexOf('-') + 1));
}

export function isPostingId(text: string): boolean {
  return /^\d{2}-[1-9]\d{0,14}$/.test(text);
}
