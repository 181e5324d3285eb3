import type { DaemonSet, Node } from '@fairlead/kube';
import { isReady } from '../pods/state.ts';
import { type Facts, isUp, isUpdated, podsByNode } from './facts.ts';
import { judgeNode } from './fitness.ts';

type Status = NonNullable<DaemonSet['status']>;

/** What a DaemonSet says of its nodes: of each the oldest pod counts. */
export function desiredStatus(facts: Facts, collisions: number): Status {
  const { set, nodes } = facts;
  const byNode = podsByNode(facts);
  const oldest = (node: Node) => byNode.get(node.metadata.name)?.[0];
  const wanted = nodes.filter((node) => judgeNode(set, node).shouldRun);
  const unwanted = nodes.filter((node) => !judgeNode(set, node).shouldRun);
  const pods = wanted.map(oldest).filter((pod) => pod !== undefined);
  const available = pods.filter((pod) => isReady(pod) && isUp(pod, facts)).length;
  return {
    currentNumberScheduled: pods.length,
    numberMisscheduled: unwanted.filter((node) => oldest(node) !== undefined).length,
    desiredNumberScheduled: wanted.length,
    numberReady: pods.filter(isReady).length,
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    ...nonZero({
      updatedNumberScheduled: pods.filter((pod) => isUpdated(pod, facts)).length,
      numberAvailable: available,
      numberUnavailable: wanted.length - available,
      collisionCount: collisions,
    }),
    ...(set.status?.conditions === undefined ? {} : { conditions: set.status.conditions }),
  };
}

/** Counts of zero are left out, as Kubernetes leaves them out. */
const nonZero = (counts: Readonly<Record<string, number>>): Partial<Status> =>
  Object.fromEntries(Object.entries(counts).filter(([, number]) => number !== 0));
