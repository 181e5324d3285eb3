import { apply, type Case, get, given, named, patch, post, together } from '../case.ts';
import { defined } from '../definition.ts';
import { configMap, deployment, deployments, widget, widgets } from '../kinds.ts';

const one = '?fieldManager=one';
const two = '?fieldManager=two';
const services = 'services';
const service = (ports: readonly object[]) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'a' },
  spec: { clusterIP: 'None', selector: { app: 'a' }, ports },
});
const applied = (spec: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a' },
  spec,
});
const whole = deployment('a');

export const cases: readonly Case[] = [
  together('An apply of what is not there creates it, or cannot be', [
    {
      title: 'An apply of what is not there creates it',
      bullet: 'apply',
      steps: [apply(`configmaps/a${one}`, configMap('a')), get('configmaps/a')],
    },
    {
      title: 'An apply without a manager',
      bullet: 'apply',
      steps: [apply('configmaps/a', configMap('a'))],
    },
    {
      title: 'An apply without a kind',
      bullet: 'apply',
      steps: [apply(`configmaps/a${one}`, { metadata: { name: 'a' } })],
    },
    {
      title: 'An apply whose name is not that of the address',
      bullet: 'apply',
      steps: [apply(`configmaps/a${one}`, configMap('b'))],
    },
    {
      title: 'An apply that brings managed fields',
      bullet: 'apply',
      steps: [
        apply(`configmaps/a${one}`, {
          ...configMap('a'),
          metadata: {
            name: 'a',
            managedFields: [
              { manager: 'x', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} },
            ],
          },
        }),
      ],
    },
  ]),
  together(
    'An apply of what others own is a conflict',
    [
      {
        title: 'An apply of what another manager holds is a conflict that names the manager',
        bullet: 'apply',
        steps: [
          given(apply(`configmaps/a${one}`, configMap('a', { k: '1', l: '1' }))),
          apply(`configmaps/a${two}`, configMap('a', { k: '2', l: '2' })),
          apply(`configmaps/a${two}&force=true`, configMap('a', { k: '2' })),
          apply(`configmaps/a${one}`, configMap('a', { l: '1' })),
        ],
      },
      {
        title: 'An apply of what a writer changed is a conflict with an update',
        bullet: 'apply',
        steps: [
          given(apply(`configmaps/a${one}`, configMap('a'))),
          given(patch({ path: 'configmaps/a', as: 'merge' }, { data: { k: '2' } })),
          apply(`configmaps/a${one}`, configMap('a')),
        ],
      },
    ],
    'configmaps',
  ),
  together(
    'What is applied no longer goes with its last manager',
    [
      {
        title: 'What two managers apply alike belongs to both, and goes with the last',
        bullet: 'apply',
        steps: [
          given(apply(`configmaps/a${one}`, configMap('a', { k: '1', l: '1' }))),
          apply(`configmaps/a${two}`, configMap('a', { k: '1' })),
          apply(`configmaps/a${one}`, configMap('a', { l: '1' })),
          apply(`configmaps/a${two}`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }),
        ],
      },
      {
        title: 'What is no longer applied is removed',
        bullet: 'apply',
        steps: [
          given(apply(`configmaps/a${one}`, configMap('a', { k: '1', l: '1' }))),
          apply(`configmaps/a${one}`, configMap('a', { l: '1' })),
        ],
      },
    ],
    'configmaps',
  ),
  {
    title: 'Ports are told apart by their protocol, also when it is not said',
    bullet: 'apply',
    steps: [
      apply(`${services}/a${one}`, service([{ name: 'web', port: 80 }])),
      apply(`${services}/a${one}`, service([{ name: 'web', port: 80, targetPort: 8080 }])),
      apply(
        `${services}/a${two}`,
        service([
          { name: 'web', port: 80, protocol: 'TCP', targetPort: 8080 },
          { name: 'dns', port: 80, protocol: 'UDP' },
        ]),
      ),
    ],
  },
  {
    title: 'Two items with one key in an apply',
    bullet: 'apply',
    steps: [
      apply(
        `${services}/a${one}`,
        service([
          { name: 'web', port: 80 },
          { name: 'also', port: 80 },
        ]),
      ),
    ],
  },
  {
    title: 'An item without its key in an apply',
    bullet: 'apply',
    steps: [
      given(apply(`${deployments}/a${one}`, whole)),
      apply(`${deployments}/a${two}`, applied({ template: { spec: { containers: [{ image: 'side:1' }] } } })),
    ],
  },
  {
    title: 'Managers share the items of a list',
    bullet: 'apply',
    steps: [
      given(apply(`${deployments}/a${one}`, whole)),
      apply(
        `${deployments}/a${two}`,
        applied({ template: { spec: { containers: [{ name: 'side', image: 'side:1' }] } } }),
      ),
      apply(`${deployments}/a${two}`, applied({ replicas: 1 })),
    ],
  },
  together(
    'Applies that contradict what is there, or their kind',
    [
      {
        title: 'An apply with a version that is old',
        bullet: 'apply',
        steps: [
          given(named('first', apply(`configmaps/a${one}`, configMap('a')))),
          given(apply(`configmaps/a${one}`, configMap('a', { k: '2' }))),
          apply(`configmaps/a${one}`, {
            ...configMap('a', { k: '3' }),
            metadata: { name: 'a', resourceVersion: '{{first.metadata.resourceVersion}}' },
          }),
        ],
      },
      {
        title: 'An apply with a UID of what is not there',
        bullet: 'apply',
        steps: [
          apply(`configmaps/a${one}`, {
            ...configMap('a'),
            metadata: { name: 'a', uid: '11111111-2222-3333-4444-555555555555' },
          }),
        ],
      },
      {
        title: 'An unknown field in an apply',
        bullet: 'apply',
        steps: [
          apply(`configmaps/a${one}`, { ...configMap('a'), dat: {} }),
          apply(`configmaps/a${one}&fieldValidation=Warn`, { ...configMap('a'), dat: {} }),
          apply(`configmaps/a${one}&fieldValidation=Ignore`, { ...configMap('a'), dat: {} }),
        ],
      },
      {
        title: 'A wrong type in an apply',
        bullet: 'apply',
        steps: [
          apply(`configmaps/a${one}`, {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'a' },
            data: 'x',
          }),
        ],
      },
    ],
    'configmaps',
  ),
  {
    title: 'An apply in YAML',
    bullet: 'apply',
    differs: { reason: 'the place of the fault is worded by another parser', heading: 'Words of Go' },
    steps: [
      apply(`configmaps/a${one}`, 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata: {k: "1"}\n'),
      apply(`configmaps/a${one}`, 'apiVersion: v1\nkind: [ConfigMap\n'),
    ],
  },
  together(
    'A dry run of an apply, and force',
    [
      {
        title: 'A dry run of an apply shows what would be',
        bullet: 'apply',
        steps: [
          given(apply(`configmaps/a${one}`, configMap('a'))),
          apply(`configmaps/a${one}&dryRun=All`, configMap('a', { k: '2' })),
          get('configmaps/a'),
        ],
      },
      {
        title: 'Force is for applies only',
        bullet: 'apply',
        steps: [
          given(post('configmaps', configMap('a'))),
          patch({ path: 'configmaps/a?force=true', as: 'merge' }, { data: { k: '2' } }),
        ],
      },
    ],
    'configmaps',
  ),
  {
    title: 'A set, a map and what is atomic in a custom resource',
    bullet: 'apply',
    steps: [
      ...defined({
        type: 'object',
        properties: {
          spec: {
            type: 'object',
            properties: {
              set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
              map: {
                type: 'array',
                'x-kubernetes-list-type': 'map',
                'x-kubernetes-list-map-keys': ['name'],
                items: {
                  type: 'object',
                  required: ['name'],
                  properties: { name: { type: 'string' }, value: { type: 'integer' } },
                },
              },
              list: { type: 'array', items: { type: 'integer' } },
              whole: {
                type: 'object',
                'x-kubernetes-map-type': 'atomic',
                properties: { a: { type: 'integer' }, b: { type: 'integer' } },
              },
            },
          },
        },
      }),
      apply(
        `${widgets}/a${one}`,
        widget('a', { spec: { set: ['x'], map: [{ name: 'm', value: 1 }], list: [1], whole: { a: 1 } } }),
      ),
      apply(`${widgets}/a${two}`, widget('a', { spec: { set: ['y'], map: [{ name: 'n', value: 2 }] } })),
      apply(`${widgets}/a${two}`, widget('a', { spec: { list: [2], whole: { b: 1 } } })),
      apply(`${widgets}/a${two}`, widget('a', { spec: { set: ['y', 'y'] } })),
    ],
  },
];
