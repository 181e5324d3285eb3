import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Client,
  createClient,
  deployments,
  endpointSlices,
  jobs,
  namespaces,
  nodes,
  openCache,
  type Pod,
  pods,
  services,
  systemClock,
} from '@fairlead/kube';
import { seededRandom } from '@fairlead/kube/testing';
import { startEngine } from '../engine.ts';
import { startScheduler } from '../scheduler/index.ts';
import { openFaults, until } from './faults.fixture.ts';
import { startControllers } from './index.ts';
import { behaviour, startFakeKubelet } from './kubelet.fixture.ts';

const namespace = 'team';

const template = (app: string, behaves: string, restartPolicy = 'Always') => ({
  metadata: { labels: { app }, annotations: { [behaviour]: behaves } },
  spec: { restartPolicy, containers: [{ name: 'app', image: `${app}:1` }] },
});

/** What people ask for; afterwards the template is changed while the line is bad. */
async function declareAll(client: Client): Promise<void> {
  await client
    .resource(namespaces)
    .create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const selector = { matchLabels: { app: 'shop' } };
  const shop = { replicas: 4, selector, template: template('shop', 'serve') };
  const metadata = { name: 'shop', namespace };
  await client
    .resource(deployments)
    .apply({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: shop } as never);
  const spec = { selector: { app: 'shop' }, ports: [{ port: 80, targetPort: 8080 }] };
  await client.resource(services).apply({ apiVersion: 'v1', kind: 'Service', metadata, spec });
  const load = { completions: 3, parallelism: 2, template: template('load', 'succeed', 'Never') };
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'load', namespace }, spec: load };
  await client.resource(jobs).apply(job as never);
  const body = { spec: { template: { metadata: { labels: { version: '2' } } } } };
  await client.resource(deployments).patch(metadata, { type: 'merge', body });
}

/** What there is, as far as it must be right in the end. */
async function found(client: Client): Promise<object> {
  const { items } = await client.resource(pods).list({ namespace });
  const mine = (app: string): readonly Pod[] => items.filter(({ metadata }) => metadata.labels?.app === app);
  const shop = await client.resource(deployments).get({ namespace, name: 'shop' });
  const load = await client.resource(jobs).get({ namespace, name: 'load' });
  const slices = (await client.resource(endpointSlices).list({ namespace })).items;
  return {
    serving: mine('shop').filter(({ metadata }) => metadata.labels?.version === '2').length,
    others: mine('shop').filter(({ metadata }) => metadata.labels?.version !== '2').length,
    ran: mine('load').length - (load.status?.succeeded ?? 0),
    held: items.filter(({ metadata }) => metadata.finalizers !== undefined).length,
    available: shop.status?.availableReplicas,
    succeeded: load.status?.succeeded,
    complete: load.status?.conditions?.some(({ type }) => type === 'Complete') ?? false,
    endpoints: slices.flatMap(({ endpoints }) => endpoints ?? []).length,
  };
}

describe('over a bad line', () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it(`everything comes out right, nothing is doubled (seed ${seed})`, async () => {
      await using stack = new AsyncDisposableStack();
      const engine = stack.use(await startEngine({ freeze: true }));
      const person = createClient(engine.transport());
      const random = seededRandom(seed);
      const faults = openFaults(engine.transport(), random, 40);
      const client = createClient(faults.transport);
      const backoff = { first: 1, most: 20 };
      const cache = openCache({ client, clock: systemClock, random, backoff });
      stack.defer(() => cache.close());
      stack.use(startControllers({ cache }));
      stack.use(startScheduler({ cache }));
      stack.use(startFakeKubelet(cache));
      await person.resource(nodes).create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'one' } });
      const status = { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } };
      await person.resource(nodes).status.patch({ name: 'one' }, { type: 'merge', body: { status } });

      await declareAll(person);
      const right = {
        serving: 4,
        others: 0,
        ran: 0,
        held: 0,
        available: 4,
        succeeded: 3,
        complete: true,
        endpoints: 4,
      };
      const isRight = async (): Promise<boolean> =>
        JSON.stringify(await found(person)) === JSON.stringify(right);
      await until(isRight, () => found(person));
      await person.resource(namespaces).delete({ name: namespace });
      const isGone = async () => (await person.resource(namespaces).find({ name: namespace })) === undefined;
      await until(isGone, () => person.resource(namespaces).get({ name: namespace }));
      assert.ok(faults.count() > 10, `only ${faults.count()} faults`);
    });
  }
});
