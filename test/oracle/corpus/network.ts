import { type Case, changed, given, named, patch, post, put } from '../case.ts';

const ingresses = '/apis/networking.k8s.io/v1/namespaces/{{ns}}/ingresses';
const classes = '/apis/networking.k8s.io/v1/ingressclasses';
const policies = '/apis/networking.k8s.io/v1/namespaces/{{ns}}/networkpolicies';
const slices = '/apis/discovery.k8s.io/v1/namespaces/{{ns}}/endpointslices';

const backend = { service: { name: 'web', port: { number: 80 } } };
const path = { path: '/', pathType: 'Prefix', backend };
const ingress = (spec: object, annotations?: object) => ({ metadata: { name: 'a', annotations }, spec });
const rule = (...paths: object[]) => ({ rules: [{ host: 'a.example.com', http: { paths } }] });

const badIngresses: readonly (readonly [title: string, spec: object])[] = [
  ['with nothing to do', {}],
  [
    'for hosts that are none',
    { rules: [{ host: '1.2.3.4' }, { host: '*.*.com' }, { host: 'A.b', http: {} }] },
  ],
  [
    'for paths that can be read in two ways',
    rule(
      { ...path, path: 'a' },
      { ...path, path: '/a//b/%2f/.', pathType: 'Exact' },
      { ...path, pathType: 'Regex' },
      { backend },
    ),
  ],
  [
    'that leads nowhere',
    rule(
      { ...path, backend: {} },
      { ...path, backend: { service: { name: '1', port: { name: 'a', number: 1 } } } },
      { ...path, backend: { service: { port: {} }, resource: { kind: 'a/b', name: '' } } },
      { ...path, backend: { resource: { apiGroup: '-', kind: '', name: '..' } } },
    ),
  ],
  [
    'with bad names all over',
    { defaultBackend: backend, ingressClassName: '-', tls: [{ hosts: ['*', '_'], secretName: 'A' }] },
  ],
];

const badPolicies: readonly (readonly [title: string, spec: object])[] = [
  [
    'of peers that are none, or two',
    { podSelector: {}, ingress: [{ from: [{}, { podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }] }] },
  ],
  [
    'of blocks that do not fit',
    {
      podSelector: {},
      egress: [
        {
          to: [
            { ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16', '10.0.0.0/8', 'x'] } },
            { ipBlock: { cidr: '' } },
          ],
        },
      ],
    },
  ],
  [
    'of ports that are none',
    {
      podSelector: {},
      ingress: [
        {
          ports: [
            { protocol: 'ICMP' },
            { port: 0 },
            { port: 80, endPort: 70 },
            { port: 'http', endPort: 80 },
            { endPort: 80 },
          ],
        },
      ],
    },
  ],
  [
    'of a selector and a direction that there are not',
    {
      podSelector: {
        matchExpressions: [
          { key: 'a', operator: 'Near' },
          { key: '', operator: 'In' },
        ],
      },
      policyTypes: ['Sideways'],
    },
  ],
];

const badEndpoints: readonly (readonly [title: string, subsets: object[]])[] = [
  ['without addresses', [{ ports: [{ port: 80 }] }]],
  [
    'that cannot be reached',
    [
      {
        addresses: [{ ip: '0.0.0.0' }, { ip: '169.254.1.1' }, { ip: 'x', hostname: 'A_', nodeName: '-' }],
        ports: [{ port: 80 }, { name: 'B', port: 0, protocol: 'X' }],
      },
    ],
  ],
];

const slice = {
  metadata: { name: 'a' },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.1.2.3'] }],
  ports: [{ port: 80 }],
};

const badSlices: readonly (readonly [title: string, change: object])[] = [
  ['of addresses of another family', { endpoints: [{ addresses: ['fd00::1'] }, { addresses: [] }] }],
  [
    'of strict addresses',
    { addressType: 'IPv6', endpoints: [{ addresses: ['FD00::1', '::ffff:1.2.3.4', '10.1.1.1'] }] },
  ],
  ['of names', { addressType: 'FQDN', endpoints: [{ addresses: ['a', 'a..b', ''] }] }],
  [
    'of a type that there is not',
    { addressType: 'IPX', ports: [{ name: 'A', protocol: 'X' }, { name: 'A' }] },
  ],
  [
    'with hints that contradict themselves',
    {
      endpoints: [
        {
          addresses: ['10.1.2.3'],
          hostname: 'A',
          nodeName: '-',
          hints: { forZones: [{ name: 'z' }, { name: 'z' }, { name: '-' }] },
        },
      ],
    },
  ],
];

const bad = (kind: string, collection: string) => ({
  of: <T>(rows: readonly (readonly [title: string, given: T])[], body: (given: T) => object): Case[] =>
    rows.map(([title, given]) => ({
      title: `${kind} ${title}`,
      bullet: 'kinds',
      steps: [post(collection, body(given))],
    })),
});

export const cases: readonly Case[] = [
  ...bad('An Ingress', ingresses).of(badIngresses, (spec) => ingress(spec)),
  ...bad('A NetworkPolicy', policies).of(badPolicies, (spec) => ({ metadata: { name: 'a' }, spec })),
  ...bad('Endpoints', 'endpoints').of(badEndpoints, (subsets) => ({
    metadata: { name: 'a' },
    subsets,
  })),
  ...bad('An EndpointSlice', slices).of(badSlices, (change) => ({ ...slice, ...change })),
  {
    title: 'An Ingress, its generation and its status',
    bullet: 'kinds',
    steps: [
      post(ingresses, ingress(rule(path))),
      patch({ path: `${ingresses}/a`, as: 'merge' }, { metadata: { annotations: { a: 'b' } } }),
      patch({ path: `${ingresses}/a`, as: 'merge' }, { spec: rule({ ...path, path: '/b' }) }),
      patch(
        { path: `${ingresses}/a/status`, as: 'merge' },
        { status: { loadBalancer: { ingress: [{ ip: 'x' }, { hostname: '1.2.3.4' }] } } },
      ),
    ],
  },
  {
    title: 'An Ingress whose class stands in an annotation',
    bullet: 'kinds',
    steps: [
      post(ingresses, ingress(rule(path), { 'kubernetes.io/ingress.class': 'a' })),
      post(
        ingresses,
        ingress({ ...rule(path), ingressClassName: 'b' }, { 'kubernetes.io/ingress.class': 'a' }),
      ),
    ],
  },
  {
    title: 'An IngressClass keeps its controller',
    bullet: 'kinds',
    steps: [
      named('first', post(classes, { metadata: { name: '{{ns}}' }, spec: { controller: 'example.com/a' } })),
      put(`${classes}/{{ns}}`, changed('first', { spec: { controller: 'example.com/b' } })),
    ],
  },
  {
    title: 'An IngressClass of a controller that is none, with parameters from nowhere',
    bullet: 'kinds',
    steps: [
      post(classes, {
        metadata: { name: '{{ns}}' },
        spec: { controller: 'a', parameters: { kind: 'A', name: 'b', scope: 'Namespace' } },
      }),
      post(classes, {
        metadata: { name: '{{ns}}' },
        spec: { controller: '_/a b', parameters: { kind: '', name: '', scope: 'Cluster', namespace: 'x' } },
      }),
    ],
  },
  {
    title: 'A NetworkPolicy gets its types, and a warning for a block that is ambiguous',
    bullet: 'kinds',
    steps: [
      post(policies, {
        metadata: { name: 'a' },
        spec: { podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: '10.1.2.3/8' } }] }] },
      }),
    ],
  },
  {
    title: 'A change of a NetworkPolicy is looked at twice',
    bullet: 'kinds',
    steps: [
      given(post(policies, { metadata: { name: 'a' }, spec: { podSelector: {} } })),
      patch({ path: `${policies}/a`, as: 'merge' }, { spec: { ingress: [{ from: [{}] }] } }),
    ],
  },
  {
    title: 'An EndpointSlice keeps its type of addresses, and may say how it should not',
    bullet: 'kinds',
    steps: [
      post(slices, { ...slice, endpoints: [{ addresses: ['010.1.2.3'] }] }),
      patch(
        { path: `${slices}/a`, as: 'merge' },
        { addressType: 'FQDN', endpoints: [{ addresses: ['a.example.com'] }] },
      ),
    ],
  },
  {
    title: 'Endpoints are served with a warning of their age',
    bullet: 'kinds',
    steps: [
      post('endpoints', {
        metadata: { name: 'a' },
        subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 80 }] }],
      }),
    ],
  },
];
