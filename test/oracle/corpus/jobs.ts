import { type Case, given, patch, post, type Step } from '../case.ts';

const batch = '/apis/batch/v1/namespaces/{{ns}}';
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } };
const job = (spec: object = {}, metadata: object = {}): object => ({
  metadata: { name: 'a', ...metadata },
  spec: { template, ...spec },
});
const cron = (spec: object = {}, metadata: object = {}): object => ({
  metadata: { name: 'a', ...metadata },
  spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template } }, ...spec },
});
const made: Step = given(post(`${batch}/jobs`, job()));
const merge = (path: string, body: unknown): Step => patch({ path: `${batch}/${path}`, as: 'merge' }, body);
const status = (body: object): Step => merge('jobs/a/status', { status: body });
const condition = (type: string): object => ({ type, status: 'True' });
const start = '2020-01-01T00:00:00Z';

const steps: Readonly<Record<string, readonly Step[]>> = {
  'A job as it is made': [post(`${batch}/jobs`, job())],
  'Jobs whose numbers cannot be': [
    post(
      `${batch}/jobs`,
      job({ parallelism: -1, completions: -1, backoffLimit: -1, ttlSecondsAfterFinished: -1 }),
    ),
    post(
      `${batch}/jobs`,
      job({ activeDeadlineSeconds: -1, maxFailedIndexes: 1, completionMode: 'Odd', managedBy: 'x' }),
    ),
  ],
  'Jobs whose pods never end': [
    post(`${batch}/jobs`, job({ template: { spec: { containers: template.spec.containers } } })),
    post(`${batch}/jobs`, job({ template: { spec: { ...template.spec, restartPolicy: 'Often' } } })),
  ],
  'A job that selects for itself': [
    post(`${batch}/jobs`, job({ selector: { matchLabels: { a: 'b' } } })),
    post(`${batch}/jobs`, job({ manualSelector: true })),
    post(`${batch}/jobs`, job({ manualSelector: true, selector: { matchLabels: { a: 'b' } } })),
  ],
  'Indexed jobs that cannot be': [
    post(`${batch}/jobs`, job({ completionMode: 'Indexed', backoffLimitPerIndex: 1 })),
    post(
      `${batch}/jobs`,
      job({
        completionMode: 'Indexed',
        completions: 5,
        parallelism: 200000,
        maxFailedIndexes: 6,
        backoffLimitPerIndex: 1,
      }),
    ),
    post(`${batch}/jobs`, job({ completionMode: 'Indexed', completions: 2 }, { name: 'a.b' })),
    post(`${batch}/jobs`, job({ successPolicy: { rules: [{ succeededCount: 1 }] } })),
    post(
      `${batch}/jobs`,
      job({
        completionMode: 'Indexed',
        completions: 3,
        successPolicy: { rules: [{ succeededIndexes: '0-5' }, {}, { succeededCount: 9 }] },
      }),
    ),
  ],
  'Policies for failures that cannot be': [
    post(
      `${batch}/jobs`,
      job({
        podFailurePolicy: {
          rules: [
            { action: 'Odd', onExitCodes: { operator: 'In', values: [0, 3, 1, 1], containerName: 'none' } },
            { action: 'FailIndex', onPodConditions: [{ type: 'a b', status: 'Maybe' }] },
            { action: 'Ignore' },
            {
              action: 'Count',
              onExitCodes: { operator: 'NotIn', values: [] },
              onPodConditions: [{ type: 'A', status: 'True' }],
            },
          ],
        },
        podReplacementPolicy: 'TerminatingOrFailed',
      }),
    ),
  ],
  'What of a job may change': [
    made,
    merge('jobs/a', { spec: { parallelism: 2, backoffLimit: 3, suspend: true } }),
    merge('jobs/a', { spec: { completions: 5 } }),
    merge('jobs/a', { spec: { template: { spec: { nodeSelector: { a: 'b' } } } } }),
    merge('jobs/a', { spec: { template: { spec: { dnsPolicy: 'Default' } } } }),
    merge('jobs/a', { spec: { completionMode: 'Indexed', completions: 1 } }),
  ],
  'A job ends once': [
    made,
    status({ conditions: [condition('Complete')] }),
    status({ startTime: start, failed: 1, active: 1, conditions: [condition('FailureTarget')] }),
    status({ failed: 0, active: 0, ready: 2 }),
    status({ active: 1, conditions: [condition('FailureTarget'), condition('Failed')] }),
    status({ active: 0, ready: 0, conditions: [condition('FailureTarget'), condition('Failed')] }),
    status({ conditions: [] }),
    status({ startTime: null }),
  ],
  'A job succeeds': [
    made,
    status({
      startTime: start,
      completionTime: '2019-01-01T00:00:00Z',
      succeeded: 1,
      conditions: [condition('SuccessCriteriaMet'), condition('Complete')],
    }),
    status({
      startTime: start,
      completionTime: '2020-01-01T00:01:00Z',
      succeeded: 1,
      conditions: [condition('SuccessCriteriaMet'), condition('Complete')],
    }),
    status({ succeeded: 0 }),
    status({ completionTime: '2020-01-01T00:02:00Z' }),
  ],
  'A cron job as it is made': [post(`${batch}/cronjobs`, cron())],
  'Schedules that cannot be': [
    '',
    'often',
    '* * * *',
    '60 * * * *',
    '5-1 * * * *',
    '*/0 * * * *',
    '1-2-3 * * * *',
    'x * * * *',
    '* * 0 * *',
    '@every 1x',
    '@sometimes',
    'TZ=UTC * * * * *',
  ].map((schedule) => post(`${batch}/cronjobs`, cron({ schedule }))),
  'Schedules that can be': ['@daily', '0 0 1 jan mon-fri', '1,2-5/2 ? * * *', '@every 1h30m'].map(
    (schedule) => post(`${batch}/cronjobs?dryRun=All`, cron({ schedule })),
  ),
  'Cron jobs that cannot be': [
    post(`${batch}/cronjobs`, cron({ timeZone: '' })),
    post(`${batch}/cronjobs`, cron({ timeZone: 'Mars/Base' })),
    post(`${batch}/cronjobs`, cron({ timeZone: 'local' })),
    post(
      `${batch}/cronjobs`,
      cron({
        concurrencyPolicy: 'Odd',
        startingDeadlineSeconds: -1,
        successfulJobsHistoryLimit: -1,
        failedJobsHistoryLimit: -1,
      }),
    ),
    post(`${batch}/cronjobs`, cron({}, { name: 'a'.repeat(53) })),
    post(
      `${batch}/cronjobs`,
      cron({
        jobTemplate: { spec: { template, manualSelector: true, selector: { matchLabels: { a: 'b' } } } },
      }),
    ),
  ],
};

export const cases: readonly Case[] = Object.entries(steps).map(
  ([title, of]): Case => ({ title, bullet: 'kinds', steps: of }),
);
