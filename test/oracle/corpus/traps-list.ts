import { type Case, compact, get, given, named, post, put, together } from '../case.ts';
import { bare, configMap, quietPod } from '../kinds.ts';

const threeOf = (kind: string) => ['a', 'b', 'c'].map((name) => given(post(kind, bare(name))));
const three = threeOf('configmaps');
/** The rules are those of every kind: the rows take turns. */
const kinds = [
  'configmaps',
  'secrets',
  'endpoints',
  'limitranges',
  'resourcequotas',
  '/apis/coordination.k8s.io/v1/namespaces/{{ns}}/leases',
  '/apis/networking.k8s.io/v1/namespaces/{{ns}}/networkpolicies',
] as const;
const version = '{{page.metadata.resourceVersion}}';
const rest = '{{page.metadata.continue}}';
const labelled = (name: string, labels: Record<string, string>) =>
  given(post('configmaps', { ...configMap(name), metadata: { name, labels } }));
const coloured = [
  labelled('red', { colour: 'red' }),
  labelled('blue', { colour: 'blue', size: '2' }),
  labelled('none', {}),
];

const rows: readonly (readonly [string, string])[] = [
  ['neither version nor rule', 'limit=2'],
  ['version 0 and a limit, which version 0 overrides', 'resourceVersion=0&limit=2'],
  ['version 0 and NotOlderThan', 'resourceVersion=0&resourceVersionMatch=NotOlderThan'],
  ['version 0 and Exact', 'resourceVersion=0&resourceVersionMatch=Exact'],
  ['a version and no rule', `resourceVersion=${version}`],
  ['a version, a limit and no rule', `resourceVersion=${version}&limit=2`],
  ['a version and NotOlderThan', `resourceVersion=${version}&resourceVersionMatch=NotOlderThan`],
  [
    'a version, NotOlderThan and a limit',
    `resourceVersion=${version}&resourceVersionMatch=NotOlderThan&limit=2`,
  ],
  ['a version and Exact', `resourceVersion=${version}&resourceVersionMatch=Exact`],
  ['a version, Exact and a limit', `resourceVersion=${version}&resourceVersionMatch=Exact&limit=1`],
  ['a rule without a version', 'resourceVersionMatch=Exact'],
  ['a rule that there is not', 'resourceVersion=1&resourceVersionMatch=Newest'],
  ['a token', `limit=1&continue=${rest}`],
  ['a token without a limit', `continue=${rest}`],
  ['a token and version 0', `limit=1&continue=${rest}&resourceVersion=0`],
  ['a token and a version', `limit=1&continue=${rest}&resourceVersion=${version}`],
  ['a token and a rule', `limit=1&continue=${rest}&resourceVersionMatch=Exact`],
  ['a token that is none', 'limit=1&continue=abc'],
  ['a negative limit', 'limit=-1'],
  ['a limit that is no number', 'limit=many'],
  ['a version that is no number', 'resourceVersion=abc'],
  ['a token and a selector', `limit=1&continue=${rest}&labelSelector=!no`],
];

const matrix = rows.map(([title, query], row): Case => {
  const kind = kinds[row % kinds.length] as string;
  return {
    title: `A list with ${title}`,
    bullet: 'life',
    steps: [
      ...threeOf(kind),
      named('page', get(`${kind}?limit=1`)),
      given(post(kind, bare('d'))),
      get(`${kind}?${query}`),
    ],
  };
});

export const cases: readonly Case[] = [
  ...matrix,
  {
    title: 'A token that is expired comes with one that goes on inconsistently',
    bullet: 'life',
    steps: [
      ...three,
      named('page', get('configmaps?limit=1')),
      given(put('configmaps/b', configMap('b', { k: '2' }))),
      compact,
      named('gone', get(`configmaps?limit=1&continue=${rest}`)),
      get('configmaps?limit=1&continue={{gone.metadata.continue}}'),
    ],
  },
  {
    title: 'A list of a version that is forgotten',
    bullet: 'life',
    steps: [
      ...three,
      named('page', get('configmaps?limit=1')),
      given(put('configmaps/b', configMap('b', { k: '2' }))),
      compact,
      get(`configmaps?resourceVersion=${version}&resourceVersionMatch=Exact`),
    ],
  },
  {
    title: 'A list of a version that is yet to come',
    bullet: 'life',
    steps: [get('secrets?resourceVersion=99999999')],
  },
  {
    title: 'An object of a version that is yet to come',
    bullet: 'life',
    steps: [given(post('secrets', bare('a'))), get('secrets/a?resourceVersion=99999999')],
  },
  {
    title: 'An exact list of a version that is yet to come',
    bullet: 'life',
    steps: [get('endpoints?resourceVersion=99999999&resourceVersionMatch=Exact')],
  },
  {
    title: 'Pages tell of one state and how many remain',
    bullet: 'life',
    steps: [
      ...threeOf('limitranges'),
      named('page', get('limitranges?limit=1')),
      given(post('limitranges', bare('aa'))),
      named('next', get(`limitranges?limit=1&continue=${rest}`)),
      get('limitranges?limit=1&continue={{next.metadata.continue}}'),
    ],
  },
  {
    title: 'With a selector nobody knows how many remain',
    bullet: 'life',
    steps: [...threeOf('resourcequotas'), get('resourcequotas?limit=1&labelSelector=!no')],
  },
  {
    title: 'Namespaces come in the order of their keys: a-b before a',
    bullet: 'life',
    steps: [
      given(post('/api/v1/namespaces', { metadata: { name: '{{ns}}-b' } })),
      given(post('/api/v1/namespaces/{{ns}}-b/configmaps', configMap('x'))),
      given(post('configmaps', { ...configMap('x'), metadata: { name: 'x', labels: { of: '{{ns}}' } } })),
      given(
        put('/api/v1/namespaces/{{ns}}-b/configmaps/x', {
          ...configMap('x'),
          metadata: { name: 'x', labels: { of: '{{ns}}' } },
        }),
      ),
      get('/api/v1/configmaps?labelSelector=of={{ns}}'),
    ],
  },
  together(
    '!= and notin also find what has no such label; in, exists and greater than do not',
    [
      {
        title: '!= also finds what has no such label',
        bullet: 'life',
        steps: [...coloured, get('configmaps?labelSelector=colour!=red')],
      },
      {
        title: 'notin also finds what has no such label',
        bullet: 'life',
        steps: [...coloured, get('configmaps?labelSelector=colour%20notin%20(red,green)')],
      },
      {
        title: 'in, exists and greater than',
        bullet: 'life',
        steps: [
          ...coloured,
          get('configmaps?labelSelector=colour%20in%20(red,blue)'),
          get('configmaps?labelSelector=colour,size'),
          get('configmaps?labelSelector=size>1'),
          get('configmaps?labelSelector=!colour'),
        ],
      },
    ],
    'configmaps',
  ),
  {
    title: 'A greater than that compares with no number',
    bullet: 'life',
    steps: [get('endpoints?labelSelector=size>big')],
  },
  {
    title: 'A label selector that cannot be read',
    bullet: 'life',
    steps: [get('secrets?labelSelector=a==,')],
  },
  {
    title: 'A label selector whose value is no label value',
    bullet: 'life',
    steps: [get('endpoints?labelSelector=a=b%2Fc')],
  },
  {
    title: 'A field selector that is not supported',
    bullet: 'life',
    steps: [get('limitranges?fieldSelector=data.k=1')],
  },
  {
    title: 'A field selector that cannot be read',
    bullet: 'life',
    steps: [get('resourcequotas?fieldSelector=metadata.name')],
  },
  {
    title: 'Fields of pods that are selected by',
    bullet: 'life',
    steps: [
      given(post('pods', quietPod('a'))),
      get('pods?fieldSelector=status.phase=Pending,spec.nodeName=,spec.restartPolicy!=Never'),
      get('pods?fieldSelector=spec.hostNetwork=false'),
      get('pods?fieldSelector=spec.image=app:1'),
    ],
  },
  {
    title: 'A list of a namespace that is not there is empty',
    bullet: 'life',
    steps: [get('/api/v1/namespaces/{{ns}}-none/endpoints?resourceVersion=0')],
  },
];
