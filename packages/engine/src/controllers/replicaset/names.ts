import type { ReplicaSet } from '@fairlead/kube';

/** The API appends five characters. */
export const podNamePrefix = (set: ReplicaSet): string => `${set.metadata.name}-`;
