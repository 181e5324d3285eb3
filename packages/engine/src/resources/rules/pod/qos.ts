import type { Resources } from './resources.ts';
import type { PodSpec } from './types.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const COMPUTE = ['cpu', 'memory'] as const;

/** How a pod fares when memory is short, by what its containers ask for (Kubernetes, "Pod Quality of Service Classes"). */
export const qosClass = (spec: PodSpec = {}): QosClass => {
  const all = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const asked = spec.resources ? [spec.resources] : all.map(({ resources = {} }) => resources);
  if (!asked.some(asksForCompute)) return 'BestEffort';
  return asked.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
};

const isSome = (amount: string | undefined): boolean => amount !== undefined && amount !== '0';

const asksForCompute = ({ requests = {}, limits = {} }: Resources): boolean =>
  COMPUTE.some((name) => isSome(requests[name]) || isSome(limits[name]));

const isGuaranteed = ({ requests = {}, limits = {} }: Resources): boolean =>
  COMPUTE.every((name) => isSome(limits[name]) && (requests[name] ?? limits[name]) === limits[name]);
