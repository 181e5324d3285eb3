import { type Case, del, get, given, named, patch, post, put } from '../case.ts';

const map = (name: string, more: object = {}) => ({ metadata: { name, ...more } });

const ownedBy = (owner: string, more: object = {}) => ({
  ownerReferences: [
    { apiVersion: 'v1', kind: 'ConfigMap', name: owner, uid: `{{${owner}.metadata.uid}}`, ...more },
  ],
});

const owner = (name = 'owner') => given(named(name, post('configmaps', map(name))));
const secretOwner = given(post('secrets', map('owner')));
const child = (name: string, of: string, more: object = {}) =>
  given(named(name, post('configmaps', map(name, ownedBy(of, more)))));

const gone = (name: string) => get(`configmaps/${name}`, { until: { status: 404 } });
const deletion = (propagationPolicy: string) => ({ propagationPolicy });

/** Propagation policies: what is answered, what stays, who goes first. */
export const cases: readonly Case[] = [
  {
    title: 'Deleting in the foreground marks and answers with the object',
    bullet: 'life',
    steps: [secretOwner, del('secrets/owner', deletion('Foreground')), get('secrets/owner')],
  },
  {
    title: 'Deleting and leaving the dependents marks and answers with the object',
    bullet: 'life',
    steps: [secretOwner, del('secrets/owner', deletion('Orphan')), get('secrets/owner')],
  },
  {
    title: 'Deleting in the background answers that it is done',
    bullet: 'life',
    steps: [secretOwner, del('secrets/owner', deletion('Background')), get('secrets/owner')],
  },
  {
    title: 'A policy that there is not',
    bullet: 'life',
    steps: [secretOwner, del('secrets/owner', deletion('Sideways'))],
  },
  {
    title: 'A policy said twice, in the old words and the new',
    bullet: 'life',
    steps: [secretOwner, del('secrets/owner', { orphanDependents: true, propagationPolicy: 'Background' })],
  },
  {
    title: 'A second deletion changes the policy of the first',
    bullet: 'life',
    steps: [
      given(post('configmaps', map('a', { finalizers: ['example.com/hold'] }))),
      del('configmaps/a', deletion('Foreground')),
      del('configmaps/a', deletion('Orphan')),
      del('configmaps/a', deletion('Background')),
    ],
  },
  {
    title: 'A finalizer holds, and its removal lets go',
    bullet: 'life',
    steps: [
      given(post('secrets', map('a', { finalizers: ['example.com/hold'] }))),
      del('secrets/a'),
      patch({ path: 'secrets/a', as: 'merge' }, { metadata: { finalizers: null } }),
      get('secrets/a'),
    ],
  },
  {
    title: 'No finalizer can be added to what is going',
    bullet: 'life',
    steps: [
      given(named('a', post('configmaps', map('a', { finalizers: ['example.com/hold'] })))),
      given(del('configmaps/a')),
      patch(
        { path: 'configmaps/a', as: 'merge' },
        { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } },
      ),
    ],
  },
  {
    title: 'Two owners that both claim to control',
    bullet: 'life',
    steps: [
      owner('one'),
      owner('two'),
      post('configmaps', {
        metadata: {
          name: 'child',
          ownerReferences: [
            ...ownedBy('one', { controller: true }).ownerReferences,
            ...ownedBy('two', { controller: true }).ownerReferences,
          ],
        },
      }),
      post('configmaps', map('bare', { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap' }] })),
    ],
  },
  {
    title: 'Preconditions of a deletion',
    bullet: 'life',
    steps: [
      given(named('a', post('configmaps', map('a')))),
      put('configmaps/a', { metadata: { name: 'a' }, data: { k: 'v' } }),
      del('configmaps/a', { preconditions: { uid: 'another' } }),
      del('configmaps/a', { preconditions: { resourceVersion: '{{a.metadata.resourceVersion}}' } }),
      del('configmaps/a', { preconditions: { uid: '{{a.metadata.uid}}' } }),
    ],
  },
  {
    title: 'In the background the dependents go after their owner',
    bullet: 'life',
    controllers: true,
    steps: [owner(), child('child', 'owner'), del('configmaps/owner'), gone('child')],
  },
  {
    title: 'In the foreground an owner waits for what blocks it',
    bullet: 'life',
    controllers: true,
    steps: [
      owner(),
      given(
        post('configmaps', {
          metadata: {
            name: 'child',
            finalizers: ['example.com/hold'],
            ...ownedBy('owner', { blockOwnerDeletion: true }),
          },
        }),
      ),
      del('configmaps/owner', deletion('Foreground')),
      get('configmaps/child', { until: { has: { metadata: { deletionGracePeriodSeconds: 0 } } } }),
      get('configmaps/owner'),
      given(patch({ path: 'configmaps/child', as: 'merge' }, { metadata: { finalizers: null } })),
      gone('owner'),
      gone('child'),
    ],
  },
  {
    title: 'Orphans lose their owner and stay',
    bullet: 'life',
    controllers: true,
    steps: [
      owner(),
      child('child', 'owner'),
      del('configmaps/owner', deletion('Orphan')),
      gone('owner'),
      get('configmaps/child'),
    ],
  },
  {
    title: 'An owner with another uid is none',
    bullet: 'life',
    controllers: true,
    steps: [
      owner(),
      given(
        post('configmaps', map('child', ownedBy('owner', { uid: '00000000-0000-4000-8000-000000000000' }))),
      ),
      gone('child'),
      get('configmaps/owner'),
    ],
  },
  {
    title: 'An owner in another namespace is none',
    bullet: 'life',
    controllers: true,
    steps: [
      given(post('/api/v1/namespaces', { metadata: { name: '{{ns}}-b' } })),
      given(named('owner', post('/api/v1/namespaces/{{ns}}-b/configmaps', map('owner')))),
      given(post('configmaps', map('child', ownedBy('owner')))),
      gone('child'),
    ],
  },
  {
    title: 'Two that own each other go together',
    bullet: 'life',
    controllers: true,
    steps: [
      owner('one'),
      child('two', 'one', { blockOwnerDeletion: true }),
      given(
        patch(
          { path: 'configmaps/one', as: 'merge' },
          { metadata: ownedBy('two', { blockOwnerDeletion: true }) },
        ),
      ),
      del('configmaps/one', deletion('Foreground')),
      gone('one'),
      gone('two'),
    ],
  },
  {
    title: 'Who has another owner left stays, without the one that went',
    bullet: 'life',
    controllers: true,
    steps: [
      owner('one'),
      owner('two'),
      given(
        post('configmaps', {
          metadata: {
            name: 'child',
            ownerReferences: [...ownedBy('one').ownerReferences, ...ownedBy('two').ownerReferences],
          },
        }),
      ),
      del('configmaps/one'),
      gone('one'),
      get('configmaps/child', { until: { has: { metadata: { ownerReferences: [{ name: 'two' }] } } } }),
    ],
  },
];
