// Kubernetes' own controllers, not ours, at work on the engine.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createClient, type Deployment, deployments, nodes, replicaSets } from '@fairlead/kube';
import { openHttp, parseKubeconfig } from '@fairlead/kube/http';
import { eventually } from '../acceptance/processes.ts';
import { missingComponents } from './components.ts';
import { startForeign } from './foreign.ts';

const skip = missingComponents('kube-controller-manager', 'kwok');

const REVISION = 'deployment.kubernetes.io/revision';
const key = { namespace: 'default', name: 'web' };

/** Fake nodes have no scheduler: the pods name theirs. */
const web = (image: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: key,
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { nodeName: 'one', containers: [{ name: 'main', image }] },
    },
  },
});

const isRolledOut = ({ metadata, spec, status = {} }: Deployment): boolean =>
  status.observedGeneration === metadata.generation &&
  [status.replicas, status.updatedReplicas, status.availableReplicas].every(
    (count) => count === spec.replicas,
  );

test('The real controller manager and kwok roll out, scale and roll back a Deployment', {
  skip,
}, async () => {
  await using started = new AsyncDisposableStack();
  const foreign = started.use(await startForeign('kubernetes'));
  const http = openHttp(await parseKubeconfig(readFileSync(foreign.kubeconfig, 'utf8'), {}));
  started.defer(() => http.close());
  const client = createClient(http.transport);
  const deployment = client.resource(deployments);
  const rolledOut = (revision: string): Promise<Deployment> =>
    eventually(`revision ${revision} is rolled out`, () => deployment.get(key), {
      holds: (found) => isRolledOut(found) && found.metadata.annotations?.[REVISION] === revision,
      seconds: 60,
    });
  const change = async (spec: object): Promise<void> => {
    await deployment.patch(key, { type: 'merge', body: { spec } });
  };
  const withImage = (image: string) => ({ template: { spec: { containers: [{ name: 'main', image }] } } });

  await client.resource(nodes).create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'one' } });
  await deployment.create(web('app:1'));
  await rolledOut('1');
  await change({ replicas: 5 });
  assert.equal((await rolledOut('1')).status?.availableReplicas, 5);
  await change(withImage('app:2'));
  await rolledOut('2');
  await change(withImage('app:1'));
  await rolledOut('3');

  const { items } = await client.resource(replicaSets).list({ namespace: 'default' });
  const shown = items.map(({ metadata, spec, status }) => ({
    revision: metadata.annotations?.[REVISION],
    image: spec.template?.spec?.containers[0]?.image,
    available: status?.availableReplicas ?? 0,
  }));
  assert.deepEqual(
    shown.sort((a, b) => Number(a.revision) - Number(b.revision)),
    [
      { revision: '2', image: 'app:2', available: 0 },
      { revision: '3', image: 'app:1', available: 5 },
    ],
  );
});
