/** Keeps the events beyond Kafka's retention, in a process and a consumer group of its own: facts never wait for it. */
import { constants, setPriority } from 'node:os';
import { connect } from '@youdian/messaging';
import { createLogger } from '@youdian/telemetry';
import { inputOf, tell } from '../helper/helper.ts';
import { PARTITIONS, TOPICS } from '../topics.ts';
import type { ArchiveInput, FromArchive, ToArchive } from './archive.ts';
import { ArchiveWriter } from './writer.ts';

const LOOK_EVERY_MS = 250;
const MAX_WAIT_MS = 1_000;

const { brokers, group, folder, logLevel, limits } = inputOf<ArchiveInput>();
const log = createLogger('analytics-archive', logLevel);
// Kafka keeps what is not archived yet; so facts and answers come first where the machine is busy.
setPriority(constants.priority.PRIORITY_LOW);
// Whatever goes wrong: the next start reads on where the catalogue ends.
const giveUp = (error: unknown): void => {
  log.error({ err: error }, 'the archive stops and starts again');
  process.exit(1);
};
process.on('unhandledRejection', giveUp);

const writer = await ArchiveWriter.open(folder, () => performance.now(), limits);
const kafka = connect({ brokers, clientId: 'analytics-archive', log });
let turn: Promise<unknown> = Promise.resolve();
const alone = <T>(work: () => Promise<T>): Promise<T> => {
  const mine = turn.then(work);
  turn = mine.catch(giveUp);
  return mine;
};

kafka.run({
  group, topics: TOPICS, maxWaitMs: MAX_WAIT_MS,
  startAt: async (assigned) => {
    const clusterId = await kafka.clusterId();
    const ranges = new Map<string, { earliest: bigint; latest: bigint }>();
    for (const topic of TOPICS) for (const { partition, ...range } of await kafka.offsets(topic)) ranges.set(`${topic}/${partition}`, range);
    return alone(async () => {
      const positions = [];
      for (const { topic, partition } of assigned) positions.push({ topic, partition, offset: await writer.startAt(clusterId, topic, partition, ranges.get(`${topic}/${partition}`)!) });
      return positions;
    });
  },
  onBatch: ({ topic, partition, records, next }) => alone(() => writer.take(topic, partition, records, next)),
});

let wanted: ToArchive | undefined;
process.on('message', (message) => { wanted = message as ToArchive; });

/** Whoever asked is told when all that he wants has come in and is written. */
async function look(): Promise<void> {
  const asked = wanted;
  const came = asked?.through.every(({ topic, partition, offset }) => writer.taken(topic, partition) >= offset);
  await alone(() => writer.flush(came));
  await alone(() => writer.merge());
  const next: FromArchive['next'] = [];
  for (const topic of TOPICS) for (let partition = 0; partition < PARTITIONS; partition++) next.push({ topic, partition, offset: writer.written(topic, partition) });
  tell({ next, pieces: writer.pieces.length, missing: writer.pieces.filter(({ missing }) => missing).length } satisfies FromArchive);
  if (came && wanted === asked) wanted = undefined;
}
for (;;) {
  await look();
  await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}
