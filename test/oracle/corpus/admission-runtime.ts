import { type Case, post, type Request } from '../case.ts';

const CLASSES = '/apis/node.k8s.io/v1/runtimeclasses';

const classOf = (name: string, more: object = {}): Request =>
  post(CLASSES, { metadata: { name: `{{ns}}-${name}` }, handler: 'runc', ...more });

const pod = (name: string, spec: object): Request =>
  post('pods', {
    metadata: { name },
    spec: {
      automountServiceAccountToken: false,
      containers: [{ name: 'c', image: 'i' }],
      runtimeClassName: '{{ns}}-a',
      ...spec,
    },
  });

const overhead = { overhead: { podFixed: { cpu: '10m', memory: '1Mi' } } };

/** The classes of runtimes: what pods that name one get by it. */
export const cases: readonly Case[] = [
  {
    title: 'A pod of a runtime class that there is not',
    bullet: 'life',
    steps: [classOf('b'), pod('a', {})],
  },
  {
    title: 'A pod of a runtime class with overhead',
    bullet: 'life',
    steps: [
      classOf('a', overhead),
      pod('a', {}),
      pod('b', { overhead: { cpu: '20m' } }),
      pod('c', { overhead: { cpu: '10m', memory: '1Mi' } }),
      pod('d', { overhead: { cpu: '10m' }, runtimeClassName: null }),
    ],
  },
  {
    title: 'A pod of a runtime class that is on some nodes only',
    bullet: 'life',
    steps: [
      classOf('a', {
        scheduling: {
          nodeSelector: { disk: 'ssd' },
          tolerations: [{ key: 'runtime', operator: 'Exists', effect: 'NoSchedule' }],
        },
      }),
      pod('a', {}),
      pod('b', { nodeSelector: { zone: 'one' }, tolerations: [{ key: 'own', operator: 'Exists' }] }),
      pod('c', { nodeSelector: { disk: 'hdd' } }),
    ],
  },
];
