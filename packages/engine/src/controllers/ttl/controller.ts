import {
  type Controller,
  done,
  findCondition,
  isNotFound,
  type Job,
  jobs,
  type ObjectName,
  type Outcome,
  startController,
  waiting,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import type { StartOptions } from '../start.ts';
import { instant } from '../time.ts';

export function startTtlController({ cache, recorder, onPass }: StartOptions): Controller {
  return startController({
    name: 'ttl-after-finished-controller',
    cache,
    ...(onPass && { onPass }),
    for: jobs,
    when: ({ after }) => after?.spec.ttlSecondsAfterFinished !== undefined,
    reconcile: (name, context) =>
      reconcileTtl(name, { ...context, recorder: recorder('ttl-after-finished-controller') }),
  });
}

/** Deletes a finished Job, and its pods with it, when its time to live is over. */
export async function reconcileTtl(name: ObjectName, { cache, client }: ControllerContext): Promise<Outcome> {
  const job = cache.informer(jobs).get(name);
  if (job === undefined || job.metadata.deletionTimestamp !== undefined) return done;
  const left = untilExpiry(job, cache.clock.now());
  if (left === undefined) return done;
  if (left > 0) return waiting(left);
  const { uid = '', resourceVersion = '' } = job.metadata;
  try {
    const preconditions = { uid, resourceVersion };
    await client.resource(jobs).delete(name, { propagationPolicy: 'Foreground', preconditions });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return done;
}

/** Milliseconds that a finished Job may still stay; `undefined` when it has no end, or has not ended. */
export function untilExpiry({ spec, status }: Job, now: number): number | undefined {
  const last = findCondition(status?.conditions, 'Complete') ?? findCondition(status?.conditions, 'Failed');
  const finished = last?.status === 'True' ? instant(last.lastTransitionTime) : undefined;
  if (finished === undefined || spec.ttlSecondsAfterFinished === undefined) return undefined;
  return finished + spec.ttlSecondsAfterFinished * 1000 - now;
}
