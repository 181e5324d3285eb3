import { type Case, given, patch, post } from '../case.ts';

const autoscalers = '/apis/autoscaling/v2/namespaces/{{ns}}/horizontalpodautoscalers';
const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' };
const scaler = (spec: object = {}): object => ({
  metadata: { name: 'a' },
  spec: { scaleTargetRef: target, maxReplicas: 3, ...spec },
});
const cpu = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
};

export const cases: readonly Case[] = [
  {
    title: 'An autoscaler as it is made, with a metric and without',
    bullet: 'kinds',
    steps: [post(`${autoscalers}?dryRun=All`, scaler()), post(autoscalers, scaler({ metrics: [cpu] }))],
  },
  {
    title: 'Autoscalers whose bounds and targets cannot be',
    bullet: 'kinds',
    steps: [
      post(autoscalers, scaler({ minReplicas: 0, maxReplicas: 0 })),
      post(autoscalers, scaler({ minReplicas: 5 })),
      post(autoscalers, scaler({ scaleTargetRef: { kind: '', name: 'a/b', apiVersion: 'v1' } })),
      post(autoscalers, scaler({ scaleTargetRef: { ...target, apiVersion: 'a/b/c' } })),
    ],
  },
  {
    title: 'Autoscalers whose metrics cannot be',
    bullet: 'kinds',
    steps: [
      post(autoscalers, scaler({ metrics: [{ type: 'Odd' }] })),
      post(autoscalers, scaler({ metrics: [{ type: 'Resource' }] })),
      post(
        autoscalers,
        scaler({
          metrics: [{ ...cpu, resource: { name: 'cpu', target: { type: 'Odd', averageUtilization: 0 } } }],
        }),
      ),
      post(
        autoscalers,
        scaler({
          metrics: [{ type: 'Pods', pods: { metric: { name: '' }, target: { type: 'Value', value: '-1' } } }],
        }),
      ),
      post(
        autoscalers,
        scaler({
          metrics: [
            {
              type: 'External',
              external: { metric: { name: 'a/b' }, target: { type: 'Value', value: '1', averageValue: '1' } },
            },
          ],
        }),
      ),
      post(
        autoscalers,
        scaler({
          metrics: [
            {
              type: 'ContainerResource',
              containerResource: { name: 'gpu', container: 'A', target: { type: 'Utilization' } },
            },
          ],
        }),
      ),
      post(
        autoscalers,
        scaler({
          metrics: [
            {
              ...cpu,
              type: 'Pods',
              pods: { metric: { name: 'x' }, target: { type: 'AverageValue', averageValue: '1' } },
            },
          ],
        }),
      ),
    ],
  },
  {
    title: 'Autoscalers whose behavior cannot be',
    bullet: 'kinds',
    steps: [
      post(
        autoscalers,
        scaler({
          behavior: {
            scaleUp: {
              stabilizationWindowSeconds: -1,
              selectPolicy: 'Odd',
              policies: [{ type: 'Odd', value: 0, periodSeconds: 0 }],
            },
            scaleDown: {
              stabilizationWindowSeconds: 4000,
              policies: [{ type: 'Pods', value: 1, periodSeconds: 2000 }],
            },
          },
        }),
      ),
    ],
  },
  {
    title: 'The status of an autoscaler counts',
    bullet: 'kinds',
    steps: [
      given(post(autoscalers, scaler({ metrics: [cpu] }))),
      patch(
        { path: `${autoscalers}/a/status`, as: 'merge' },
        { status: { currentReplicas: -1, desiredReplicas: -1 } },
      ),
    ],
  },
];
