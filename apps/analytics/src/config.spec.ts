import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statisticsWith } from './catalogue/statistics.ts';
import { config } from './config.ts';
import { answer } from './query/answer.ts';
import { readQuestion } from './query/question.ts';
import { StatisticsUnderTest } from './testing/statistics-under-test.ts';
import { Story } from './testing/story.ts';

const minutes = config.RESTORE_COMMITMENT_MINUTES;

test('what a company promises is whole minutes, up to a week; it is 225 where it says nothing', () => {
  assert.deepEqual([minutes.parse(undefined), minutes.parse('60')], [225, 60]);
  for (const wrong of ['', '0', '-5', '3 h', '90.5', '10081']) assert.ok(!minutes.safeParse(wrong).success, wrong);
});

test('a fault counts as restored in time by the promise of the company, and the definition says which', async () => {
  const story = new Story();
  const statistics = await new StatisticsUnderTest(story).start();
  for (const [id, restored] of [['f1', '2026-11-02T01:00:00Z'], ['f2', '2026-11-02T02:00:00Z']] as const) {
    story.opened(id, { kind: 'FAULT', openedAt: '2026-11-02T00:00:00Z' });
    story.resolved(id, restored, 1);
  }
  await statistics.arrives();
  const question = readQuestion({ statistic: 'faults', groupBy: ['hour'], measures: ['withinCommitment'], from: '', to: '' }, statisticsWith({ restoreCommitmentMinutes: 60 }));
  assert.deepEqual((await answer(statistics.store, question)).rows[0]!.values, ['0.5']);
  assert.match(question.measures[0]!.formula[1], /within the 60 minutes/);
  assert.deepEqual(await statistics.table('faults', { measures: ['withinCommitment'] }), [': 1.0']);
  await statistics.stop();
});
