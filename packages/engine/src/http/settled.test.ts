import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../store/group-commit.ts';
import type { Journal } from '../store/journal.ts';
import { openFrontDoor } from '../testing/front-door.ts';

const collection = '/api/v1/namespaces/default/configmaps';
const body = { metadata: { name: 'a' }, data: { text: 'same' } };

test('What a write under way decides is told when that write is durable, and not at all when it is lost', async () => {
  let commit = (): Promise<void> => Promise.resolve();
  const journal: Journal = {
    open: async () => ({ records: [], compacted: 0 }),
    commit: () => commit(),
    reopen: async () => ({ records: [], compacted: 0 }),
    close: async () => {},
  };
  await using door = await openFrontDoor({ store: await openStore(journal) });
  for (const outcome of ['durable', 'lost'] as const) {
    const disk = Promise.withResolvers<void>();
    commit = () => disk.promise;
    const answers: number[] = [];
    const asked = [
      door.post(collection, body),
      // The same once more, as a creation and as a replacement that changes nothing.
      door.post(collection, body),
      door.put(`${collection}/a`, body),
      door.put(`${collection}/a`, { ...body, metadata: { name: 'a', resourceVersion: '1' } }),
    ].map(async (answer) => void answers.push((await answer).status));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(answers, [], 'nobody is told before');
    commit = () => Promise.resolve();
    if (outcome === 'durable') disk.resolve();
    else disk.reject(new Error('EIO'));
    await Promise.all(asked);
    const expected = outcome === 'durable' ? [200, 201, 409, 409] : [500, 500, 500, 500];
    assert.deepEqual(
      answers.toSorted((a, b) => a - b),
      expected,
    );
    await door.delete(`${collection}/a`);
  }
});
