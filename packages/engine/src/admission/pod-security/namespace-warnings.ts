import type { KubeObject } from '@fairlead/kube';
import type { CheckedPod } from './check.ts';
import { renderReasons, violationsOf } from './evaluate.ts';
import { renderStandard, type Standard } from './policy.ts';

type Pod = CheckedPod & KubeObject;

/** So many are looked at; one of each owner first. */
const MOST = 3000;

/** What is told to who makes a namespace stricter: the pods that are there stay, and break the new rule. */
export const namespaceWarnings = (
  pods: readonly Pod[],
  { namespace, standard }: { readonly namespace: string; readonly standard: Standard },
): readonly string[] => {
  const checked = byOwner(pods).slice(0, MOST);
  const found = new Map<string, string[]>();
  for (const pod of checked) {
    const violations = violationsOf(pod, standard);
    if (violations.length === 0) continue;
    const warning = renderReasons(violations);
    found.set(warning, [...(found.get(warning) ?? []), pod.metadata.name]);
  }
  const only = `new PodSecurity enforce level only checked against the first ${checked.length} of ${pods.length} existing pods`;
  const some = `existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${renderStandard(standard)}"`;
  return [
    ...(checked.length < pods.length ? [only] : []),
    ...(found.size > 0 ? [some] : []),
    ...[...found].map(([warning, names]) => `${podsNamed(names)}: ${warning}`).toSorted(),
  ];
};

const podsNamed = (names: readonly string[]): string => {
  const [first = ''] = names.toSorted();
  const others = names.length - 1;
  if (others === 0) return first;
  return `${first} (and ${others} other ${others === 1 ? 'pod' : 'pods'})`;
};

const byOwner = (pods: readonly Pod[]): readonly Pod[] => {
  const owners = new Set<string>();
  const more: Pod[] = [];
  const first = pods.filter((pod) => {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
    if (owner === undefined) return true;
    if (!owners.has(owner)) return owners.add(owner);
    more.push(pod);
    return false;
  });
  return [...first, ...more];
};
