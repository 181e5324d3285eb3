// The automations of examples/automation on a real Kubernetes: the tests that they have, pointed at another API.
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { run } from '../acceptance/platform.ts';
import { missingComponents } from './components.ts';
import { startControlPlane } from './control-plane.ts';

test('the automations do on a real Kubernetes what they do on the engine', {
  skip: missingComponents('etcd', 'kube-apiserver', 'kube-controller-manager'),
  timeout: 240_000,
}, async () => {
  await using plane = await startControlPlane();
  await plane.startControllers();
  const root = `${import.meta.dirname}/../..`;
  // One after the other: two of them would define the same kind and take it away again.
  const files = globSync('examples/automation/*/*.test.ts', { cwd: root });
  const { NODE_TEST_CONTEXT: _, ...own } = process.env;
  const env = { ...own, FAIRLEAD_TEST_KUBECONFIG: plane.kubeconfig };
  const { status, text } = await run(
    process.execPath,
    ['--test', '--test-concurrency=1', '--test-timeout=60000', ...files],
    {
      cwd: root,
      env,
    },
  );
  assert.equal(status, 0, text);
});
