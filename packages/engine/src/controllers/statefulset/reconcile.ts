import { done, type ObjectName, type Outcome, statefulSets, waiting } from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { untilAvailable } from '../pods/state.ts';
import { decideTrim, removeRevisions } from '../revisions/trim.ts';
import { writeStatus } from '../status.ts';
import { takeSteps } from './act.ts';
import { decideSteps } from './decide.ts';
import { revisionOf } from './facts.ts';
import { gatherStatefulSet, regatherStatefulSet } from './gather.ts';
import { desiredStatus } from './status.ts';

/** Keeps pods with names and storage of their own, each in its place, in order. */
export async function reconcileStatefulSet(name: ObjectName, context: ControllerContext): Promise<Outcome> {
  const set = context.cache.informer(statefulSets).get(name);
  if (set === undefined) return done;

  const { facts, history, collisions } = await gatherStatefulSet(set, context);
  const failure = await takeSteps(decideSteps(facts), facts, context);

  const after = regatherStatefulSet(facts, context);
  const status = desiredStatus(after, collisions);
  await writeStatus({ object: after.set, kind: statefulSets, status }, context);

  const live = [facts.current, facts.update].map(({ metadata }) => metadata.name);
  const inUse = new Set([...live, ...after.pods.map(revisionOf)]);
  const idle = history.filter(({ metadata }) => !inUse.has(metadata.name));
  await removeRevisions(
    decideTrim(after.set, idle, () => false),
    context,
  );

  if (failure !== undefined) throw failure;
  const next = untilAvailable(after.pods, set.spec.minReadySeconds ?? 0, after.now);
  return next === undefined ? done : waiting(next);
}
