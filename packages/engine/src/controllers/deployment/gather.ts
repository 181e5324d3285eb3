import { type Deployment, deployments, pods, type ReplicaSet, replicaSets } from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { claim } from '../ownership/claim.ts';
import { isTerminal } from '../pods/state.ts';
import type { Facts } from './facts.ts';
import { sortSets } from './template.ts';

/** Settles which sets are the Deployment's, then looks at them. */
export async function gatherDeployment(deployment: Deployment, context: ControllerContext): Promise<Facts> {
  const selector = deployment.spec.selector;
  const sets = await claim(
    { owner: deployment, ownerKind: deployments, selector, kind: replicaSets },
    context,
  );
  return factsOf(deployment, sets, context);
}

/** The same as the cache has it now, after this pass's own writes. */
export function regatherDeployment(before: Facts, context: ControllerContext): Facts {
  const { cache } = context;
  const deployment = cache.informer(deployments).get(before.deployment.metadata) ?? before.deployment;
  const sets = cache.informer(replicaSets).byIndex('owned', deployment.metadata.uid ?? '');
  return factsOf(deployment, sets, context);
}

function factsOf(deployment: Deployment, sets: readonly ReplicaSet[], { cache }: ControllerContext): Facts {
  const { newSet, oldSets } = sortSets(deployment, sets);
  const informer = cache.informer(pods);
  const runs = ({ metadata }: ReplicaSet): boolean =>
    informer.byIndex('owned', metadata.uid ?? '').some((pod) => !isTerminal(pod));
  return { deployment, newSet, oldSets, oldPodsRunning: oldSets.some(runs), now: cache.clock.now() };
}
