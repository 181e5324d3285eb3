import {
  type DaemonSet,
  daemonSets,
  done,
  type KubeObject,
  type ObjectName,
  type Outcome,
  type Pod,
  waiting,
} from '@fairlead/kube';
import { burst } from '../pods/create.ts';
import { isDeleting, untilAvailable } from '../pods/state.ts';
import { createPods, deletePods } from '../pods/write.ts';
import { podRevisionLabel } from '../revisions/names.ts';
import { removeRevisions, decideTrim } from '../revisions/trim.ts';
import { writeStatus } from '../status.ts';
import { desiredPod } from './children.ts';
import { decidePlan, type Plan } from './decide.ts';
import { type Facts, targetOf } from './facts.ts';
import { type DaemonSetContext, gatherDaemonSet, ownPods, regatherDaemonSet } from './gather.ts';
import { desiredStatus } from './status.ts';

/** Keeps one pod on every node that should have one. */
export async function reconcileDaemonSet(name: ObjectName, context: DaemonSetContext): Promise<Outcome> {
  const set = context.cache.informer(daemonSets).get(name);
  if (set === undefined || isDeleting(set)) return done;

  const { facts, history, collisions } = await gatherDaemonSet(set, context);
  const failure = await carryOut(decidePlan(facts), facts, context);

  const after = regatherDaemonSet(facts, context);
  await writeStatus(
    { object: after.set, kind: daemonSets, status: desiredStatus(after, collisions) },
    context,
  );
  const running = new Set(ownPods(set, context).map(labelOf));
  const trimmed = decideTrim(set, history, (revision) => running.has(labelOf(revision)));
  await removeRevisions(trimmed, context);

  if (failure !== undefined) throw failure;
  const next = untilNext(after);
  return next === undefined ? done : waiting(next);
}

const labelOf = ({ metadata }: KubeObject): string | undefined => metadata.labels?.[podRevisionLabel];

async function carryOut({ create, remove }: Plan, facts: Facts, context: DaemonSetContext): Promise<unknown> {
  const { set, hash } = facts;
  const made = create.slice(0, burst).map((node) => desiredPod(set, hash, node));
  const gone = remove.slice(0, burst);
  for (const pod of gone) noteEnd(pod, set, context);
  const failures = [
    await createPods({ owner: set, pods: made }, context),
    await deletePods({ owner: set, pods: gone }, context),
  ];
  return failures.find((failure) => failure !== undefined);
}

/** Says of a pod that has ended why it goes; the next one that fails there stays a while longer. */
function noteEnd(pod: Pod, set: DaemonSet, { recorder, retries, cache }: DaemonSetContext): void {
  const what = `daemon pod ${pod.metadata.namespace}/${pod.metadata.name} on node ${targetOf(pod)}`;
  if (pod.status?.phase === 'Failed') {
    retries.note(set, targetOf(pod) ?? '', cache.clock.now());
    const message = `Found failed ${what}, will try to kill it`;
    void recorder.record(set, { type: 'Warning', reason: 'FailedDaemonPod', message });
  }
  if (pod.status?.phase === 'Succeeded') {
    const message = `Found succeeded ${what}, will try to delete it`;
    void recorder.record(set, { type: 'Normal', reason: 'SucceededDaemonPod', message });
  }
}

/** Milliseconds until a failed pod may go, or a ready one counts as available. */
function untilNext({ set, pods, untilRetry, now }: Facts): number | undefined {
  const failed = pods.filter((pod) => pod.status?.phase === 'Failed' && !isDeleting(pod));
  const pauses = failed.map((pod) => untilRetry(targetOf(pod) ?? '')).filter((pause) => pause > 0);
  const available = untilAvailable(pods, set.spec.minReadySeconds ?? 0, now);
  const times = [...pauses, ...(available === undefined ? [] : [available])];
  return times.length === 0 ? undefined : Math.min(...times);
}
