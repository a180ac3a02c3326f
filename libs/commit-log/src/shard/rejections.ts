import { Rejected } from '@youdian/rejection';

/** This instance does not write the shard (yet, or any more): its lease says whom to try. */
export function notOwner(shard: string): Rejected {
  return new Rejected({
    kind: 'unavailable', code: 'SHARD_NOT_HERE',
    zh: `分片 ${shard} 正在切换，请用同一幂等键重试`, en: `Shard ${shard} is changing hands: retry with the same key.`,
  });
}
