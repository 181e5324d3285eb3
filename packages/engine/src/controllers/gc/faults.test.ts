import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Client,
  configMaps,
  createClient,
  type KubeObject,
  namespaces,
  openCache,
  type OwnerReference,
  systemClock,
} from '@fairlead/kube';
import { seededRandom } from '@fairlead/kube/testing';
import { startEngine } from '../../engine.ts';
import { openFaults, until } from '../faults.fixture.ts';
import { startControllers } from '../index.ts';

const namespace = 'team';
const policies = ['Foreground', 'Background', 'Orphan'] as const;

/** Three heads, one for each policy; each has children, and those have children. */
const heads = policies.map((policy) => policy.toLowerCase());

const make = async (
  client: Client,
  name: string,
  owners: readonly KubeObject[] = [],
): Promise<KubeObject> => {
  const ownerReferences = owners.map(
    ({ metadata }): OwnerReference => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: metadata.name,
      uid: metadata.uid ?? '',
      blockOwnerDeletion: true,
    }),
  );
  const metadata = { name, namespace, ...(owners.length > 0 && { ownerReferences }) };
  return client.resource(configMaps).create({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
};

async function makeFamilies(client: Client): Promise<void> {
  for (const head of heads) {
    const owner = await make(client, head);
    for (const child of ['a', 'b', 'c']) {
      const parent = await make(client, `${head}-${child}`, [owner]);
      await make(client, `${head}-${child}-1`, [parent]);
    }
  }
}

/** Two that own each other, and one that belongs to a head that goes and to one that stays. */
async function makeTangles(client: Client): Promise<void> {
  const maps = client.resource(configMaps);
  const one = await make(client, 'one');
  const two = await make(client, 'two', [one]);
  const back = { apiVersion: 'v1', kind: 'ConfigMap', name: 'two', uid: two.metadata.uid };
  const ownerReferences = [{ ...back, blockOwnerDeletion: true }];
  await maps.patch({ namespace, name: 'one' }, { type: 'merge', body: { metadata: { ownerReferences } } });
  const stays = await make(client, 'stays');
  const goes = await maps.get({ namespace, name: 'background' });
  await make(client, 'shared', [goes, stays]);
}

/** What must be left, each with its owners. */
const right: readonly string[] = [
  ...['a', 'b', 'c'].flatMap((child) => [`orphan-${child} ←`, `orphan-${child}-1 ← orphan-${child}`]),
  'shared ← stays',
  'stays ←',
];

async function found(client: Client): Promise<readonly string[]> {
  const { items } = await client.resource(configMaps).list({ namespace });
  return items.map(({ metadata }) => {
    const owners = (metadata.ownerReferences ?? []).map(({ name }) => name);
    return `${metadata.name} ← ${owners.join()}`.trim();
  });
}

describe('garbage collection over a bad line', () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it(`takes what nobody owns, and nothing else (seed ${seed})`, async () => {
      await using stack = new AsyncDisposableStack();
      const engine = stack.use(await startEngine({ freeze: true }));
      const person = createClient(engine.transport());
      const random = seededRandom(seed);
      const faults = openFaults(engine.transport(), random, 60);
      const backoff = { first: 1, most: 20 };
      const client = createClient(faults.transport);
      const cache = openCache({ client, clock: systemClock, random, backoff });
      stack.defer(() => cache.close());
      stack.use(startControllers({ cache }));
      const metadata = { name: namespace };
      await person.resource(namespaces).create({ apiVersion: 'v1', kind: 'Namespace', metadata });
      await makeFamilies(person);
      await makeTangles(person);

      const maps = person.resource(configMaps);
      for (const propagationPolicy of policies) {
        await maps.delete({ namespace, name: propagationPolicy.toLowerCase() }, { propagationPolicy });
      }
      await maps.delete({ namespace, name: 'one' }, { propagationPolicy: 'Foreground' });
      const isRight = async () => (await found(person)).join() === right.join();
      await until(isRight, () => found(person));
      assert.ok(faults.count() > 0);

      await person.resource(namespaces).delete(metadata);
      const isGone = async () => (await person.resource(namespaces).find(metadata)) === undefined;
      await until(isGone, () => found(person));
    });
  }
});
