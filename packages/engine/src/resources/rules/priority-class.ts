import type { KubeObject } from '@fairlead/kube';
import { Place } from '../../schema/place.ts';
import type { Rules } from '../rules.ts';

interface PriorityClass extends KubeObject {
  readonly value?: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
}

const RESERVED = 'system-';
const HIGHEST = 1_000_000_000;
const POLICIES = ['PreemptLowerPriority', 'Never'];

/** The system's own classes (scheduling/v1, SystemPriorityClasses). */
const SYSTEM: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};

const systemFault = ({ metadata, value, globalDefault = false }: PriorityClass): string | undefined => {
  const { name } = metadata;
  const wanted = SYSTEM[name];
  if (wanted === undefined) return `${name} is not a known system priority class`;
  if (value !== wanted) return `value of ${name} PriorityClass must be ${wanted}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
};

const judgeNew = (next: PriorityClass, at: Place): void => {
  const { value = 0, preemptionPolicy } = next;
  const isReserved = next.metadata.name.startsWith(RESERVED);
  const fault = isReserved ? systemFault(next) : undefined;
  if (fault !== undefined) {
    at.field('metadata')
      .field('name')
      .forbidden(
        `priority class names with '${RESERVED}' prefix are reserved for system use only. error: ${fault}`,
      );
  } else if (!isReserved && value > HIGHEST) {
    at.field('value').forbidden(`maximum allowed value of a user defined priority is ${HIGHEST}`);
  }
  if (preemptionPolicy !== undefined) at.field('preemptionPolicy').oneOf(preemptionPolicy, POLICIES);
};

const judgeChange = (next: PriorityClass, old: PriorityClass, at: Place): void => {
  if ((next.value ?? 0) !== (old.value ?? 0)) at.field('value').forbidden('may not be changed in an update.');
  if (next.preemptionPolicy !== old.preemptionPolicy) {
    at.field('preemptionPolicy').invalid(next.preemptionPolicy, 'field is immutable');
  }
};

/** A priority has been given out: it does not change any more. */
export const priorityClassRules: Rules = {
  complete: true,
  validate(next: PriorityClass, old: PriorityClass | undefined) {
    const at = new Place();
    if (old === undefined) judgeNew(next, at);
    else judgeChange(next, old, at);
    return at.found;
  },
};
