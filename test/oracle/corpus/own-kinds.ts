import { customResourceDefinitions } from '../../../packages/api/src/crds.ts';
import {
  apply,
  type Case,
  changed,
  del,
  get,
  given,
  named,
  patch,
  post,
  put,
  watch,
  together,
} from '../case.ts';
import { definitions } from '../kinds.ts';

const group = '/apis/fairlead.dev/v1alpha1';
const inNamespace = (plural: string): string => `${group}/namespaces/{{ns}}/${plural}`;
const apps = inNamespace('apps');

/** All of them, and then as soon as they are served. */
const served = [
  ...customResourceDefinitions.map((definition) => given(post(definitions, definition))),
  ...['apps', 'images', 'releases'].map((plural) =>
    given(get(inNamespace(plural), { until: { status: 200 } })),
  ),
  given(get(`${group}/runtimes`, { until: { status: 200 } })),
];

const object = (kind: string, spec: object) => ({
  apiVersion: 'fairlead.dev/v1alpha1',
  kind,
  metadata: { name: 'a' },
  spec,
});
const app = (spec: object = {}) => object('App', spec);
const files = { files: [{ path: 'app.py', content: 'print(1)' }] };
const table = { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } };
const one = '?fieldManager=one';
const two = '?fieldManager=two';

const refused: readonly (readonly [string, object])[] = [
  ['two sources', { source: { ...files, image: 'x:1' } }],
  ['a digest that is none', { source: { artifact: { digest: 'sha256:abc' } } }],
  ['a variable that is no identifier', { env: [{ name: '1A', value: 'x' }] }],
  [
    'a variable twice',
    {
      env: [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
      ],
    },
  ],
  ['a secret without its key', { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's' } } }] }],
  ['too many copies', { processes: { web: { replicas: 1001 } } }],
  ['half a copy', { processes: { web: { replicas: 1.5 } } }],
  ['an empty command', { processes: { web: { command: [] } } }],
  ['a host in capitals', { routes: [{ host: 'Shop.example.com' }] }],
  ['a path that is relative', { routes: [{ host: 'shop.example.com', path: 'x' }] }],
];

export const cases: readonly Case[] = [
  {
    title: 'An App is what was sent and its defaults',
    bullet: 'own',
    steps: [
      ...served,
      post(apps, app({ source: files, routes: [{ host: 'shop.example.com' }], timeouts: {} })),
      get(`${apps}/a`, table),
    ],
  },
  together(
    'Apps that cannot be',
    refused.map(
      ([what, spec]): Case => ({
        title: `An App with ${what}`,
        bullet: 'own',
        steps: [...served, post(apps, app(spec))],
      }),
    ),
  ),
  {
    title: 'Unknown fields of an App are dropped, told of or refused',
    bullet: 'own',
    steps: [
      ...served,
      post(`${apps}?fieldValidation=Strict`, app({ sources: files })),
      post(`${apps}?fieldValidation=Warn`, app({ sources: files })),
    ],
  },
  {
    title: 'A source belongs to who applied it last by force',
    bullet: 'own',
    steps: [
      ...served,
      apply(`${apps}/a${one}`, app({ source: files })),
      apply(`${apps}/a${two}`, app({ source: { image: 'x:1' } })),
      apply(`${apps}/a${two}&force=true`, app({ source: { image: 'x:1' } })),
      apply(`${apps}/a${one}`, app({ runtime: 'python' })),
    ],
  },
  {
    title: 'Variables of an App are applied one by one',
    bullet: 'own',
    steps: [
      ...served,
      apply(`${apps}/a${one}`, app({ env: [{ name: 'A', value: '1' }] })),
      apply(`${apps}/a${two}`, app({ env: [{ name: 'B', value: '2' }] })),
      apply(`${apps}/a${one}`, app({})),
    ],
  },
  {
    title: 'The status of an App is written apart',
    bullet: 'own',
    steps: [
      ...served,
      named('first', post(apps, app())),
      put(
        `${apps}/a/status`,
        changed('first', { spec: { runtime: 'x' }, status: { phase: 'Running', release: 1 } }),
      ),
      patch({ path: `${apps}/a/status`, as: 'merge' }, { status: { phase: 'Sleeping' } }),
      patch({ path: `${apps}/a`, as: 'merge' }, { status: { phase: 'Failed' } }),
    ],
  },
  {
    title: 'Apps are watched as they come and go',
    bullet: 'own',
    steps: [
      ...served,
      given(named('first', post(apps, app()))),
      given(patch({ path: `${apps}/a`, as: 'merge' }, { spec: { runtime: 'python' } })),
      given(del(`${apps}/a`)),
      watch(`${apps}?resourceVersion={{first.metadata.resourceVersion}}`, { events: 2 }),
    ],
  },
  {
    title: 'An Image names everything that goes into it',
    bullet: 'own',
    steps: [
      ...served,
      post(
        inNamespace('images'),
        object('Image', { app: 'shop', source: { digest: 'x' }, runtime: 'python', key: 'k' }),
      ),
      get(`${inNamespace('images')}/a`, table),
      post(inNamespace('images'), object('Image', { source: { digest: 'x' }, runtime: 'python', key: 'k' })),
    ],
  },
  {
    title: 'A Release has a number from one on',
    bullet: 'own',
    steps: [
      ...served,
      post(inNamespace('releases'), object('Release', { app: 'shop', version: 0 })),
      get(`${inNamespace('releases')}/a`),
    ],
  },
  {
    title: 'A Runtime is of the whole cluster',
    bullet: 'own',
    steps: [
      ...served,
      post(inNamespace('runtimes'), object('Runtime', {})),
      get(`${group}/runtimes?labelSelector=of={{ns}}`, table),
    ],
  },
];
