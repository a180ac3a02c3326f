export { openCommitLog, type CommitLog, type CommitLogOptions } from './log/commit-log.ts';
export type { Commit, StoredEvent } from './log/commit.ts';
export { inputHash } from './log/input-hash.ts';
export {
  openAggregates, type AggregateStore, type BulkItem, type BulkOutcome, type Command, type Decide, type Decision, type Executed,
  type HistoryEntry,
} from './aggregate/store.ts';
export type { AggregateDefinition, DomainEvent, EventMessage, ReadDocument } from './aggregate/definition.ts';
export type { FindOptions, Found, Page } from './aggregate/read-model.ts';
export { idFromKey } from './aggregate/id-from-key.ts';
export { startRelay, type Relay } from './relay/relay.ts';
export type { ProgressSource, RelayLimits, RelayOptions } from './relay/options.ts';
export { Lease } from './relay/lease.ts';
export { openHistory, type PartHistory } from './history.ts';
export { openShard, type Shard, type ShardOptions } from './shard/shard.ts';
export { shareShards, type Sharing } from './shard/sharing.ts';
export { SHARD_LIMITS, type EventDraft, type ShardDefinition, type ShardLimits } from './shard/definition.ts';
export type { ShardDecide, ShardDecision } from './shard/writer.ts';
export type { ShardCommit } from './shard/commit.ts';
export { dumpShard, type DumpLine } from './shard/dump.ts';
export type { ShardHistory } from './shard/shard-history.ts';
export { verifyShard, type KnownHead, type Verdict, type Verification } from './shard/verify.ts';
export { mongoShardStore } from './shard/mongo-store.ts';
export { shardProgress } from './shard/position.ts';
export type { ShardStore } from './shard/store.ts';
