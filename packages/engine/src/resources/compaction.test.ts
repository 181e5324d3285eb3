import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatedClock } from '@fairlead/kube/testing';
import { openFrontDoor } from '../testing/front-door.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const MINUTE = 60_000;

test('History is known for five minutes, and gone after ten', async () => {
  const clock = simulatedClock();
  await using door = await openFrontDoor({ clock });
  const first = await door.post(MAPS, { metadata: { name: 'a' } });
  await door.post(MAPS, { metadata: { name: 'b' } });
  const since = `${MAPS}?watch=1&resourceVersion=${first.body.metadata.resourceVersion}`;
  const types = async (): Promise<readonly string[]> => {
    const watching = await door.watch(since);
    const events = await watching.count(1);
    watching.close();
    return events.map(({ type }) => type);
  };
  clock.advance(5 * MINUTE);
  assert.deepEqual(await types(), ['ADDED']);
  clock.advance(5 * MINUTE);
  assert.deepEqual(await types(), ['ERROR']);
});

test('A list that is read in pages comes to an end however often a page is asked for', async () => {
  const clock = simulatedClock();
  await using door = await openFrontDoor({ clock });
  for (const name of ['a', 'b', 'c']) await door.post(MAPS, { metadata: { name } });
  const { body } = await door.get(`${MAPS}?limit=1`);
  await door.post(MAPS, { metadata: { name: 'd' } });
  const next = `${MAPS}?limit=1&continue=${body.metadata.continue}`;
  assert.equal((await door.get(next)).status, 200);
  clock.advance(4 * MINUTE);
  assert.equal((await door.get(next)).status, 200);
  clock.advance(6 * MINUTE);
  const expired = await door.get(next);
  assert.deepEqual([expired.status, expired.body.reason], [410, 'Expired']);
  const rest = await door.get(`${MAPS}?continue=${expired.body.metadata.continue}`);
  assert.deepEqual(
    rest.body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name),
    ['b', 'c', 'd'],
  );
});
