import type { Pod } from '@fairlead/kube';
import { isDeleting, isTerminal } from '../pods/state.ts';
import { instant } from '../time.ts';

/** Most ended pods that are kept for their logs and exit codes. */
const mostEnded = 12_500;

/** How long a node may be missing before its pods are given up, in milliseconds. */
export const quarantine = 40_000;

export type Verdict =
  | { readonly kind: 'keep' }
  /** It was to go before any node had it: nobody will ever end it. */
  | { readonly kind: 'unscheduled' }
  /** Its node is gone. */
  | { readonly kind: 'orphaned' }
  /** There are too many ended ones, and this is among the oldest. */
  | { readonly kind: 'surplus' };

export interface Facts {
  readonly pod: Pod;
  readonly nodeExists: boolean;
  /** All ended pods. */
  readonly ended: readonly Pod[];
}

/** Whether a pod is left over, and why. */
export function decide({ pod, nodeExists, ended }: Facts): Verdict {
  const bound = pod.spec.nodeName !== undefined && pod.spec.nodeName !== '';
  if (bound && !nodeExists) return { kind: 'orphaned' };
  if (!bound && isDeleting(pod)) return { kind: 'unscheduled' };
  if (isTerminal(pod) && isSurplus(pod, ended)) return { kind: 'surplus' };
  return { kind: 'keep' };
}

function isSurplus(pod: Pod, ended: readonly Pod[]): boolean {
  if (ended.length <= mostEnded) return false;
  const age = instant(pod.metadata.creationTimestamp) ?? 0;
  const older = ended.filter(({ metadata }) => (instant(metadata.creationTimestamp) ?? 0) < age).length;
  return older < ended.length - mostEnded;
}
