import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FrontDoor, openFrontDoor } from '../../testing/front-door.ts';
import { age, duration } from './age.ts';
import { readPath } from './path.ts';
import { renderSelector } from './selector-text.ts';

const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const template = {
  metadata: { labels: { app: 'web' } },
  spec: {
    containers: [
      { name: 'web', image: 'web:1' },
      { name: 'log', image: 'log:1' },
    ],
  },
};

/** The cells of the first row, by the names of their columns. */
const cellsAt = async (door: FrontDoor, path: string): Promise<Record<string, unknown>> => {
  const { body } = await door.get(path, { accept });
  assert.equal(body.kind, 'Table');
  return Object.fromEntries(
    body.columnDefinitions.map(({ name }: { name: string }, index: number) => [
      name,
      body.rows[0].cells[index],
    ]),
  );
};

const pods = '/api/v1/namespaces/default/pods';

const podStatuses: readonly { readonly title: string; readonly status: object; readonly cells: object }[] = [
  {
    title: 'nothing yet',
    status: { phase: 'Pending' },
    cells: { Ready: '0/2', Status: 'Pending', Restarts: '0' },
  },
  {
    title: 'one of two running',
    status: {
      phase: 'Running',
      podIP: '127.0.0.1',
      podIPs: [{ ip: '127.0.0.1' }],
      containerStatuses: [
        { name: 'web', ready: true, restartCount: 0, image: '', imageID: '', state: { running: {} } },
        {
          name: 'log',
          ready: false,
          restartCount: 3,
          image: '',
          imageID: '',
          state: { waiting: { reason: 'CrashLoopBackOff' } },
        },
      ],
    },
    cells: { Ready: '1/2', Status: 'CrashLoopBackOff', Restarts: '3', IP: '127.0.0.1', Node: '<none>' },
  },
  {
    title: 'an init container that failed',
    status: {
      phase: 'Pending',
      initContainerStatuses: [
        {
          name: 'init',
          ready: false,
          restartCount: 1,
          image: '',
          imageID: '',
          state: { terminated: { exitCode: 3 } },
        },
      ],
    },
    cells: { Ready: '0/2', Status: 'Init:ExitCode:3', Restarts: '1' },
  },
  {
    title: 'an end',
    status: {
      phase: 'Succeeded',
      containerStatuses: [
        {
          name: 'web',
          ready: false,
          restartCount: 0,
          image: '',
          imageID: '',
          state: { terminated: { exitCode: 0, reason: 'Completed' } },
        },
      ],
    },
    cells: { Ready: '0/2', Status: 'Completed' },
  },
];

for (const { title, status, cells } of podStatuses) {
  test(`A pod with ${title} says so in one line`, async () => {
    await using door = await openFrontDoor();
    await door.post(pods, {
      metadata: { name: 'one' },
      spec: { ...template.spec, initContainers: [{ name: 'init', image: 'init' }] },
    });
    await door.patch(`${pods}/one/status`, { status });
    const found = await cellsAt(door, pods);
    for (const [name, cell] of Object.entries(cells)) assert.equal(found[name], cell, name);
  });
}

test('A deployment says how many are ready, and widely of what it is made', async () => {
  await using door = await openFrontDoor();
  const deployments = '/apis/apps/v1/namespaces/default/deployments';
  await door.post(deployments, {
    metadata: { name: 'web' },
    spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template },
  });
  await door.patch(`${deployments}/web/status`, {
    status: { replicas: 3, readyReplicas: 2, updatedReplicas: 3 },
  });
  const { Age: _age, ...cells } = await cellsAt(door, `${deployments}/web`);
  assert.deepEqual(cells, {
    Name: 'web',
    Ready: '2/3',
    'Up-to-date': 3,
    Available: 0,
    Containers: 'web,log',
    Images: 'web:1,log:1',
    Selector: 'app=web',
  });
});

test('A service says where it is reached', async () => {
  await using door = await openFrontDoor();
  const services = '/api/v1/namespaces/default/services';
  const spec = {
    clusterIP: 'None',
    selector: { app: 'web' },
    ports: [
      { port: 80, name: 'a' },
      { port: 53, protocol: 'UDP', name: 'b' },
    ],
  };
  await door.post(services, { metadata: { name: 'web' }, spec });
  const { Age: _age, ...cells } = await cellsAt(door, `${services}/web`);
  assert.deepEqual(cells, {
    Name: 'web',
    Type: 'ClusterIP',
    'Cluster-IP': 'None',
    'External-IP': '<none>',
    'Port(s)': '80/TCP,53/UDP',
    Selector: 'app=web',
  });
});

test('Every built-in kind can be listed as a table', async () => {
  await using door = await openFrontDoor();
  const { body: groups } = await door.get('/apis');
  const bases = [
    '/api/v1',
    ...groups.groups.map(
      ({ preferredVersion }: { preferredVersion: { groupVersion: string } }) =>
        `/apis/${preferredVersion.groupVersion}`,
    ),
  ];
  for (const base of bases) {
    const { body } = await door.get(base);
    for (const { name, verbs } of body.resources as { name: string; verbs: string[] }[]) {
      if (name.includes('/') || !verbs.includes('list')) continue;
      const table = await door.get(`${base}/${name}`, { accept });
      assert.equal(table.body.kind, 'Table', `${base}/${name}`);
    }
  }
});

const ages: readonly (readonly [number, string])[] = [
  [-5000, '<invalid>'],
  [0, '0s'],
  [119_000, '119s'],
  [200_000, '3m20s'],
  [600_000, '10m'],
  [3 * 3600_000, '3h'],
  [3 * 3600_000 + 60_000, '3h1m'],
  [47 * 3600_000, '47h'],
  [100 * 3600_000, '4d4h'],
  [400 * 24 * 3600_000, '400d'],
  [1000 * 24 * 3600_000, '2y270d'],
];

test('Ages are short', () => {
  for (const [milliseconds, text] of ages) assert.equal(duration(milliseconds), text);
  assert.equal(age(undefined, 0), '<unknown>');
});

const object = {
  spec: { list: [{ a: 1 }, { a: 2 }], 'x-y': { 'b.c/d': 'e' } },
  status: {
    conditions: [
      { type: 'A', status: 'True' },
      { type: 'Ready', status: 'False' },
    ],
  },
};

const paths: readonly (readonly [string, unknown[]])[] = [
  ['.spec.list[1].a', [2]],
  ['.spec.list[*].a', [1, 2]],
  ['.spec.list[-1].a', [2]],
  ['{.spec.x-y.b\\.c/d}', ['e']],
  [".spec['x-y']", [{ 'b.c/d': 'e' }]],
  ['.status.conditions[?(@.type=="Ready")].status', ['False']],
  [".status.conditions[?(@.type=='A')].status", ['True']],
  ['.spec.nothing.at.all', []],
  ['.spec[', []],
];

test('Paths of printer columns find what they name', () => {
  for (const [path, found] of paths) assert.deepEqual(readPath(path)(object), found, path);
});

test('Selectors are written as kubectl reads them', () => {
  const expressions = [
    { key: 'b', operator: 'In', values: ['2', '1'] },
    { key: 'c', operator: 'DoesNotExist' },
    { key: 'd', operator: 'Exists' },
  ];
  assert.equal(
    renderSelector({ matchLabels: { a: '1' }, matchExpressions: expressions }),
    'a=1,b in (1,2),!c,d',
  );
  assert.equal(renderSelector({ app: 'web' }), 'app=web');
});
