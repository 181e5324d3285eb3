import type { Node, Pod, Taint, Toleration } from '@fairlead/kube';

/** The first taint that keeps a pod off a node. */
export const untolerated = ({ spec }: Pod, node: Node): Taint | undefined =>
  (node.spec?.taints ?? [])
    .filter(({ effect }) => effect !== 'PreferNoSchedule')
    .find((taint) => !(spec.tolerations ?? []).some((toleration) => tolerates(toleration, taint)));

/** How many taints speak against a node without forbidding it. */
export const disliked = ({ spec }: Pod, node: Node): number =>
  (node.spec?.taints ?? [])
    .filter(({ effect }) => effect === 'PreferNoSchedule')
    .filter((taint) => !(spec.tolerations ?? []).some((toleration) => tolerates(toleration, taint))).length;

/** Empty fields of a toleration mean any (core/v1 Toleration). */
export function tolerates({ key = '', operator, value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return key !== '' && value === (taint.value ?? '');
}
