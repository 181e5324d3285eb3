import type { Deployment, IntOrString } from '@fairlead/kube';
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
  const surge = resolve(strategy?.rollingUpdate?.maxSurge ?? '25%', replicas, Math.ceil);
  const unavailable = resolve(strategy?.rollingUpdate?.maxUnavailable ?? '25%', replicas, Math.floor);
  const allowed = surge === 0 && unavailable === 0 ? 1 : unavailable;
  return { surge, unavailable: Math.min(allowed, replicas) };
}

function resolve(value: IntOrString, of: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  // Multiplied before it is divided: 0.07 × 100 is not 7.
  return percent === undefined ? 0 : round((Number(percent) * of) / 100);
}
