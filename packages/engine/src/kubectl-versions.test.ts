import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { needsKubectl, openKubectl } from './testing/kubectl.ts';

// One object under several names: versions and groups that are converted.

const options = needsKubectl;
const client = await openKubectl(process.env['PATH']);
after(() => client[Symbol.asyncDispose]());

const kubectl = (...args: string[]): Promise<string> => client.run(...args);

// Of a short name kubectl forgets the version.
test('an autoscaler is shown and changed in both versions', options, async () => {
  const scaler = {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      maxReplicas: 3,
      targetCPUUtilizationPercentage: 50,
    },
  };
  await kubectl('apply', '-f', await client.file('scaler.json', scaler));
  assert.match(
    await kubectl('get', 'horizontalpodautoscalers.v1.autoscaling'),
    /Deployment\/web +cpu: <unknown>\/50% +1 +3/,
  );
  assert.match(await kubectl('get', 'hpa'), /Deployment\/web +cpu: <unknown>\/50% +1 +3/);
  const target = 'jsonpath={.spec.metrics[0].resource.target.averageUtilization}';
  assert.equal(await kubectl('get', 'hpa', 'web', '-o', target), '50');
  await kubectl('patch', 'hpa', 'web', '--type=merge', '-p', '{"spec":{"maxReplicas":5}}');
  const shown = 'jsonpath={.apiVersion} {.spec.maxReplicas} {.spec.targetCPUUtilizationPercentage}';
  assert.equal(
    await kubectl('get', 'horizontalpodautoscalers.v1.autoscaling', 'web', '-o', shown),
    'autoscaling/v1 5 50',
  );
});

test('an event is shown in both groups', options, async () => {
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'web.1', namespace: 'default' },
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'web' },
    type: 'Warning',
    reason: 'Failed',
    message: 'It does not run.',
  };
  await kubectl('create', '-f', await client.file('event.json', event));
  assert.match(await kubectl('get', 'events.events.k8s.io'), /Warning +Failed +pod\/web +It does not run\./);
  const path = 'jsonpath={.items[*].note}';
  const about = ['--field-selector', 'regarding.name=web', '-o', path];
  assert.equal(await kubectl('get', 'events.events.k8s.io', ...about), 'It does not run.');
  await kubectl('delete', 'events.events.k8s.io', 'web.1');
  assert.equal(await kubectl('get', 'events', '-o', 'name'), '');
});
