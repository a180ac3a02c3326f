import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toSixDigits } from './testing/figures.ts';
import { randomQuestion, randomStory } from './testing/random-story.ts';
import { recount } from './testing/recount.ts';
import { StatisticsUnderTest } from './testing/statistics-under-test.ts';

const soak = Boolean(process.env['SOAK']);
const seed = Number(process.env['YOUDIAN_SEED'] ?? Date.now() % 1_000_000);

test(`whatever happened and however it arrived, any question is answered as a slow recount of the events would (seed ${seed})`, async () => {
  const delivery = fc.record({ batch: fc.integer({ min: 1, max: 20 }), shuffle: fc.infiniteStream(fc.integer({ min: 0, max: 1_000 })), disorder: fc.constantFrom(1, 8, 1_000), double: fc.boolean(), restartBefore: fc.subarray([1, 2, 3]) });
  // Shrinking takes minutes, a store for each try: ask for it with SHRINK=1 and the seed.
  await fc.assert(fc.asyncProperty(randomStory, delivery, fc.array(randomQuestion, { minLength: 130, maxLength: 130 }), async (story, { batch, shuffle, disorder, double, restartBefore }, questions) => {
    const statistics = await new StatisticsUnderTest(story).start();
    try {
      // Doubled, late, out of order even within a subject: gaps park and heal.
      const sent = [...story.events, ...(double ? story.events : [])].map((event, i) => ({ event, at: i + ((shuffle.next().value as number) % disorder) })).sort((a, b) => a.at - b.at);
      for (let i = 0, batches = 0; i < sent.length; i += batch, batches++) {
        if (restartBefore.includes(batches)) await statistics.restart(); // what came before is known from the facts alone
        await statistics.arrives(sent.slice(i, i + batch).map(({ event }) => event));
      }
      await statistics.heal();
      const counted = recount(story.events);
      for (const question of questions) {
        const answered = toSixDigits(await statistics.table(question.statistic, question)).sort();
        assert.deepEqual(answered, counted(question), JSON.stringify(question));
      }
    } finally {
      await statistics.stop();
    }
  }), { seed, numRuns: soak ? 80 : 8, endOnFailure: process.env['SHRINK'] === undefined });
});
