import type { Db } from 'mongodb';
import { STORED } from '../log/commit-log.ts';
import { isDuplicateKey } from '@youdian/mongo-outcome';
import type { LeaseRecord, Leases } from './lease.ts';

interface LeaseDocument extends LeaseRecord {
  readonly _id: string;
}

export function mongoLeases(db: Db): Leases {
  const leases = db.collection<LeaseDocument>('leases', STORED);
  return {
    take: async (name, lease, now) => {
      try {
        const mineOrFree = { _id: name, $or: [{ owner: lease.owner }, { until: { $lt: now } }] };
        await leases.updateOne(mineOrFree, { $set: lease }, { upsert: true });
        return true;
      } catch (error) {
        // Upsert could not insert since someone else's is there.
        if (!isDuplicateKey(error)) throw error;
        return false;
      }
    },
    release: async (name, owner) => void (await leases.deleteOne({ _id: name, owner })),
    find: async (name) => (await leases.findOne({ _id: name })) ?? undefined,
    live: async (now) => new Map((await leases.find({ until: { $gt: now } }).toArray()).map(({ _id, ...lease }) => [_id, lease])),
  };
}
