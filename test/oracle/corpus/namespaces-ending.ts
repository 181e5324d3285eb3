import { type Case, del, get, given, named, post, put } from '../case.ts';

const namespace = '/api/v1/namespaces/{{ns}}';

/** The life and the end of a namespace. */
export const cases: readonly Case[] = [
  {
    title: 'A namespace that is not there',
    bullet: 'life',
    steps: [
      post('/api/v1/namespaces/{{ns}}-none/configmaps', { metadata: { name: 'a' } }),
      get('/api/v1/namespaces/{{ns}}-none/configmaps'),
    ],
  },
  {
    title: 'Deleting a namespace marks it, and nothing new comes into it',
    bullet: 'life',
    steps: [
      del(namespace),
      post('configmaps', { metadata: { name: 'a' } }),
      post('pods', { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } }),
      get(namespace),
    ],
  },
  {
    title: 'A namespace is deleted once, whatever is asked later',
    bullet: 'life',
    steps: [
      del(namespace, { propagationPolicy: 'Foreground' }),
      del(namespace, { propagationPolicy: 'Orphan' }),
    ],
  },
  {
    title: 'What is in a namespace that is going can still be changed and deleted',
    bullet: 'life',
    steps: [
      given(post('configmaps', { metadata: { name: 'a' } })),
      given(del(namespace)),
      put('configmaps/a', { metadata: { name: 'a' }, data: { k: 'v' } }),
      del('configmaps/a'),
    ],
  },
  {
    title: 'The namespaces that never go',
    bullet: 'life',
    steps: [
      del('/api/v1/namespaces/default'),
      del('/api/v1/namespaces/kube-system'),
      del('/api/v1/namespaces/kube-public'),
    ],
  },
  {
    title: 'A namespace goes when the last name is taken out of its finalizers',
    bullet: 'life',
    steps: [
      given(named('going', del(namespace))),
      put(`${namespace}/finalize`, { metadata: { name: '{{ns}}' }, spec: { finalizers: [] } }),
      get(namespace),
    ],
  },
  {
    title: 'A namespace’s finalizers cannot be changed while it lives',
    bullet: 'life',
    steps: [put(namespace, { metadata: { name: '{{ns}}' }, spec: { finalizers: ['example.com/mine'] } })],
  },
  {
    title: 'A collection of namespaces cannot be deleted',
    bullet: 'life',
    steps: [{ method: 'DELETE', path: '/api/v1/namespaces' }],
  },
  {
    title: 'A namespace goes with what is in it',
    bullet: 'life',
    controllers: true,
    steps: [
      given(post('configmaps', { metadata: { name: 'a' } })),
      del(namespace),
      get(namespace, { until: { status: 404 } }),
      get('configmaps/a'),
    ],
  },
];
