import {
  type Case,
  changed,
  del,
  get,
  given,
  named,
  patch,
  post,
  put,
  type Request,
  together,
} from '../case.ts';

const http = { name: 'http', port: 80 };
const service = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: { selector: { app: name }, ports: [http], ...spec },
});

/** What was asked for by its number is to be had by the next case. */
const gone = (name: string): Request => given(del(`services/${name}`));

const create = (spec: object): Request => post('services', service('a', spec));
const merge = (spec: object): Request => patch({ path: 'services/a', as: 'merge' }, { spec });

/** Each is refused, and leaves nothing behind. */
const refused: readonly (readonly [title: string, ...specs: object[]])[] = [
  [
    'A Service whose ports contradict each other, or its type',
    { ports: null, type: 'Internal' },
    {
      ports: [
        { port: 80 },
        { name: 'a', port: 80, targetPort: 'Not a name' },
        { name: 'a', port: 70000, protocol: 'TCPP', appProtocol: 'a/b/c' },
      ],
    },
    { ports: [{ ...http, nodePort: 30009 }], selector: { 'a/b/c': '-' } },
    { type: 'NodePort', clusterIP: 'None' },
  ],
  [
    'A Service that is a name, with what only addresses have',
    { type: 'ExternalName', clusterIP: '10.96.44.1', externalName: 'Not_a.name' },
  ],
  [
    'A Service whose traffic goes where it cannot',
    {
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 90000 } },
      externalIPs: ['127.0.0.1', '169.254.0.1', 'here'],
    },
    {
      externalTrafficPolicy: 'Local',
      internalTrafficPolicy: 'Here',
      trafficDistribution: 'Far',
      healthCheckNodePort: 30001,
    },
  ],
  [
    'A Service with what only a balancer has',
    {
      allocateLoadBalancerNodePorts: true,
      loadBalancerClass: 'a/b',
      loadBalancerSourceRanges: ['10.0.0.0/8', 'x'],
    },
  ],
  [
    'A Service at an address that cannot be given out',
    { clusterIP: '1.2.3.4' },
    { clusterIP: '10.96.0.0' },
    { clusterIP: '10.96.0.300' },
    { clusterIPs: ['10.96.44.2'] },
    { clusterIP: '10.96.44.2', clusterIPs: ['10.96.44.3'] },
  ],
  [
    'A Service of families that the cluster has not',
    { clusterIP: 'fd00::1' },
    { ipFamilyPolicy: 'RequireDualStack' },
    { ipFamilies: ['IPv6', 'IPv4', 'IPv4', 'IPX'] },
    { ipFamilies: ['IPv6'] },
  ],
];

export const cases: readonly Case[] = [
  together(
    'Services that cannot be',
    refused.map(([title, ...specs]): Case => ({ title, bullet: 'kinds', steps: specs.map(create) })),
  ),
  {
    title: 'A Service gets an address and says so to nobody’s account',
    bullet: 'kinds',
    steps: [create({}), get('services/a')],
  },
  {
    title: 'A name that begins with a digit is none of a Service',
    bullet: 'kinds',
    steps: [post('services', service('1a'))],
  },
  {
    title: 'An address that is taken, and is free when it was given back',
    bullet: 'kinds',
    steps: [
      create({ clusterIP: '10.96.44.4' }),
      post('services', service('b', { clusterIP: '10.96.44.4' })),
      del('services/a'),
      post('services', service('b', { clusterIP: '10.96.44.4' })),
      gone('b'),
    ],
  },
  {
    title: 'A headless Service with and without a selector',
    bullet: 'kinds',
    steps: [
      create({ clusterIP: 'None' }),
      post('services', service('b', { clusterIP: 'None', selector: null })),
    ],
  },
  {
    title: 'Node ports for two protocols of one number, and one that is taken',
    bullet: 'kinds',
    steps: [
      create({
        type: 'NodePort',
        ports: [
          { name: 'udp', port: 53, protocol: 'UDP', nodePort: 31053 },
          { name: 'tcp', port: 53 },
        ],
      }),
      post('services', service('b', { type: 'NodePort', ports: [{ ...http, nodePort: 31053 }] })),
      gone('a'),
    ],
  },
  {
    title: 'A balancer with local traffic has a port for its health checks, for as long',
    bullet: 'kinds',
    steps: [
      create({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' }),
      merge({ healthCheckNodePort: 31077 }),
      merge({ externalTrafficPolicy: 'Cluster' }),
    ],
  },
  {
    title: 'A Service changes its type and leaves behind what only the old one had',
    bullet: 'kinds',
    steps: [
      given(create({ type: 'NodePort' })),
      merge({ type: 'ClusterIP' }),
      merge({ type: 'ExternalName', externalName: 'example.com' }),
      merge({ type: 'ClusterIP' }),
    ],
  },
  {
    title: 'The address of a Service stays, and so do its node ports, whoever does not name them',
    bullet: 'kinds',
    steps: [
      given(
        named(
          'first',
          create({ type: 'NodePort', clusterIP: '10.96.44.5', ports: [{ ...http, nodePort: 31088 }] }),
        ),
      ),
      put('services/a', service('a', { type: 'NodePort' })),
      put(
        'services/a',
        changed('first', {
          metadata: { resourceVersion: null },
          spec: { clusterIP: '10.96.44.6', clusterIPs: null },
        }),
      ),
      put(
        'services/a',
        changed('first', { metadata: { resourceVersion: null }, spec: { clusterIP: '', clusterIPs: null } }),
      ),
      put(
        'services/a',
        changed('first', {
          metadata: { resourceVersion: null },
          spec: { clusterIP: 'None', clusterIPs: ['None'] },
        }),
      ),
      gone('a'),
    ],
  },
  {
    title: 'A Service that says what has no effect is taken with warnings',
    bullet: 'kinds',
    steps: [
      create({
        externalName: 'example.com',
        externalIPs: ['010.1.2.3', 'fd00:0::1'],
        sessionAffinity: 'ClientIP',
        clusterIP: 'None',
      }),
    ],
  },
  {
    title: 'A PUT of a Service that is not there makes it',
    bullet: 'kinds',
    steps: [put('services/a', service('a'))],
  },
  {
    title: 'A dry run gives an address that nobody can have',
    bullet: 'kinds',
    steps: [
      post(
        'services?dryRun=All',
        service('a', { clusterIP: '10.96.44.7', type: 'NodePort', ports: [{ ...http, nodePort: 31099 }] }),
      ),
    ],
  },
  {
    title: 'The status of a Service is for balancers',
    bullet: 'kinds',
    steps: [
      given(create({})),
      patch(
        { path: 'services/a/status', as: 'merge' },
        { status: { loadBalancer: { ingress: [{ ip: '10.1.1.1' }] } } },
      ),
      given(merge({ type: 'LoadBalancer' })),
      patch(
        { path: 'services/a/status', as: 'merge' },
        {
          status: {
            loadBalancer: {
              ingress: [
                { ip: 'x', ipMode: 'VIPP' },
                { hostname: '1.2.3.4', ipMode: 'VIP' },
              ],
            },
          },
        },
      ),
      patch(
        { path: 'services/a/status', as: 'merge' },
        { status: { loadBalancer: { ingress: [{ ip: '10.1.1.1', ipMode: 'VIP' }] } } },
      ),
    ],
  },
];
