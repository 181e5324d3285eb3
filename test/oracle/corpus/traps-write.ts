import { type Case, changed, del, get, given, named, patch, post, put, watch, together } from '../case.ts';
import { defined } from '../definition.ts';
import {
  bare,
  configMap,
  deployment,
  deployments,
  pod,
  quietPod,
  widget,
  widgetDefinition,
  widgets,
  definitions,
} from '../kinds.ts';

const open = {
  type: 'object',
  properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
};
const lease = { metadata: { name: 'a' }, spec: { holderIdentity: 'one' } };
const leases = '/apis/coordination.k8s.io/v1/namespaces/{{ns}}/leases';

export const cases: readonly Case[] = [
  {
    title: 'A PUT of a Deployment without a version passes',
    bullet: 'kinds',
    steps: [
      given(post(deployments, deployment('a'))),
      put(`${deployments}/a`, deployment('a', { replicas: 2 })),
    ],
  },
  {
    title: 'A PUT of a custom resource without a version is invalid',
    bullet: 'crd',
    steps: [
      ...defined(open),
      given(post(widgets, widget('a', { spec: { size: 1 } }))),
      put(`${widgets}/a`, widget('a', { spec: { size: 2 } })),
    ],
  },
  {
    title: 'A PUT creates a Lease that is not there',
    bullet: 'kinds',
    steps: [put(`${leases}/a`, lease), put(`${leases}/a`, { ...lease, spec: { holderIdentity: 'two' } })],
  },
  {
    title: 'A PUT creates no Pod',
    bullet: 'kinds',
    steps: [put('pods/a', pod('a'))],
  },
  {
    title: 'A PUT creates no ConfigMap',
    bullet: 'kinds',
    steps: [put('configmaps/a', bare('a'))],
  },
  {
    title: 'A PUT with the UID of another is a conflict',
    bullet: 'kinds',
    steps: [
      given(post('configmaps', configMap('a'))),
      put('configmaps/a', {
        ...configMap('a'),
        metadata: { name: 'a', uid: '11111111-2222-3333-4444-555555555555' },
      }),
    ],
  },
  {
    title: 'A PUT whose name is not that of the address',
    bullet: 'kinds',
    steps: [given(post('endpoints', bare('a'))), put('endpoints/a', bare('b'))],
  },
  together('A POST that contradicts its address', [
    {
      title: 'A POST whose namespace is not that of the address',
      bullet: 'kinds',
      steps: [post('configmaps', { ...configMap('a'), metadata: { name: 'a', namespace: 'other' } })],
    },
    {
      title: 'A POST whose kind is not that of the address',
      bullet: 'kinds',
      steps: [post('configmaps', { ...configMap('a', {}), kind: 'Secret' })],
    },
    {
      title: 'A POST whose group is not that of the address',
      bullet: 'kinds',
      steps: [post('configmaps', { ...configMap('a'), apiVersion: 'apps/v1' })],
    },
    {
      title: 'A POST with a version',
      bullet: 'kinds',
      steps: [post('configmaps', { ...configMap('a'), metadata: { name: 'a', resourceVersion: '5' } })],
    },
  ]),
  {
    title: 'A POST without a name',
    bullet: 'kinds',
    steps: [post('resourcequotas', { metadata: {} })],
  },
  {
    title: 'A name is completed',
    bullet: 'kinds',
    steps: [post('limitranges', { metadata: { generateName: 'a-' } })],
  },
  {
    title: 'A change of annotations is no new generation of a Deployment, a change of its spec is',
    bullet: 'kinds',
    steps: [
      post(deployments, deployment('a')),
      patch({ path: `${deployments}/a`, as: 'merge' }, { metadata: { annotations: { a: '1' } } }),
      patch({ path: `${deployments}/a`, as: 'merge' }, { spec: { paused: true } }),
      patch({ path: `${deployments}/a/status`, as: 'merge' }, { status: { replicas: 1 } }),
    ],
  },
  {
    title: 'A write of a custom resource’s status changes neither labels nor spec',
    bullet: 'crd',
    steps: [
      given(
        post(
          definitions,
          widgetDefinition(
            {
              type: 'object',
              properties: {
                spec: { type: 'object', properties: { size: { type: 'integer' } } },
                status: { type: 'object', properties: { phase: { type: 'string' } } },
              },
            },
            { subresources: { status: {} } },
          ),
        ),
      ),
      given(get(widgets, { until: { status: 200 } })),
      named('first', post(widgets, widget('a', { spec: { size: 1 }, status: { phase: 'ignored' } }))),
      named(
        'second',
        put(
          `${widgets}/a/status`,
          changed('first', {
            metadata: { labels: { a: '1' } },
            spec: { size: 2 },
            status: { phase: 'Ready' },
          }),
        ),
      ),
      put(`${widgets}/a`, changed('second', { spec: { size: 3 }, status: { phase: 'ignored' } })),
    ],
  },
  {
    title: 'A write of a pod’s status changes its labels too',
    bullet: 'kinds',
    steps: [
      given(post('pods', quietPod('a'))),
      patch(
        { path: 'pods/a/status', as: 'merge' },
        {
          metadata: { labels: { a: '1' } },
          spec: { activeDeadlineSeconds: 5 },
          status: { phase: 'Running' },
        },
      ),
    ],
  },
  {
    title: 'A dry run writes nothing',
    bullet: 'kinds',
    steps: [
      post('resourcequotas?dryRun=All', bare('a')),
      get('resourcequotas/a'),
      post('resourcequotas?dryRun=Some', bare('a')),
    ],
  },
  {
    title:
      'A custom resource keeps its quantities as they were written, a built-in kind writes them its own way',
    bullet: 'crd',
    steps: [
      ...defined(open),
      post(widgets, widget('a', { spec: { memory: '1024Mi', cpu: '1000m' } })),
      post(
        'pods',
        quietPod('a', {
          containers: [
            { name: 'main', image: 'app:1', resources: { requests: { memory: '1024Mi', cpu: '1000m' } } },
          ],
        }),
      ),
    ],
  },
  {
    title: 'A quantity that is none',
    bullet: 'kinds',
    steps: [
      post('persistentvolumeclaims', {
        metadata: { name: 'a' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1 GB' } } },
      }),
    ],
  },
  together(
    'Unknown and duplicate fields of a built-in kind under every level of validation',
    (['Ignore', 'Warn', 'Strict'] as const).map(
      (level): Case => ({
        title: `Unknown and duplicate fields of a built-in kind under ${level}`,
        bullet: 'kinds',
        steps: [
          post(
            `configmaps?fieldValidation=${level}`,
            '{"metadata":{"name":"a","nick":"b"},"data":{"k":"1","k":"2"},"dat":{}}',
          ),
        ],
      }),
    ),
    'configmaps',
  ),
  together(
    'Unknown and duplicate fields of a custom resource under every level of validation',
    (['Ignore', 'Warn', 'Strict'] as const).map(
      (level): Case => ({
        title: `Unknown and duplicate fields of a custom resource under ${level}`,
        bullet: 'crd',
        steps: [
          ...defined({
            type: 'object',
            properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
          }),
          post(
            `${widgets}?fieldValidation=${level}`,
            '{"apiVersion":"{{ns}}.example.com/v1","kind":"Widget","metadata":{"name":"a","nick":"b"},"spec":{"size":1,"size":2,"colour":"red"},"x":1}',
          ),
        ],
      }),
    ),
  ),
  {
    title: 'A level of field validation that there is not',
    bullet: 'kinds',
    steps: [post('endpoints?fieldValidation=Loud', bare('a'))],
  },
  {
    title: 'A merge patch with unknown fields is warned of',
    bullet: 'apply',
    steps: [
      given(post('configmaps', configMap('a'))),
      patch({ path: 'configmaps/a?fieldValidation=Warn', as: 'merge' }, { dat: { k: '2' } }),
      patch({ path: 'configmaps/a?fieldValidation=Strict', as: 'merge' }, { dat: { k: '2' } }),
    ],
  },
  {
    title: 'Finalizers may not be added while deleting, and the last one removed ends it',
    bullet: 'life',
    steps: [
      given(
        named(
          'first',
          post('configmaps', { ...configMap('a'), metadata: { name: 'a', finalizers: ['example.com/one'] } }),
        ),
      ),
      del('configmaps/a'),
      patch(
        { path: 'configmaps/a', as: 'merge' },
        { metadata: { finalizers: ['example.com/one', 'example.com/two'] } },
      ),
      patch({ path: 'configmaps/a', as: 'merge' }, { metadata: { finalizers: [] } }),
      get('configmaps/a'),
      watch('configmaps?resourceVersion={{first.metadata.resourceVersion}}', { events: 2 }),
    ],
  },
  {
    title: 'Nothing is created in a namespace that ends',
    bullet: 'life',
    steps: [
      given(post('/api/v1/namespaces', { metadata: { name: '{{ns}}-end' } })),
      del('/api/v1/namespaces/{{ns}}-end'),
      post('/api/v1/namespaces/{{ns}}-end/configmaps', configMap('a')),
      get('/api/v1/namespaces/{{ns}}-end'),
    ],
  },
  {
    title: 'Nothing is created in a namespace that is not there',
    bullet: 'life',
    steps: [post('/api/v1/namespaces/{{ns}}-none/secrets', bare('a'))],
  },
];
