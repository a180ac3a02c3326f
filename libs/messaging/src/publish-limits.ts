export interface PublishLimits {
  /** One record batch. kafkajs copies a batch's list once per record, so that larger ones cost more than they save. */
  readonly batchRecords: number;
  /** Below the broker's `message.max.bytes` of 1 MiB, headers and framing included. */
  readonly batchBytes: number;
  /** Above either, publish() waits before it queues. */
  readonly queuedRecords: number;
  readonly queuedBytes: number;
  /** Each has one request in flight per broker; partitions share them. */
  readonly producers: number;
  readonly drainMs: number;
  /** How long a busy partition's records wait for others to be sent with: each send costs as much as many records. */
  readonly lingerMs: number;
}
