import { deployments, horizontalPodAutoscalers } from '@fairlead/kube';
import { workload } from '../parts.ts';
import { apply, says, states, type Story } from '../story.ts';

const told = { tells: [horizontalPodAutoscalers, deployments], sizes: [deployments] };
const web = (replicas: number) => apply(deployments, 'web', workload({ replicas }));
const cpu = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
};
const scaler = (spec: object) =>
  apply(horizontalPodAutoscalers, 'web', {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 4,
      metrics: [cpu],
      ...spec,
    },
  });
const isUp = (replicas: number) => says(deployments, 'web', { replicas, availableReplicas: replicas });

export const stories: readonly Story[] = [
  {
    title: 'An autoscaler that cannot measure says so',
    ...told,
    steps: [
      { does: [web(2)], until: isUp(2) },
      {
        does: [scaler({})],
        until: states(horizontalPodAutoscalers, 'web', 'ScalingActive=False FailedGetResourceMetric'),
      },
    ],
  },
  {
    title: 'An autoscaler of something that is not there',
    tells: [horizontalPodAutoscalers],
    steps: [
      {
        does: [scaler({})],
        until: states(horizontalPodAutoscalers, 'web', 'AbleToScale=False FailedGetScale'),
      },
    ],
  },
  {
    title: 'An autoscaler leaves alone what was put to rest',
    ...told,
    steps: [
      { does: [web(0)], until: isUp(0) },
      {
        does: [scaler({})],
        until: states(horizontalPodAutoscalers, 'web', 'ScalingActive=False ScalingDisabled'),
      },
    ],
  },
  {
    title: 'An autoscaler that lacks a measure from outside',
    ...told,
    steps: [
      { does: [web(1)], until: isUp(1) },
      {
        does: [
          scaler({
            metrics: [
              {
                type: 'External',
                external: { metric: { name: 'orders' }, target: { type: 'Value', value: '3' } },
              },
            ],
          }),
        ],
        until: states(horizontalPodAutoscalers, 'web', 'ScalingActive=False FailedGetExternalMetric'),
      },
    ],
  },
];
