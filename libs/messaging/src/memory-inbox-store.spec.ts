import { inboxContract } from './inbox-contract.ts';
import { MemoryInboxStore } from './memory-inbox-store.ts';

inboxContract('memory', async () => {
  const store = new MemoryInboxStore<string>();
  return {
    store, reopened: async () => store, effect: (id) => id, effects: async () => store.effects,
    progress: async (topic, partition) => store.progress.get(`${topic}/${partition}`), close: async () => {},
  };
});
