import { type Controller, cronJobs, jobs, startController } from '@fairlead/kube';
import type { StartOptions } from '../start.ts';
import { reconcileCronJob } from './reconcile.ts';
import { Told } from '../told.ts';

export function startCronJobController({ cache, recorder, onPass }: StartOptions): Controller {
  const told = new Told();
  return startController({
    name: 'cronjob-controller',
    cache,
    ...(onPass && { onPass }),
    for: cronJobs,
    owns: [jobs],
    concurrency: 5,
    reconcile: (name, context) =>
      reconcileCronJob(name, { ...context, told, recorder: recorder('cronjob-controller') }),
  });
}
