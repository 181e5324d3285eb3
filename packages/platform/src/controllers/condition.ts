import type { Condition as ApiCondition } from '@fairlead/api';
import { type Clock, type Condition, type KubeObject, setCondition } from '@fairlead/kube';

/** What is said about one aspect of an object. */
export interface Observation {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** One word for programs; a code of the register when a person must do something. */
  readonly reason: string;
  /** A sentence for people. */
  readonly message: string;
}

type Observed = KubeObject & { readonly status?: { readonly conditions?: readonly Condition[] } };

/** The conditions of an object with these observations in them, each of the object's present generation. */
export const observe = (
  object: Observed,
  observations: readonly Observation[],
  clock: Clock,
): ApiCondition[] => {
  const { generation } = object.metadata;
  const observedGeneration = generation === undefined ? {} : { observedGeneration: generation };
  const conditions = observations.reduce<readonly Condition[]>(
    (all, observation) => setCondition(all, { ...observation, ...observedGeneration }, clock),
    object.status?.conditions ?? [],
  );
  return conditions as ApiCondition[];
};
