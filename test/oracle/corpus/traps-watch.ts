import {
  apply,
  type Case,
  changed,
  compact,
  del,
  get,
  given,
  named,
  patch,
  post,
  put,
  watch,
} from '../case.ts';
import { defined } from '../definition.ts';
import { bare, configMap, quietPod, widgets } from '../kinds.ts';

const from = 'resourceVersion={{first.metadata.resourceVersion}}';
const labelled = (name: string, colour: string) => ({
  ...configMap(name),
  metadata: { name, labels: { colour } },
});

export const cases: readonly Case[] = [
  {
    title: 'A watch from a version that is forgotten answers 200, then an ERROR of 410',
    bullet: 'life',
    // The real server's cache remembers more than etcd; that of a new kind begins with the kind.
    steps: [
      ...defined({ type: 'object' }),
      compact,
      watch(`${widgets}?resourceVersion=1`, { toItsEnd: true }),
    ],
  },
  {
    title: 'A watch from a version that does not exist yet is 504 when it wants no history',
    bullet: 'life',
    steps: [watch('secrets?resourceVersion=99999999&timeoutSeconds=1', { toItsEnd: true })],
  },
  {
    title: 'A watch without a version begins with what is there',
    bullet: 'life',
    steps: [
      given(post('endpoints', bare('b'))),
      given(post('endpoints', bare('a'))),
      watch('endpoints', { events: 2 }),
    ],
  },
  {
    title: 'A watch from version 0 begins with what is there',
    bullet: 'life',
    steps: [
      given(named('first', post('limitranges', bare('a')))),
      given(get(`limitranges?${from}`)),
      watch('limitranges?resourceVersion=0', { events: 1 }),
    ],
  },
  {
    title: 'Initial events end with a bookmark that says so',
    bullet: 'life',
    steps: [
      given(post('secrets', bare('b'))),
      given(post('secrets', bare('a'))),
      watch('secrets?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true', {
        events: 3,
      }),
    ],
  },
  {
    title: 'Initial events of nothing are a bookmark',
    bullet: 'life',
    steps: [
      watch(
        'endpoints?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&labelSelector=no=one',
        { events: 1 },
      ),
    ],
  },
  {
    title: 'Initial events of metadata end with a bookmark of metadata',
    bullet: 'protocol',
    steps: [
      given(post('limitranges', bare('a'))),
      watch(
        'limitranges?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true',
        { events: 2 },
        { headers: { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' } },
      ),
    ],
  },
  {
    title: 'Initial events without a match rule are refused',
    bullet: 'life',
    steps: [watch('secrets?sendInitialEvents=true&allowWatchBookmarks=true', { toItsEnd: true })],
  },
  {
    title: 'Initial events with the rule Exact are refused',
    bullet: 'life',
    steps: [
      watch('endpoints?sendInitialEvents=true&resourceVersionMatch=Exact&resourceVersion=1', {
        toItsEnd: true,
      }),
    ],
  },
  {
    title: 'Initial events are for watches and not for lists',
    bullet: 'life',
    steps: [get('limitranges?sendInitialEvents=true&resourceVersionMatch=NotOlderThan')],
  },
  {
    title: 'A match rule in a watch needs initial events',
    bullet: 'life',
    steps: [watch('secrets?resourceVersionMatch=NotOlderThan&resourceVersion=1', { toItsEnd: true })],
  },
  {
    title: 'An object that leaves the selector is deleted for the watcher, as it was, with the new version',
    bullet: 'life',
    steps: [
      given(named('first', post('configmaps', labelled('a', 'red')))),
      patch({ path: 'configmaps/a', as: 'merge' }, { metadata: { labels: { colour: 'blue' } } }),
      given(post('configmaps', labelled('b', 'red'))),
      watch(`configmaps?${from}&labelSelector=colour=red`, { events: 2 }),
    ],
  },
  {
    title: 'An object that comes into the selector is added for the watcher',
    bullet: 'life',
    steps: [
      given(named('first', post('configmaps', labelled('a', 'red')))),
      given(put('configmaps/a', labelled('a', 'blue'))),
      watch(`configmaps?${from}&labelSelector=colour=blue`, { events: 1 }),
    ],
  },
  {
    title: 'A change outside the selector is not seen',
    bullet: 'life',
    steps: [
      given(named('first', post('configmaps', labelled('a', 'red')))),
      given(put('configmaps/a', { ...labelled('a', 'red'), data: { k: '2' } })),
      given(post('configmaps', labelled('b', 'blue'))),
      watch(`configmaps?${from}&labelSelector=colour=blue`, { events: 1 }),
    ],
  },
  {
    title: 'A field selector decides what a watch tells',
    bullet: 'life',
    steps: [
      given(named('first', post('endpoints', bare('a')))),
      given(post('endpoints', bare('b'))),
      given(del('endpoints/b')),
      watch(`endpoints?${from}&fieldSelector=metadata.name=b`, { events: 2 }),
    ],
  },
  {
    title: 'A delete event carries the version of the deletion',
    bullet: 'life',
    steps: [
      named('first', post('limitranges', bare('a'))),
      del('limitranges/a'),
      watch(`limitranges?${from}`, { events: 1 }),
      get('limitranges?limit=5'),
    ],
  },
  {
    title: 'A no-op apply, patch and PUT are no events',
    bullet: 'apply',
    steps: [
      named('first', apply('configmaps/a?fieldManager=one', configMap('a'))),
      apply('configmaps/a?fieldManager=one', configMap('a')),
      patch({ path: 'configmaps/a', as: 'strategic' }, { data: { k: '1' } }),
      put('configmaps/a', changed('first', {})),
      given(post('configmaps', configMap('z'))),
      watch(`configmaps?${from}`, { events: 1 }),
    ],
  },
  {
    title: 'A watch ends after the seconds that were asked for',
    bullet: 'protocol',
    steps: [watch('secrets?timeoutSeconds=1&labelSelector=no=one', { toItsEnd: true })],
  },
  {
    title: 'To ask for a watch of one object by its name is to read it',
    bullet: 'life',
    steps: [
      given(named('first', post('configmaps', configMap('a')))),
      given(post('configmaps', configMap('b'))),
      given(put('configmaps/a', configMap('a', { k: '2' }))),
      get(`configmaps/a?${from}&watch=true`),
    ],
  },
  {
    title: 'An old address of watches is served',
    bullet: 'protocol',
    steps: [
      given(named('first', post('endpoints', bare('a')))),
      given(post('endpoints', bare('b'))),
      watch(`/api/v1/watch/namespaces/{{ns}}/endpoints?${from}`, { events: 1 }),
    ],
  },
  {
    title: 'A table in a watch names its columns in the first event only',
    bullet: 'protocol',
    steps: [
      given(post('configmaps', configMap('a'))),
      given(post('configmaps', configMap('b'))),
      watch(
        'configmaps',
        { events: 2 },
        { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } },
      ),
    ],
  },
  {
    title: 'A version in a watch that is no number',
    bullet: 'life',
    steps: [watch('limitranges?resourceVersion=abc', { toItsEnd: true })],
  },
  {
    title: 'A watch with a selector that cannot be read',
    bullet: 'life',
    steps: [watch('secrets?labelSelector=a%20in%20(b', { toItsEnd: true })],
  },
  {
    title: 'A watch with a field that nobody can select by',
    bullet: 'life',
    steps: [watch('endpoints?fieldSelector=data.k=1', { toItsEnd: true })],
  },
  {
    title: 'Pods are selected by phase, as they change',
    bullet: 'life',
    steps: [
      given(named('first', post('pods', quietPod('a')))),
      given(patch({ path: 'pods/a/status', as: 'merge' }, { status: { phase: 'Running' } })),
      watch(`pods?${from}&fieldSelector=status.phase=Pending`, { events: 1 }),
    ],
  },
];
