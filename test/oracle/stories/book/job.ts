import { jobs } from '@fairlead/kube';
import { job } from '../parts.ts';
import { apply, patch, says, states, type Story } from '../story.ts';

const told = { tells: [jobs] };
const load = (spec: object = {}, pods: Parameters<typeof job>[1] = {}) =>
  apply(jobs, 'load', job(spec, pods));
const ends = (how: string) => states(jobs, 'load', how);

export const stories: readonly Story[] = [
  {
    title: 'A Job runs its pods to completion',
    ...told,
    steps: [{ does: [load({ completions: 3, parallelism: 2 })], until: ends('Complete=True') }],
  },
  {
    title: 'A Job fails at its limit',
    ...told,
    steps: [{ does: [load({ backoffLimit: 0 }, { does: 'fail' })], until: ends('Failed=True') }],
  },
  {
    title: 'An indexed Job does each part',
    ...told,
    steps: [
      {
        does: [load({ completionMode: 'Indexed', completions: 4, parallelism: 2 })],
        until: ends('Complete=True'),
      },
    ],
  },
  {
    title: 'An indexed Job gives up parts that fail',
    ...told,
    steps: [
      {
        does: [
          load(
            { completionMode: 'Indexed', completions: 4, parallelism: 4, backoffLimitPerIndex: 0 },
            { failingIndexes: '1,2' },
          ),
        ],
        until: ends('Failed=True'),
      },
    ],
  },
  {
    title: 'A Job is a success when enough of it is done',
    ...told,
    steps: [
      {
        does: [
          load({
            completionMode: 'Indexed',
            completions: 3,
            parallelism: 1,
            successPolicy: { rules: [{ succeededIndexes: '0' }] },
          }),
        ],
        until: ends('Complete=True'),
      },
    ],
  },
  {
    title: 'A Job fails at once for a reason that its policy names',
    ...told,
    steps: [
      {
        does: [
          load(
            {
              podFailurePolicy: {
                rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }],
              },
            },
            { does: 'fail', code: '42' },
          ),
        ],
        until: ends('Failed=True'),
      },
    ],
  },
  {
    title: 'A Job is suspended and resumed',
    ...told,
    steps: [
      {
        does: [load({ parallelism: 2, completions: 2 }, { does: 'serve' })],
        until: says(jobs, 'load', { active: 2, ready: 2 }),
      },
      { does: [patch(jobs, 'load', { spec: { suspend: true } })], until: ends('Suspended=True') },
      { does: [], until: says(jobs, 'load', { active: 0, terminating: 0 }) },
      {
        does: [patch(jobs, 'load', { spec: { suspend: false } })],
        until: says(jobs, 'load', { active: 2, ready: 2 }),
      },
    ],
  },
  {
    title: 'A Job that takes too long is ended',
    ...told,
    steps: [{ does: [load({ activeDeadlineSeconds: 3 }, { does: 'serve' })], until: ends('Failed=True') }],
  },
];
