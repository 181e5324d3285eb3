import { matchesSelector, type Node, type Pod, type TopologySpreadConstraint } from '@fairlead/kube';
import { isWanted } from './affinity.ts';
import type { Ledger } from './ledger.ts';

const violated = "node(s) didn't match pod topology spread constraints";

/** Whether one more pod on a node would keep its domain within the allowed skew. */
export type SpreadCheck = (node: Node) => string | undefined;

/** Counts once for a pod; the check is then cheap for each node. */
export function spreadCheck(pod: Pod, nodes: readonly Node[], ledger: Ledger): SpreadCheck {
  const constraints = (pod.spec.topologySpreadConstraints ?? []).filter(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule',
  );
  const checks = constraints.map((constraint) =>
    check(constraint, pod, counts({ constraint, pod, nodes, ledger })),
  );
  return (node) => checks.map((each) => each(node)).find((reason) => reason !== undefined);
}

function check(
  constraint: TopologySpreadConstraint,
  pod: Pod,
  domains: ReadonlyMap<string, number>,
): SpreadCheck {
  const least = domains.size === 0 ? 0 : Math.min(...domains.values());
  const itself = matchesSelector(constraint.labelSelector, pod.metadata.labels) ? 1 : 0;
  return ({ metadata }) => {
    const domain = metadata.labels?.[constraint.topologyKey];
    if (domain === undefined) return `${violated} (missing required label)`;
    return (domains.get(domain) ?? 0) + itself - least > constraint.maxSkew ? violated : undefined;
  };
}

/** Matching pods per domain, over the nodes that the pod could go to. */
function counts(given: {
  readonly constraint: TopologySpreadConstraint;
  readonly pod: Pod;
  readonly nodes: readonly Node[];
  readonly ledger: Ledger;
}): ReadonlyMap<string, number> {
  const { pod, nodes, ledger } = given;
  const { topologyKey, labelSelector } = given.constraint;
  const domains = new Map<string, number>();
  for (const node of nodes) {
    const domain = node.metadata.labels?.[topologyKey];
    if (domain === undefined || !isWanted(pod, node)) continue;
    const matching = [...ledger.load(node.metadata.name).pods.values()].filter(
      ({ metadata }) =>
        metadata.namespace === pod.metadata.namespace &&
        metadata.deletionTimestamp === undefined &&
        matchesSelector(labelSelector, metadata.labels),
    );
    domains.set(domain, (domains.get(domain) ?? 0) + matching.length);
  }
  return domains;
}
