import { type Case, del, get, type Method, post, put, type Request } from '../case.ts';
import { defined } from '../definition.ts';
import { configMap, widget, widgets } from '../kinds.ts';

const by = (method: Method, path: string): Request => ({ method, path });

/** Where nothing is, and methods that an address does not know. */
const rows: readonly (readonly [title: string, ...requests: Request[]])[] = [
  ['Nowhere', get('/nowhere'), post('/nowhere', {})],
  ['A kind that the core has not', get('/api/v1/things'), get('things'), get('things/a')],
  ['A kind that a built-in group has not', get('/apis/apps/v1/things')],
  ['A version that there is not', get('/api/v2'), get('/apis/apps/v9')],
  ['A group that there is not', get('/apis/nobody.example.com'), get('/apis/nobody.example.com/v1/things')],
  ['A part that there is not', get('replicationcontrollers/a/parts')],
  ['A name without its namespace', get('/api/v1/replicationcontrollers/a')],
  ['A namespace where there is none', get('nodes'), get('namespaces')],
  ['A creation without a namespace', post('/api/v1/replicationcontrollers', { metadata: { name: 'a' } })],
  ['A deletion over all namespaces', by('DELETE', '/api/v1/replicationcontrollers')],
  ['A PUT of a collection', put('replicationcontrollers', {})],
  ['A POST of an object', post('replicationcontrollers/a', {})],
  ['HEAD', by('HEAD', 'replicationcontrollers'), by('HEAD', 'replicationcontrollers/a')],
  ['OPTIONS', by('OPTIONS', 'replicationcontrollers')],
  ['A deletion of all namespaces', by('DELETE', '/api/v1/namespaces')],
  ['A deletion of what says its version', del('/version')],
  [
    'Health',
    get('/healthz'),
    get('/livez'),
    get('/readyz'),
    get('/readyz/ping'),
    get('/livez/ping'),
    get('/healthz/etcd'),
  ],
  ['A check of health that there is not', get('/readyz/nothing')],
  ['Health for those who exclude a check', get('/readyz?exclude=etcd')],
  ['A POST that asks for health', post('/readyz', {})],
  ['A group, and a version of one', get('/apis/apps'), get('/apis/coordination.k8s.io/v1')],
];

const elsewhere: readonly (readonly [title: string, ...requests: Request[]])[] = [
  ['its group', get('/apis/{{ns}}.example.com')],
  ['another version', get('/apis/{{ns}}.example.com/v2')],
  ['another kind', get('/apis/{{ns}}.example.com/v1/namespaces/{{ns}}/things')],
  ['parts that it has not', get(`${widgets}/a/parts`), get(`${widgets}/a/scale`), get(`${widgets}/a/status`)],
  [
    'no namespace',
    get('/apis/{{ns}}.example.com/v1/widgets/a'),
    post('/apis/{{ns}}.example.com/v1/widgets', widget('a')),
  ],
  ['other methods', by('OPTIONS', widgets), by('HEAD', widgets)],
];

export const cases: readonly Case[] = [
  ...rows.map(([title, ...steps]): Case => ({ title, bullet: 'protocol', steps })),
  ...elsewhere.map(
    ([title, ...steps]): Case => ({
      title: `A definition’s kind and ${title}`,
      bullet: 'protocol',
      steps: [...defined({ type: 'object' }), ...steps],
    }),
  ),
  {
    title: 'A page for a person is indented',
    bullet: 'protocol',
    steps: [
      post('configmaps', configMap('a'), { headers: { 'user-agent': 'curl/8' } }),
      get('configmaps/a?pretty=true'),
    ],
  },
];
