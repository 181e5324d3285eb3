import { cronJobs, done, type EventNote, jobs, type ObjectName, type Outcome, waiting } from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { writeStatus } from '../status.ts';
import { removeJob, startJob } from './act.ts';
import { decideStart } from './decide.ts';
import { type Facts, refersTo } from './facts.ts';
import { decideHistory } from './history.ts';
import { lookAtJobs } from './status.ts';
import type { Told } from '../told.ts';

export type CronJobContext = ControllerContext & { readonly told: Told };

/** Makes a Job whenever the time has come, and keeps as many ended ones as are asked for. */
export async function reconcileCronJob(name: ObjectName, context: CronJobContext): Promise<Outcome> {
  const { cache, told } = context;
  const cronJob = cache.informer(cronJobs).get(name);
  if (cronJob === undefined) {
    told.forget(name);
    return done;
  }
  const facts: Facts = {
    cronJob,
    jobs: cache.informer(jobs).byIndex('owned', cronJob.metadata.uid ?? ''),
    now: cache.clock.now(),
  };

  for (const job of decideHistory(facts)) await removeJob(job, cronJob, context);
  const seen = lookAtJobs(facts);
  const plan = decideStart(
    facts,
    (seen.status.active ?? []).map((reference) => reference.name ?? ''),
  );
  tell([...seen.notes, ...told.news(name, plan.notes)], facts, context);

  let { status } = seen;
  if (plan.start !== undefined) {
    if (cronJob.spec.concurrencyPolicy === 'Replace') status = await replaceActive(facts, status, context);
    status = await startJob(plan.start, { facts, status }, context);
  }
  await writeStatus({ object: cronJob, kind: cronJobs, status }, context);
  return plan.after === undefined ? done : waiting(plan.after);
}

function tell(notes: readonly EventNote[], { cronJob }: Facts, { recorder }: ControllerContext): void {
  for (const note of notes) void recorder.record(cronJob, note);
}

/** What still runs makes room. */
async function replaceActive(
  { cronJob, jobs: all }: Facts,
  { active = [], ...rest }: ReturnType<typeof lookAtJobs>['status'],
  context: ControllerContext,
): Promise<ReturnType<typeof lookAtJobs>['status']> {
  for (const job of all.filter((one) => active.some((reference) => refersTo(reference, one))))
    await removeJob(job, cronJob, context);
  return rest;
}
