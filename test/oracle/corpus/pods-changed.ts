import { type Case, given, patch, post, type Step } from '../case.ts';

const container = { name: 'main', image: 'nginx:1', env: [{ name: 'A', value: '1' }] };
const pod = (spec: object = {}): object => ({
  metadata: { name: 'a' },
  spec: {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 10,
    containers: [container],
    tolerations: [{ key: 'a', operator: 'Exists' }],
    ...spec,
  },
});
const made = (spec: object = {}): Step => given(post('pods', pod(spec)));
const strategic = (spec: object): Step => patch({ path: 'pods/a', as: 'strategic' }, { spec });
const merge = (body: object): Step => patch({ path: 'pods/a', as: 'merge' }, body);

const steps: Readonly<Record<string, readonly Step[]>> = {
  'What of a pod may change': [
    made(),
    strategic({ containers: [{ name: 'main', image: 'nginx:2' }] }),
    merge({ spec: { activeDeadlineSeconds: 100 } }),
    merge({ spec: { activeDeadlineSeconds: 50 } }),
    merge({ spec: { activeDeadlineSeconds: 60 } }),
    merge({ spec: { activeDeadlineSeconds: null } }),
    merge({ metadata: { labels: { a: 'b' } } }),
  ],
  'What of a pod may not change': [
    made(),
    strategic({ containers: [{ name: 'main', env: [{ name: 'A', value: '2' }] }] }),
    merge({ spec: { terminationGracePeriodSeconds: 20, hostNetwork: true } }),
    strategic({ containers: [{ name: 'side', image: 'x' }] }),
    strategic({ containers: [{ name: 'main', image: ' ' }] }),
    merge({ spec: { nodeSelector: { a: 'b' } } }),
  ],
  'Tolerations of a pod are added and never taken': [
    made(),
    merge({ spec: { tolerations: [{ key: 'b', operator: 'Exists' }] } }),
    merge({ metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } }),
  ],
  'A pod that is held back is told more of where it is to run': [
    made({ schedulingGates: [{ name: 'example.com/gate' }], nodeSelector: { a: 'b' } }),
    merge({ spec: { nodeSelector: { c: 'd' } } }),
    merge({ spec: { nodeSelector: { a: 'x' } } }),
    merge({ spec: { schedulingGates: [{ name: 'example.com/other' }] } }),
    merge({ spec: { schedulingGates: null } }),
    merge({ spec: { nodeSelector: { e: 'f' } } }),
  ],
  'A pod with warnings': [
    post('pods', {
      metadata: { name: 'a.b', annotations: { 'scheduler.alpha.kubernetes.io/critical-pod': '' } },
      spec: {
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: -1,
        containers: [
          { name: 'main', image: 'x', ports: [{ containerPort: 1 }, { containerPort: 1, hostPort: 1 }] },
          { name: 'side', image: 'x', resources: { limits: { memory: '100m' } } },
        ],
        volumes: [{ name: 'v', gitRepo: { repository: 'x' } }],
        imagePullSecrets: [{ name: 's' }, { name: 's2' }],
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'beta.kubernetes.io/os', whenUnsatisfiable: 'ScheduleAnyway' },
        ],
      },
    }),
  ],
};

export const cases: readonly Case[] = Object.entries(steps).map(
  ([title, of]): Case => ({ title, bullet: 'kinds', steps: of }),
);
