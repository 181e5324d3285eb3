import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Answer, type FrontDoor, openFrontDoor } from '../testing/front-door.ts';

const collection = '/api/v1/namespaces/default/configmaps';

/** A write between two pages: of an object that may be there or not. */
const write = fc.record({ name: fc.integer({ min: 0, max: 20 }), removes: fc.boolean() });
const scene = fc.record({
  names: fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { maxLength: 15 }),
  limit: fc.integer({ min: 1, max: 6 }),
  between: fc.array(fc.array(write, { maxLength: 4 }), { maxLength: 15 }),
});

const act = async (door: FrontDoor, { name, removes }: { name: number; removes: boolean }): Promise<void> => {
  const path = `${collection}/map-${name}`;
  const body = { metadata: { name: `map-${name}` }, data: { now: String(Math.random()) } };
  if (removes) await door.delete(path);
  else if ((await door.put(path, body)).status === 404) await door.post(collection, body);
};

test('Pages are together the list as it was at the first of them, whatever is written between them', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async ({ names, limit, between }) => {
      await using door = await openFrontDoor();
      for (const name of names) await act(door, { name, removes: false });
      const { body: whole } = await door.get(collection);
      const items: unknown[] = [];
      let page: Answer = await door.get(`${collection}?limit=${limit}`);
      for (const writes of [...between, ...Array.from({ length: 21 }, () => [])]) {
        const { metadata } = page.body;
        assert.equal(metadata.resourceVersion, whole.metadata.resourceVersion);
        items.push(...page.body.items);
        assert.equal(metadata.remainingItemCount ?? 0, whole.items.length - items.length);
        if (metadata.continue === undefined) break;
        assert.equal(page.body.items.length, limit);
        for (const one of writes) await act(door, one);
        page = await door.get(`${collection}?limit=${limit}&continue=${metadata.continue}`);
      }
      assert.deepEqual(items, whole.items);
    }),
    { numRuns: 25 },
  );
});
