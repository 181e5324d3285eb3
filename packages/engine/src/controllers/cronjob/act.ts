import {
  type CronJob,
  isAlreadyExists,
  isControlledBy,
  isNotFound,
  type Job,
  jobs,
  timestamp,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { isNamespaceTerminating } from '../pods/create.ts';
import { messageOf } from '../pods/write.ts';
import { desiredJob } from './children.ts';
import { type Facts, referenceTo, refersTo } from './facts.ts';

type Status = NonNullable<CronJob['status']>;

/** Deletes a Job, and its pods with it. */
export async function removeJob(job: Job, cronJob: CronJob, context: ControllerContext): Promise<void> {
  const { client, recorder } = context;
  try {
    const preconditions = { uid: job.metadata.uid ?? '' };
    await client.resource(jobs).delete(job.metadata, { propagationPolicy: 'Background', preconditions });
    const message = `Deleted job ${job.metadata.name}`;
    void recorder.record(cronJob, { type: 'Normal', reason: 'SuccessfulDelete', message });
  } catch (error) {
    if (isNotFound(error)) return;
    const message = `Deleted job: ${messageOf(error)}`;
    void recorder.record(cronJob, { type: 'Warning', reason: 'FailedDelete', message });
    throw error;
  }
}

/** Makes the Job of a time and gives the status that says so. */
export async function startJob(
  time: number,
  { facts, status }: { readonly facts: Facts; readonly status: Status },
  context: ControllerContext,
): Promise<Status> {
  const { cronJob } = facts;
  const job = await ensureJob(time, cronJob, context);
  if (job === undefined) return status;
  const { active = [], ...rest } = status;
  return { active: [...active, referenceTo(job)], ...rest, lastScheduleTime: timestamp(time) };
}

/** `undefined` when there is nothing to be noted: somebody else's Job has the name. */
async function ensureJob(
  time: number,
  cronJob: CronJob,
  { client, recorder }: ControllerContext,
): Promise<Job | undefined> {
  const desired = desiredJob(cronJob, time);
  try {
    const job = await client.resource(jobs).create(desired);
    const message = `Created job ${job.metadata.name}`;
    void recorder.record(cronJob, { type: 'Normal', reason: 'SuccessfulCreate', message });
    return job;
  } catch (error) {
    // Made before, and not noted for some reason: it is noted now.
    if (isAlreadyExists(error)) return own(desired.metadata.name ?? '', cronJob, { client });
    if (!isNamespaceTerminating(error)) {
      const message = `Error creating job: ${messageOf(error)}`;
      void recorder.record(cronJob, { type: 'Warning', reason: 'FailedCreate', message });
    }
    throw error;
  }
}

async function own(
  name: string,
  cronJob: CronJob,
  { client }: Pick<ControllerContext, 'client'>,
): Promise<Job | undefined> {
  const found = await client.resource(jobs).find({ namespace: cronJob.metadata.namespace, name });
  if (found === undefined || !isControlledBy(found, cronJob)) return undefined;
  return (cronJob.status?.active ?? []).some((reference) => refersTo(reference, found)) ? undefined : found;
}
