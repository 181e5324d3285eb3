import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtinKind } from '../schema/builtin.ts';
import { strategicMergePatch } from './strategic.ts';

const deployment = builtinKind('apps.v1.Deployment');
const pod = builtinKind('core.v1.Pod');
const inPod = (spec: object) => ({ spec });

const rows: readonly (readonly [string, object, object, object])[] = [
  [
    'lists merge by key, new items come first as in the patch',
    { containers: [{ name: 'a', image: '1' }] },
    {
      containers: [
        { name: 'b', image: '2' },
        { name: 'a', command: ['x'] },
      ],
    },
    {
      containers: [
        { name: 'b', image: '2' },
        { name: 'a', image: '1', command: ['x'] },
      ],
    },
  ],
  [
    '$patch: delete takes an item out',
    { containers: [{ name: 'a' }, { name: 'b' }] },
    { containers: [{ name: 'a', $patch: 'delete' }] },
    { containers: [{ name: 'b' }] },
  ],
  [
    '$patch: replace in a list throws the old items away',
    { containers: [{ name: 'a' }, { name: 'b' }] },
    { containers: [{ name: 'c' }, { $patch: 'replace' }] },
    { containers: [{ name: 'c' }] },
  ],
  [
    '$patch: replace in an object',
    { securityContext: { runAsUser: 1, fsGroup: 2 } },
    { securityContext: { runAsUser: 3, $patch: 'replace' } },
    { securityContext: { runAsUser: 3 } },
  ],
  [
    '$patch: delete of an object',
    { securityContext: { runAsUser: 1 } },
    { securityContext: { $patch: 'delete' } },
    { securityContext: {} },
  ],
  [
    '$setElementOrder puts the merged list in order',
    { containers: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
    {
      $setElementOrder_: 0,
      '$setElementOrder/containers': [{ name: 'c' }, { name: 'b' }, { name: 'a' }],
      containers: [{ name: 'b', image: 'x' }],
    },
    { $setElementOrder_: 0, containers: [{ name: 'c' }, { name: 'b', image: 'x' }, { name: 'a' }] },
  ],
  [
    '$retainKeys drops what it does not name',
    { volumes: [{ name: 'v', emptyDir: {} }] },
    { volumes: [{ name: 'v', hostPath: { path: '/x' }, $retainKeys: ['name', 'hostPath'] }] },
    { volumes: [{ name: 'v', hostPath: { path: '/x' } }] },
  ],
  [
    'an atomic list is replaced',
    { containers: [{ name: 'a', args: ['x', 'y'] }] },
    { containers: [{ name: 'a', args: ['z'] }] },
    { containers: [{ name: 'a', args: ['z'] }] },
  ],
  ['null removes', { hostname: 'x', nodeName: 'n' }, { hostname: null }, { nodeName: 'n' }],
];

for (const [name, before, patch, after] of rows) {
  test(`strategic merge: ${name}`, () => {
    const [document, change] = [inPod(before), inPod(patch)];
    const kept = JSON.stringify([document, change]);
    assert.deepEqual(strategicMergePatch(pod, document, change), { value: inPod(after) });
    assert.equal(JSON.stringify([document, change]), kept);
  });
}

test('$deleteFromPrimitiveList takes items out of a list of strings', () => {
  const document = { metadata: { finalizers: ['a', 'b', 'c'] } };
  const patch = { metadata: { '$deleteFromPrimitiveList/finalizers': ['b'], finalizers: ['d'] } };
  assert.deepEqual(strategicMergePatch(pod, document, patch), {
    value: { metadata: { finalizers: ['d', 'a', 'c'] } },
  });
});

test('a patch with an item without its key is refused', () => {
  const document = { spec: { template: { spec: { containers: [{ name: 'a' }] } } } };
  const patch = { spec: { template: { spec: { containers: [{ image: 'x' }] } } } };
  assert.deepEqual(strategicMergePatch(deployment, document, patch), {
    error: { code: 500, reason: '', message: 'map: map[image:x] does not contain declared merge key: name' },
  });
  const wrong = { spec: { $retainKeys: 'x' } };
  assert.deepEqual(strategicMergePatch(deployment, document, wrong), {
    error: { code: 400, reason: 'BadRequest', message: 'invalid patch format of retainKeys' },
  });
});
