import { done, jobs, type ObjectName, type Outcome, waiting } from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { createPods, deletePods } from '../pods/write.ts';
import { writeStatus } from '../status.ts';
import { desiredPod } from './children.ts';
import { decidePods, type Plan } from './decide.ts';
import { type Facts, isForeign, isTracked } from './facts.ts';
import { gatherJob, regatherJob } from './gather.ts';
import { recordTurns } from './record.ts';
import { releasePods, releaseStrays } from './release.ts';
import { desiredStatus } from './status.ts';
import { decideTally } from './tally.ts';
import { isFinished, untilDeadline, whyFinished } from './why-finished.ts';

/** Runs pods until enough of them succeeded, or too many failed. */
export async function reconcileJob(name: ObjectName, context: ControllerContext): Promise<Outcome> {
  await releaseStrays(name, context);
  const job = context.cache.informer(jobs).get(name);
  if (job === undefined || isFinished(job) || isForeign(job)) return done;

  const facts = await gatherJob(job, context);
  const tally = decideTally(facts);
  const verdict = whyFinished(facts, tally);
  const plan = decidePods(facts, tally, verdict);
  await releasePods(tally.release, context);
  const failure = await act(plan, facts, context);

  const after = regatherJob(facts, context);
  const status = desiredStatus(after, verdict);
  await writeStatus({ object: after.job, kind: jobs, status }, context);
  recordTurns(after.job, status, context);

  if (failure !== undefined) throw failure;
  const times = [plan.kind === 'wait' ? plan.after : undefined, untilDeadline(after)];
  const next = Math.min(...times.filter((time) => time !== undefined));
  return next === Infinity ? done : waiting(Math.max(0, next));
}

async function act(plan: Plan, { job }: Facts, context: ControllerContext): Promise<unknown> {
  switch (plan.kind) {
    case 'none':
    case 'wait':
      return undefined;
    case 'create':
      return createPods({ owner: job, pods: plan.places.map((place) => desiredPod(job, place)) }, context);
    case 'remove':
      if (!plan.counted) await releasePods(plan.pods.filter(isTracked), context);
      return deletePods({ owner: job, pods: plan.pods }, context);
    default:
      return plan satisfies never;
  }
}
