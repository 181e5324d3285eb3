import {
  done,
  matchesSelector,
  type ObjectName,
  type Outcome,
  type Pod,
  type PodDisruptionBudget,
  podDisruptionBudgets,
  pods,
  waiting,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { messageOf } from '../pods/write.ts';
import { writeStatus } from '../status.ts';
import type { Told } from '../told.ts';
import { notesOn } from './notes.ts';
import { type Expectation, gatherExpectation } from './scale.ts';
import { asksForScale, desiredStatus, type Facts, failedStatus, notDeleted, untilRecheck } from './status.ts';

export type DisruptionContext = ControllerContext & { readonly told: Told };

/** Counts how many of a budget's pods may be taken away now. The API takes them, at an eviction. */
export async function reconcileBudget(name: ObjectName, context: DisruptionContext): Promise<Outcome> {
  const { cache, told } = context;
  const budget = cache.informer(podDisruptionBudgets).get(name);
  if (budget === undefined) {
    told.forget(name);
    return done;
  }
  const own = selectedPods(budget, context);
  const expected = await expectation(budget, own, context);
  if (expected === undefined) return done;

  const facts: Facts = { budget, pods: own, expected, clock: cache.clock };
  tell(facts, context);
  const status = desiredStatus(facts);
  await writeStatus({ object: budget, kind: podDisruptionBudgets, status }, context);
  const next = untilRecheck(status, cache.clock.now());
  return next === undefined ? done : waiting(next);
}

const selectedPods = (
  { metadata, spec }: PodDisruptionBudget,
  { cache }: ControllerContext,
): readonly Pod[] =>
  spec.selector === undefined
    ? []
    : cache
        .informer(pods)
        .list(metadata.namespace)
        .filter((pod) => matchesSelector(spec.selector, pod.metadata.labels));

/** `undefined` when nobody can tell: that is then what the budget says. */
async function expectation(
  budget: PodDisruptionBudget,
  own: readonly Pod[],
  context: ControllerContext,
): Promise<Expectation | undefined> {
  if (!asksForScale(budget)) return { count: 0, unmanaged: [] };
  try {
    return await gatherExpectation(own, context);
  } catch (error) {
    const status = failedStatus({ budget, clock: context.cache.clock }, messageOf(error));
    await writeStatus({ object: budget, kind: podDisruptionBudgets, status }, context);
    const message = `Failed to calculate the number of expected pods: ${messageOf(error)}`;
    const note = { type: 'Warning', reason: 'CalculateExpectedPodCountFailed', message } as const;
    const told = (context as DisruptionContext).told.news(budget.metadata, [note]);
    for (const each of told) void context.recorder.record(budget, each);
    return undefined;
  }
}

function tell(facts: Facts, { recorder, told }: DisruptionContext): void {
  const { budget } = facts;
  for (const note of told.news(budget.metadata, notesOn(facts))) void recorder.record(budget, note);
  const name = `${budget.metadata.namespace}/${budget.metadata.name}`;
  for (const pod of notDeleted(facts)) {
    const message = `Pod was expected by PDB ${name} to be deleted but it wasn't`;
    void recorder.record(pod, { type: 'Warning', reason: 'NotDeleted', message });
  }
}
