import { openMemoryStore } from './memory.ts';
import { describeStore } from './store.conformance.ts';

describeStore('in memory', {
  durable: false,
  fixture: () => ({ open: openMemoryStore, dispose: async () => {} }),
});
