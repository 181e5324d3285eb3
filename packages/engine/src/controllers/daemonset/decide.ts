import type { Pod } from '@fairlead/kube';
import { isDeleting, isReady, isTerminal } from '../pods/state.ts';
import { surgeOf } from './bounds.ts';
import { type Facts, isOnNode, isUp, isUpdated, podsByNode } from './facts.ts';
import { judgeNode } from './fitness.ts';
import { decideUpdate } from './update.ts';

/** Nodes that need a pod, and pods that should go. */
export interface Plan {
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
}

/** First every node gets its pod and no node two; when that is so, an update may go a step further. */
export function decidePlan(facts: Facts): Plan {
  const plan = decidePlacement(facts);
  const isSettled = plan.create.length === 0 && plan.remove.length === 0;
  return isSettled && facts.set.spec.updateStrategy?.type !== 'OnDelete' ? decideUpdate(facts) : plan;
}

function decidePlacement(facts: Facts): Plan {
  const byNode = podsByNode(facts);
  const names = new Set(facts.nodes.map(({ metadata }) => metadata.name));
  const plans = facts.nodes.map((node) => {
    const { shouldRun, mayStay } = judgeNode(facts.set, node);
    const there = byNode.get(node.metadata.name) ?? [];
    const name = node.metadata.name;
    if (shouldRun && there.length === 0) return { create: [name], remove: [] };
    if (!mayStay) return { create: [], remove: there.filter((pod) => !isDeleting(pod)) };
    return decideOnNode({ name, there, shouldRun }, facts);
  });
  // Nobody else removes a pod that waits for a node that is gone.
  const lost = [...byNode].filter(([name]) => !names.has(name)).flatMap(([, there]) => there);
  return {
    create: plans.flatMap(({ create }) => create),
    remove: [...plans.flatMap(({ remove }) => remove), ...lost.filter(({ spec }) => !isOnNode(spec))],
  };
}

interface OnNode {
  readonly name: string;
  readonly there: readonly Pod[];
  readonly shouldRun: boolean;
}

/** What has ended goes, for the next pass to replace it; of several that run all but the one that is needed. */
function decideOnNode({ name, there, shouldRun }: OnNode, facts: Facts): Plan {
  const present = there.filter((pod) => !isDeleting(pod));
  const running = present.filter((pod) => !isTerminal(pod));
  const ended = present
    .filter(isTerminal)
    .filter((pod) => pod.status?.phase === 'Succeeded' || facts.untilRetry(name) === 0);
  if (surgeOf(facts.set, 1) === 0) return { create: [], remove: [...ended, ...running.slice(1)] };
  const create = running.length === 0 && shouldRun ? [name] : [];
  return { create, remove: [...ended, ...surplusOf(running, facts)] };
}

/** With a surge an old pod serves until the new one does; more than these two there need not be. */
function surplusOf(running: readonly Pod[], facts: Facts): readonly Pod[] {
  if (running.length <= 1) return [];
  const [fresh, ...otherFresh] = running.filter((pod) => isUpdated(pod, facts));
  const [old, ...otherOld] = running.filter((pod) => !isUpdated(pod, facts));
  const surplus = [...otherFresh, ...otherOld];
  if (fresh === undefined || old === undefined) return surplus;
  return !isReady(old) || isUp(fresh, facts) ? [...surplus, old] : surplus;
}
