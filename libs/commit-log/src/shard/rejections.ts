import { Rejected } from '@youdian/rejection';

/** What the answer depends on is not in memory, and could not be read. */
export function notRead(): Rejected {
  return new Rejected({
    kind: 'unavailable', code: 'NOT_READ',
    zh: '暂时查不到该幂等键以前是否用过，请用同一幂等键重试', en: 'Whether this key was used before cannot be looked up at the moment: retry with the same key.',
  });
}

/** This instance does not write the shard (yet, or any more): its lease says whom to try. */
export function notOwner(shard: string): Rejected {
  return new Rejected({
    kind: 'unavailable', code: 'SHARD_NOT_HERE',
    zh: `分片 ${shard} 正在切换，请用同一幂等键重试`, en: `Shard ${shard} is changing hands: retry with the same key.`,
  });
}
