import { type Case, get, given, patch, post, together } from '../case.ts';
import { defined } from '../definition.ts';
import { configMap, deployment, deployments, quietPod, widget, widgets } from '../kinds.ts';

const container = (name: string, more: object = {}) => ({ name, image: 'app:1', ...more });
const twoContainers = deployment('a', {
  template: {
    metadata: { labels: { app: 'a' } },
    spec: {
      containers: [
        container('main', {
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
          ports: [{ containerPort: 80 }],
        }),
        container('side', { args: ['x'] }),
      ],
    },
  },
});
const made = given(post(deployments, twoContainers));
const strategic = (body: unknown) => patch({ path: `${deployments}/a`, as: 'strategic' }, body);
const inPod = (spec: object) => ({ spec: { template: { spec } } });
const map = given(post('configmaps', configMap('a', { k: '1', l: '2' })));
const json = (body: unknown) => patch({ path: 'configmaps/a', as: 'json' }, body);
const merge = (body: unknown) => patch({ path: 'configmaps/a', as: 'merge' }, body);

const strategicRows: readonly (readonly [string, unknown])[] = [
  ['changes one container by its name', inPod({ containers: [{ name: 'side', image: 'side:2' }] })],
  ['adds a container', inPod({ containers: [container('new')] })],
  ['deletes a container', inPod({ containers: [{ name: 'side', $patch: 'delete' }] })],
  ['orders containers', inPod({ '$setElementOrder/containers': [{ name: 'side' }, { name: 'main' }] })],
  [
    'orders containers and brings one',
    inPod({
      '$setElementOrder/containers': [{ name: 'new' }, { name: 'side' }, { name: 'main' }],
      containers: [container('new')],
    }),
  ],
  [
    'orders without what it brings',
    inPod({
      '$setElementOrder/containers': [{ name: 'side' }],
      containers: [{ name: 'main', image: 'x:1' }],
    }),
  ],
  ['keeps only some keys of a strategy', { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }],
  [
    'keeps other keys than it brings',
    { spec: { strategy: { $retainKeys: ['type'], rollingUpdate: { maxSurge: 1 } } } },
  ],
  ['replaces a list', inPod({ containers: [container('only'), { $patch: 'replace' }] })],
  ['replaces a map', { spec: { selector: { $patch: 'replace', matchLabels: { app: 'a' } } } }],
  ['deletes by null', { spec: { revisionHistoryLimit: null, replicas: null } }],
  [
    'deletes an environment’s variable',
    inPod({ containers: [{ name: 'main', env: [{ name: 'A', $patch: 'delete' }] }] }),
  ],
  ['lacks the key of an item', inPod({ containers: [{ image: 'x:1' }] })],
  ['has a directive that there is not', inPod({ containers: [{ name: 'main', $patch: 'think' }] })],
];

const jsonRows: readonly (readonly [string, unknown])[] = [
  [
    'adds and removes',
    [
      { op: 'add', path: '/data/m', value: '3' },
      { op: 'remove', path: '/data/k' },
    ],
  ],
  [
    'tests what holds',
    [
      { op: 'test', path: '/data/k', value: '1' },
      { op: 'replace', path: '/data/k', value: '9' },
    ],
  ],
  ['tests what does not hold', [{ op: 'test', path: '/data/k', value: '9' }]],
  [
    'moves and copies',
    [
      { op: 'move', from: '/data/k', path: '/data/n' },
      { op: 'copy', from: '/data/l', path: '/data/o' },
    ],
  ],
  ['removes what is not there', [{ op: 'remove', path: '/data/none' }]],
  ['replaces what is not there', [{ op: 'replace', path: '/data/none', value: '1' }]],
  ['has no list of operations', { op: 'remove', path: '/data/k' }],
  ['has an operation that there is not', [{ op: 'think', path: '/data/k' }]],
  [
    'has an escaped path',
    [
      { op: 'add', path: '/metadata/annotations', value: {} },
      { op: 'add', path: '/metadata/annotations/a~1b~0c', value: 'x' },
    ],
  ],
  ['makes something else of the kind', [{ op: 'replace', path: '/kind', value: 'Secret' }]],
];

const rowsOf = (
  name: string,
  {
    rows,
    before,
    send,
  }: {
    readonly rows: readonly (readonly [string, unknown])[];
    readonly before: Case['steps'][number];
    readonly send: (body: unknown) => Case['steps'][number];
  },
): Case[] =>
  rows.map(([title, body]) => ({
    title: `${name} that ${title}`,
    bullet: 'apply',
    steps: [before, send(body)],
  }));

export const cases: readonly Case[] = [
  together(
    'Strategic merge patches with every directive',
    rowsOf('A strategic merge patch', { rows: strategicRows, before: made, send: strategic }),
    deployments,
  ),
  together('JSON patches', rowsOf('A JSON patch', { rows: jsonRows, before: map, send: json }), 'configmaps'),
  {
    title: 'A strategic merge patch that has a list where a map is',
    bullet: 'apply',
    steps: [made, strategic({ spec: [] })],
  },
  {
    title: 'A list of primitives loses what a strategic merge patch names',
    bullet: 'apply',
    steps: [
      given(
        post('configmaps', {
          ...configMap('a'),
          metadata: { name: 'a', finalizers: ['example.com/a', 'example.com/b', 'example.com/c'] },
        }),
      ),
      patch(
        { path: 'configmaps/a', as: 'strategic' },
        { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/b'] } },
      ),
      patch(
        { path: 'configmaps/a', as: 'strategic' },
        {
          metadata: {
            '$setElementOrder/finalizers': ['example.com/d', 'example.com/c', 'example.com/a'],
            finalizers: ['example.com/d'],
          },
        },
      ),
    ],
  },
  together(
    'Merge patches, and patches that cannot be',
    [
      {
        title: 'A merge patch removes by null and replaces lists',
        bullet: 'apply',
        steps: [map, merge({ data: { k: null, m: '1' }, metadata: { labels: { a: 'b' } } })],
      },
      {
        title: 'A merge patch of nothing, of a list, of what is no JSON',
        bullet: 'apply',
        steps: [map, merge({}), merge([]), merge('{'), merge('null')],
      },
      {
        title: 'A merge patch with an old version',
        bullet: 'apply',
        steps: [map, merge({ metadata: { resourceVersion: '1' }, data: { k: '2' } })],
      },
      {
        title: 'A merge patch with another name',
        bullet: 'apply',
        steps: [map, merge({ metadata: { name: 'b' } })],
      },
      {
        title: 'A merge patch with a wrong type',
        bullet: 'apply',
        steps: [map, merge({ data: { k: 1 } })],
      },
      {
        title: 'A patch of what is not there',
        bullet: 'apply',
        steps: [merge({ data: {} }), json([]), patch({ path: 'configmaps/a', as: 'strategic' }, {})],
      },
      {
        title: 'A patch of a type that there is not',
        bullet: 'apply',
        steps: [
          map,
          {
            method: 'PATCH',
            path: 'configmaps/a',
            body: {},
            headers: { 'content-type': 'application/json' },
          },
          { method: 'PATCH', path: 'configmaps/a', body: '{}', headers: { 'content-type': 'text/plain' } },
        ],
      },
    ],
    'configmaps',
  ),
  {
    title: 'A strategic merge patch of a custom resource',
    bullet: 'apply',
    steps: [
      ...defined({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }),
      given(post(widgets, widget('a'))),
      patch({ path: `${widgets}/a`, as: 'strategic' }, { spec: {} }),
    ],
  },
  {
    title: 'What is pending may change its scheduling, what runs may not',
    bullet: 'kinds',
    steps: [
      given(post('pods', quietPod('a'))),
      patch({ path: 'pods/a', as: 'strategic' }, { spec: { nodeSelector: { a: 'b' } } }),
      patch(
        { path: 'pods/a', as: 'strategic' },
        { spec: { containers: [{ name: 'main', image: 'app:2' }] } },
      ),
      get('pods/a'),
    ],
  },
];
