import type { Node, Pod, Toleration } from '@fairlead/kube';
import { tolerates } from '../../scheduler/taints.ts';

/** How long a pod may stay on its node, in milliseconds: 0 not at all, `undefined` for as long as it likes. */
export function decideStay({ spec }: Pod, node: Node | undefined): number | undefined {
  const taints = (node?.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
  if (taints.length === 0) return undefined;
  const used = taints.map((taint) =>
    (spec.tolerations ?? []).filter((toleration) => tolerates(toleration, taint)),
  );
  if (used.some((tolerations) => tolerations.length === 0)) return 0;
  const times = used
    .flat()
    .map(secondsOf)
    .filter((seconds) => seconds !== undefined);
  return times.length === 0 ? undefined : Math.max(0, Math.min(...times)) * 1000;
}

const secondsOf = ({ tolerationSeconds }: Toleration): number | undefined => tolerationSeconds;
