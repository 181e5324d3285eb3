import { cronJobs, events, jobs, pods } from '@fairlead/kube';
import { job } from '../parts.ts';
import { apply, patch, remove, type Story } from '../story.ts';

const report = (spec: object = {}, does = 'succeed') =>
  apply(cronJobs, 'report', { spec: { schedule: '* * * * *', jobTemplate: job({}, { does }), ...spec } });

export const stories: readonly Story[] = [
  {
    title: 'A CronJob runs when its minute comes',
    tells: [cronJobs],
    steps: [
      {
        does: [report({ schedule: '* * * * *' })],
        until: async ({ one }) => (await one(cronJobs, 'report'))?.status?.lastSuccessfulTime !== undefined,
      },
      {
        does: [patch(cronJobs, 'report', { spec: { suspend: true } })],
        until: async ({ one }) => ((await one(cronJobs, 'report'))?.status?.active ?? []).length === 0,
      },
    ],
  },
  {
    title: 'A CronJob does not run beside itself when that is forbidden',
    tells: [cronJobs],
    steps: [
      {
        does: [report({ concurrencyPolicy: 'Forbid' }, 'serve')],
        until: async ({ all }) => (await all(jobs)).length === 1,
      },
      {
        does: [],
        until: async ({ one, all }) => {
          const { status } = (await one(cronJobs, 'report')) ?? {};
          const [only] = await all(jobs);
          return status?.active?.length === 1 && only?.status?.active === 1;
        },
      },
    ],
  },
  {
    title: 'A CronJob replaces the Job of the minute before when it is told to',
    tells: [cronJobs, jobs],
    steps: [
      {
        does: [report({ concurrencyPolicy: 'Replace' }, 'serve')],
        until: async ({ all }) => (await all(jobs))[0]?.status?.ready === 1,
      },
      {
        does: [],
        until: async ({ one, all }) => {
          const { status } = (await one(cronJobs, 'report')) ?? {};
          const [only, ...others] = await all(jobs);
          const isReplaced = (await all(events)).some(({ reason }) => reason === 'SuccessfulDelete');
          return (
            isReplaced && others.length === 0 && only?.status?.ready === 1 && status?.active?.length === 1
          );
        },
      },
    ],
  },
  {
    title: 'A CronJob that goes takes its Jobs along',
    tells: [jobs, pods],
    steps: [
      {
        does: [report({}, 'serve')],
        until: async ({ one, all }) =>
          (await all(jobs))[0]?.status?.ready === 1 &&
          (await one(cronJobs, 'report'))?.status?.active?.length === 1,
      },
      {
        does: [remove(cronJobs, 'report')],
        until: async ({ all }) => [...(await all(jobs)), ...(await all(pods))].length === 0,
      },
    ],
  },
];
