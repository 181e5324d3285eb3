import { daemonSets, pods } from '@fairlead/kube';
import { template, workload } from '../parts.ts';
import { apply, says, type Story } from '../story.ts';

const told = { tells: [daemonSets] };
const agent = (spec: object = {}, image = 'app:1') => apply(daemonSets, 'agent', workload(spec, { image }));
const isUp = (count: number) =>
  says(daemonSets, 'agent', {
    desiredNumberScheduled: count,
    numberAvailable: count,
    updatedNumberScheduled: count,
    numberMisscheduled: 0,
  });

const on = (place: string) => ({ template: template({}, { nodeSelector: { place } }) });

export const stories: readonly Story[] = [
  { title: 'A DaemonSet has a pod on every node', ...told, steps: [{ does: [agent()], until: isUp(3) }] },
  {
    title: 'A DaemonSet moves when it chooses other nodes',
    ...told,
    steps: [
      { does: [agent(on('here'))], until: isUp(1) },
      { does: [agent(on('there'))], until: isUp(2) },
    ],
  },
  {
    title: 'A DaemonSet is updated node by node',
    ...told,
    steps: [
      { does: [agent()], until: isUp(3) },
      { does: [agent({}, 'app:2')], until: isUp(3) },
    ],
  },
  {
    title: 'A DaemonSet that is updated by hand only',
    ...told,
    steps: [
      { does: [agent({ updateStrategy: { type: 'OnDelete' } })], until: isUp(3) },
      {
        does: [agent({ updateStrategy: { type: 'OnDelete' } }, 'app:2')],
        until: says(daemonSets, 'agent', { numberAvailable: 3, updatedNumberScheduled: 0 }),
      },
    ],
  },
  {
    title: 'A DaemonSet with a surge is updated beside itself',
    ...told,
    steps: [1, 2].map((version) => ({
      does: [
        agent(
          { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
          `app:${version}`,
        ),
      ],
      until: async (look) => (await isUp(3)(look)) && (await look.all(pods)).length === 3,
    })),
  },
];
