import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClient, pods, replicaSets } from '@fairlead/kube';
import { startEngine } from './engine.ts';

const set = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'shop', namespace: 'default' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'shop' } },
    template: {
      metadata: { labels: { app: 'shop' } },
      spec: { containers: [{ name: 'app', image: 'shop:1' }] },
    },
  },
};

describe('an engine with its controllers', () => {
  it('makes pods, and says of those that no node has why', async () => {
    await using engine = await startEngine({ controllers: true });
    const client = createClient(engine.transport());
    await client.resource(replicaSets).create(set);
    const said = new Set<string>();
    for await (const { object } of client.resource(pods).watch({ namespace: 'default' })) {
      const pod = object as { metadata: { name: string }; status?: { conditions?: { message?: string }[] } };
      if (pod.status?.conditions?.[0]?.message === 'no nodes available to schedule pods')
        said.add(pod.metadata.name);
      if (said.size === 2) break;
    }
    assert.equal(said.size, 2);
  });
});
