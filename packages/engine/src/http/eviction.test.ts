import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FrontDoor, openFrontDoor } from '../testing/front-door.ts';

const core = '/api/v1/namespaces/default';
const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';

const openWithPods = async (names: readonly string[], disruptionsAllowed: number): Promise<FrontDoor> => {
  const door = await openFrontDoor();
  const container = { name: 'main', image: 'main' };
  for (const name of names) {
    await door.post(`${core}/pods`, {
      metadata: { name, labels: { app: 'a' } },
      spec: { automountServiceAccountToken: false, containers: [container] },
    });
    await door.post(`${core}/pods/${name}/binding`, { metadata: { name }, target: { name: 'here' } });
    const conditions = [{ type: 'Ready', status: 'True' }];
    await door.patch(`${core}/pods/${name}/status`, { status: { phase: 'Running', conditions } });
  }
  const selector = { matchLabels: { app: 'a' } };
  await door.post(budgets, { metadata: { name: 'b' }, spec: { maxUnavailable: 1, selector } });
  await door.patch(`${budgets}/b/status`, { status: { observedGeneration: 1, disruptionsAllowed } });
  return door;
};

const evict = (door: FrontDoor, name: string) =>
  door.post(`${core}/pods/${name}/eviction`, { metadata: { name } });

test('Of two evictions at once only one takes the last of the budget', async () => {
  await using door = await openWithPods(['one', 'two'], 1);
  const answers = await Promise.all([evict(door, 'one'), evict(door, 'two')]);
  assert.deepEqual(
    answers.map(({ status }) => status).sort((a, b) => a - b),
    [201, 429],
  );
  const { status } = (await door.get(`${budgets}/b`)).body;
  assert.equal(status.disruptionsAllowed, 0);
  assert.equal(Object.keys(status.disruptedPods).length, 1);
});

test('An eviction without a budget to pay for it is refused with the cause, and the pod stays', async () => {
  await using door = await openWithPods(['one'], 0);
  const { status, body } = await evict(door, 'one');
  assert.equal(status, 429);
  assert.equal(body.details.causes[0].reason, 'DisruptionBudget');
  assert.equal((await door.get(`${core}/pods/one`)).body.metadata.deletionTimestamp, undefined);
});
