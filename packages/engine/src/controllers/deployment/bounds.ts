import type { Deployment } from '@fairlead/kube';
import { scaled } from '../bounds.ts';
import { replicasOf } from './facts.ts';

/** How far a rolling update may go above and below the wanted number of pods. */
export interface Bounds {
  readonly surge: number;
  readonly unavailable: number;
}

/**
 * Percentages are of the wanted number: the surge rounded up, the unavailable down. Both zero would
 * never move, so one may then be unavailable. A Recreate has no bounds.
 */
export function boundsOf(deployment: Deployment): Bounds {
  const { strategy } = deployment.spec;
  const replicas = replicasOf(deployment);
  if (strategy?.type === 'Recreate') return { surge: 0, unavailable: 0 };
  const surge = scaled(strategy?.rollingUpdate?.maxSurge ?? '25%', replicas, Math.ceil);
  const unavailable = scaled(strategy?.rollingUpdate?.maxUnavailable ?? '25%', replicas, Math.floor);
  const allowed = surge === 0 && unavailable === 0 ? 1 : unavailable;
  return { surge, unavailable: Math.min(allowed, replicas) };
}
