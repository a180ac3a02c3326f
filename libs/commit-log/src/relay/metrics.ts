import { Gauge, Histogram, metrics } from '@youdian/telemetry';

export const openCommits = new Gauge({
  name: 'youdian_open_commits', help: 'Commits not yet projected and published, as of the last sweep', registers: [metrics],
});

export const publishLagMs = new Histogram({
  name: 'youdian_commit_to_published_ms', help: 'From a commit to the acknowledgement of its events, milliseconds',
  buckets: [2, 5, 10, 20, 50, 100, 250, 1_000, 5_000, 30_000], registers: [metrics],
});
