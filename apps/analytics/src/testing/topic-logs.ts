import type { InRecord } from '@youdian/messaging';
import { PARTITIONS, TOPICS } from '../topics.ts';
import { largeStory, shuffled } from './large-story.ts';
import { partitionFor, progressOf, recordOf } from './story.ts';

/** For tests: what the topics hold of a large story, by `topic/partition`; the same for the same seed. */
export function topicLogs(seed: number, cases: number): Map<string, InRecord[]> {
  const logs = new Map<string, InRecord[]>();
  for (const topic of TOPICS) for (let partition = 0; partition < PARTITIONS; partition++) logs.set(`${topic}/${partition}`, []);
  for (const [i, event] of shuffled(largeStory({ seed, cases, accounts: 50 }), seed).entries()) {
    const log = logs.get(`${event.topic}/${partitionFor(event)}`)!;
    log.push(recordOf(event, log.length));
    if (i % 10 === 0) log.push(progressOf(event.topic, partitionFor(event), new Date(Date.parse('2026-11-24T00:00:00Z') + i), log.length));
  }
  return logs;
}
