import type { Pod, ReplicaSet } from '@fairlead/kube';
import { burst } from '../pods/create.ts';
import { chooseVictims } from '../pods/victims.ts';

/** What a ReplicaSet has and should have. */
export interface Facts {
  readonly set: ReplicaSet;
  /** Its own active pods. */
  readonly pods: readonly Pod[];
  /** The pods of all sets with the same owner: those of a rollout stand together. */
  readonly related: readonly Pod[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type Scaling =
  | { readonly kind: 'none' }
  | { readonly kind: 'up'; readonly count: number }
  | { readonly kind: 'down'; readonly victims: readonly Pod[] };

/** Which pods to make or to delete, at most a burst of them at a time. */
export function decideScaling({ set, pods, related, now }: Facts): Scaling {
  const missing = (set.spec.replicas ?? 1) - pods.length;
  if (missing === 0) return { kind: 'none' };
  if (missing > 0) return { kind: 'up', count: Math.min(missing, burst) };
  const count = Math.min(-missing, burst);
  return { kind: 'down', victims: chooseVictims({ pods, related, count, now }) };
}
