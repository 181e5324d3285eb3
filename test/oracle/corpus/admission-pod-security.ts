import { type Case, given, patch, post, together } from '../case.ts';

const labelled = (labels: Readonly<Record<string, string>>) =>
  given(
    patch(
      { path: '/api/v1/namespaces/{{ns}}', as: 'merge' },
      {
        metadata: {
          labels: Object.fromEntries(
            Object.entries(labels).map(([mode, value]) => [`pod-security.kubernetes.io/${mode}`, value]),
          ),
        },
      },
    ),
  );

const pod = (spec: object, container: object = {}) => ({
  metadata: { name: 'p' },
  spec: {
    automountServiceAccountToken: false,
    containers: [{ name: 'c', image: 'i', ...container }],
    ...spec,
  },
});

const good = {
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  },
};

const template = (spec: object) => {
  const { containers } = pod({}).spec;
  return { metadata: { labels: { a: 'b' } }, spec: { containers, ...spec } };
};

/** Pod security levels by the labels of a namespace. */
export const cases: readonly Case[] = [
  together(
    'A baseline namespace refuses what reaches beyond the pod',
    [
      {
        title: 'A baseline namespace refuses the host’s namespaces, folders and ports',
        bullet: 'life',
        steps: [
          labelled({ enforce: 'baseline' }),
          post(
            'pods',
            pod(
              { hostPID: true, hostIPC: true, volumes: [{ name: 'v', hostPath: { path: '/' } }] },
              { ports: [{ containerPort: 80, hostPort: 80 }] },
            ),
          ),
        ],
      },
      {
        title: 'A baseline namespace refuses privileges',
        bullet: 'life',
        steps: [
          labelled({ enforce: 'baseline' }),
          post(
            'pods',
            pod(
              {
                securityContext: {
                  seLinuxOptions: { user: 'u' },
                  sysctls: [{ name: 'kernel.msgmax', value: '1' }],
                },
              },
              { securityContext: { privileged: true, capabilities: { add: ['SYS_TIME', 'NET_RAW'] } } },
            ),
          ),
        ],
      },
      {
        title: 'A baseline namespace refuses loose profiles and probes of other hosts',
        bullet: 'life',
        steps: [
          labelled({ enforce: 'baseline' }),
          post(
            'pods',
            pod(
              {
                securityContext: {
                  seccompProfile: { type: 'Unconfined' },
                  appArmorProfile: { type: 'Unconfined' },
                },
              },
              { livenessProbe: { httpGet: { port: 80, host: 'a.example' } } },
            ),
          ),
        ],
      },
      {
        title: 'A version of before a rule does not know it',
        bullet: 'life',
        steps: [
          labelled({ enforce: 'baseline', 'enforce-version': 'v1.33' }),
          post('pods', pod({}, { livenessProbe: { httpGet: { port: 80, host: 'a.example' } } })),
        ],
      },
    ],
    'pods',
  ),
  together(
    'A restricted namespace takes what gives up everything and nothing else',
    [
      {
        title: 'A restricted namespace refuses an ordinary pod',
        bullet: 'life',
        steps: [
          labelled({ enforce: 'restricted' }),
          post('pods', pod({ initContainers: [{ name: 'i', image: 'i' }] })),
        ],
      },
      {
        title: 'A restricted namespace refuses root and the volumes of others',
        bullet: 'life',
        steps: [
          labelled({ enforce: 'restricted', 'enforce-version': 'v1.30' }),
          post(
            'pods',
            pod(
              {
                securityContext: { runAsUser: 0, runAsNonRoot: false },
                volumes: [
                  { name: 'a', nfs: { server: 's', path: '/' } },
                  { name: 'b', emptyDir: {} },
                ],
              },
              good,
            ),
          ),
        ],
      },
      {
        title: 'A restricted namespace takes what gives up everything',
        bullet: 'life',
        steps: [labelled({ enforce: 'restricted' }), post('pods', pod({}, good))],
      },
    ],
    'pods',
  ),
  {
    title: 'A template that breaks the level is taken with a warning',
    bullet: 'life',
    steps: [
      labelled({ enforce: 'baseline' }),
      post('/apis/apps/v1/namespaces/{{ns}}/deployments', {
        metadata: { name: 'd' },
        spec: { selector: { matchLabels: { a: 'b' } }, template: template({ hostPID: true }) },
      }),
    ],
  },
  {
    title: 'A namespace may warn of more than it enforces',
    bullet: 'life',
    steps: [
      labelled({ enforce: 'baseline', warn: 'restricted', 'warn-version': 'v1.24' }),
      post('pods', pod({})),
    ],
  },
  {
    title: 'Labels that cannot be read',
    bullet: 'life',
    steps: [
      patch(
        { path: '/api/v1/namespaces/{{ns}}', as: 'merge' },
        {
          metadata: {
            labels: {
              'pod-security.kubernetes.io/enforce': 'strict',
              'pod-security.kubernetes.io/warn-version': '1.30',
            },
          },
        },
      ),
      post('/api/v1/namespaces', {
        metadata: { name: '{{ns}}-x', labels: { 'pod-security.kubernetes.io/audit': 'x' } },
      }),
    ],
  },
  {
    title: 'Who makes a level stricter is told of the pods that break it',
    bullet: 'life',
    steps: [
      given(post('pods', pod({ hostPID: true }))),
      given(post('pods', { ...pod({ hostPID: true }), metadata: { name: 'b' } })),
      patch(
        { path: '/api/v1/namespaces/{{ns}}', as: 'merge' },
        { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } } },
      ),
    ],
  },
];
