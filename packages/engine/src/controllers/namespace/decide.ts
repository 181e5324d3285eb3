import type { KubeObject } from '@fairlead/kube';
import type { ServedType } from '../inventory/discover.ts';

/** The objects of one kind that are left in a namespace. */
export interface Remains {
  readonly type: ServedType;
  readonly objects: readonly KubeObject[];
}

/**
 * Which kinds are to be emptied now. Pods go first, and alone: whatever they use (secrets, network
 * policies, claims) is there until the last of them has ended. What is on its way already is not
 * asked again.
 */
export function decideEmptying(remains: readonly Remains[]): readonly ServedType[] {
  const pods = remains.filter(({ type }) => type.group === '' && type.resource === 'pods');
  return (pods.length > 0 ? pods : remains)
    .filter(({ objects }) => objects.some(({ metadata }) => metadata.deletionTimestamp === undefined))
    .map(({ type }) => type);
}
