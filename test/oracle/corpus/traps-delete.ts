import { type Case, del, get, given, named, patch, post, watch, together } from '../case.ts';
import { bare, configMap, quietPod } from '../kinds.ts';

const owned = (name: string, uid: string, more: object = {}) => ({
  ...configMap(name),
  metadata: {
    name,
    ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid, ...more }],
  },
});
const owner = given(named('owner', post('configmaps', configMap('owner'))));
const blocking = given(
  post(
    'configmaps',
    owned('child', '{{owner.metadata.uid}}', { blockOwnerDeletion: true, controller: true }),
  ),
);
const running = [given(named('first', post('pods', quietPod('a', { nodeName: 'node' }))))];
const gone = (path: string) => get(path, { until: { status: 404 } });

export const cases: readonly Case[] = [
  {
    title: 'A deletion answers with a Status that names what is gone',
    bullet: 'life',
    steps: [given(post('serviceaccounts', bare('a'))), del('serviceaccounts/a'), del('serviceaccounts/a')],
  },
  {
    title: 'A deletion of something that has to end first answers with the object',
    bullet: 'life',
    steps: [
      given(post('endpoints', { ...bare('a'), metadata: { name: 'a', finalizers: ['example.com/one'] } })),
      del('endpoints/a'),
      del('endpoints/a'),
    ],
  },
  {
    title: 'A deletion of another UID is a conflict',
    bullet: 'life',
    steps: [
      given(post('secrets', bare('a'))),
      del('secrets/a', { preconditions: { uid: '11111111-2222-3333-4444-555555555555' } }),
    ],
  },
  {
    title: 'A deletion of another version is a conflict',
    bullet: 'life',
    steps: [
      given(named('first', post('configmaps', configMap('a')))),
      given(patch({ path: 'configmaps/a', as: 'merge' }, { data: { k: '2' } })),
      del('configmaps/a', { preconditions: { resourceVersion: '{{first.metadata.resourceVersion}}' } }),
    ],
  },
  {
    title: 'A deletion of the very object passes',
    bullet: 'life',
    steps: [
      named('first', post('secrets', bare('a'))),
      del('secrets/a', {
        preconditions: {
          uid: '{{first.metadata.uid}}',
          resourceVersion: '{{first.metadata.resourceVersion}}',
        },
      }),
    ],
  },
  {
    title: 'A pod that no node has taken is gone at once',
    bullet: 'life',
    steps: [
      named('first', post('pods', quietPod('a'))),
      del('pods/a'),
      get('pods/a'),
      watch('pods?resourceVersion={{first.metadata.resourceVersion}}', { events: 1 }),
    ],
  },
  {
    title: 'A pod on a node gets its time to end, and the time may be shortened and not prolonged',
    bullet: 'life',
    steps: [
      ...running,
      del('pods/a'),
      del('pods/a', { gracePeriodSeconds: 60 }),
      del('pods/a', { gracePeriodSeconds: 5 }),
      del('pods/a', { gracePeriodSeconds: 0 }),
      get('pods/a'),
      watch('pods?resourceVersion={{first.metadata.resourceVersion}}', { events: 3 }),
    ],
  },
  together('Options of a deletion that cannot be', [
    {
      title: 'A grace period below nothing',
      bullet: 'life',
      steps: [...running, del('pods/a?gracePeriodSeconds=-1')],
    },
    {
      title: 'A grace period that is no number',
      bullet: 'life',
      steps: [...running, del('pods/a?gracePeriodSeconds=soon')],
    },
    {
      title: 'A deletion with a policy that there is not',
      bullet: 'life',
      steps: [owner, del('configmaps/owner', { propagationPolicy: 'Sideways' })],
    },
    {
      title: 'A deletion with a policy and the old way to say it',
      bullet: 'life',
      steps: [owner, del('configmaps/owner', { propagationPolicy: 'Orphan', orphanDependents: true })],
    },
    {
      title: 'A deletion with two kinds of dry run',
      bullet: 'life',
      steps: [owner, del('configmaps/owner?dryRun=All'), del('configmaps/owner', { dryRun: ['Some'] })],
    },
  ]),
  {
    title: 'A deletion in the foreground waits for the controller, when there are those that block it',
    bullet: 'life',
    steps: [
      owner,
      blocking,
      del('configmaps/owner', { propagationPolicy: 'Foreground' }),
      get('configmaps/owner'),
    ],
  },
  {
    title: 'An owner of another UID is no owner, and what it owned goes',
    bullet: 'life',
    controllers: true,
    steps: [
      owner,
      given(post('configmaps', owned('child', '11111111-2222-3333-4444-555555555555'))),
      gone('configmaps/child'),
      get('configmaps/owner'),
    ],
  },
  {
    title: 'A namespace ends with all that is in it',
    bullet: 'life',
    controllers: true,
    steps: [
      given(post('/api/v1/namespaces', { metadata: { name: '{{ns}}-end' } })),
      given(post('/api/v1/namespaces/{{ns}}-end/configmaps', configMap('a'))),
      del('/api/v1/namespaces/{{ns}}-end'),
      gone('/api/v1/namespaces/{{ns}}-end'),
      get('/api/v1/namespaces/{{ns}}-end/configmaps/a'),
    ],
  },
  {
    title: 'A namespace that something keeps says what',
    bullet: 'life',
    controllers: true,
    steps: [
      // Its manager comes before the controller's however soon that one is there.
      given(post('/api/v1/namespaces?fieldManager=a', { metadata: { name: '{{ns}}-end' } })),
      given(
        post('/api/v1/namespaces/{{ns}}-end/configmaps', {
          ...configMap('a'),
          metadata: { name: 'a', finalizers: ['example.com/one'] },
        }),
      ),
      del('/api/v1/namespaces/{{ns}}-end'),
      get('/api/v1/namespaces/{{ns}}-end', {
        until: { has: { status: { conditions: [{}, {}, {}, {}, {}] } } },
      }),
    ],
  },
  {
    title: 'A collection is deleted by its labels',
    bullet: 'life',
    steps: [
      given(post('configmaps', { ...configMap('a'), metadata: { name: 'a', labels: { colour: 'red' } } })),
      given(post('configmaps', configMap('b'))),
      del('configmaps?labelSelector=colour=red'),
      get('configmaps'),
    ],
  },
  {
    title: 'A collection is deleted whole',
    bullet: 'life',
    steps: [given(post('secrets', { metadata: { name: 'a' } })), del('secrets'), get('secrets?limit=2')],
  },
];
