import type { KubeObject } from '@fairlead/kube';
import type { Admission, AdmissionRequest } from './chain.ts';
import { isAbout, refusal } from './kinds.ts';
import { type Lister, valuesOf } from './lister.ts';
import { type Pod, podIn, withSpec } from './pod.ts';

interface PriorityClass extends KubeObject {
  readonly value?: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
}

/** A pod's priority is the number that its class stands for. */
export const priority = (classes: Lister): Admission => {
  const all = (): readonly PriorityClass[] => valuesOf(classes.list(''));
  return {
    name: 'Priority',
    admit(request) {
      const sent = podIn(request, 'CREATE');
      if (sent !== undefined) return withPriority(sent, { request, classes: all() });
      const changed = podIn(request, 'UPDATE');
      return changed === undefined ? request.object : keptPriority(changed, request.old as Pod);
    },
    validate(request) {
      if (!isAbout(request, 'priorityclasses', 'scheduling.k8s.io') || request.operation === 'DELETE') return;
      if (!(request.object as PriorityClass).globalDefault) return;
      const chosen = defaultOf(all());
      if (chosen === undefined) return;
      const same = request.operation === 'UPDATE' && chosen.metadata.name === request.object.metadata.name;
      if (same) return;
      const { name } = chosen.metadata;
      throw refusal(
        request,
        `PriorityClass ${name} is already marked as default. Only one default can exist`,
      );
    },
  };
};

/** Should two have become the default at one time, the lower one is it. */
const defaultOf = (classes: readonly PriorityClass[]): PriorityClass | undefined =>
  classes.filter(({ globalDefault }) => globalDefault).toSorted((a, b) => (a.value ?? 0) - (b.value ?? 0))[0];

const withPriority = (
  pod: Pod,
  given: { readonly request: AdmissionRequest; readonly classes: readonly PriorityClass[] },
): KubeObject => {
  const { spec } = pod;
  const { request, classes } = given;
  const named = spec.priorityClassName ?? '';
  const found = named === '' ? defaultOf(classes) : classes.find(({ metadata }) => metadata.name === named);
  if (named !== '' && found === undefined) {
    throw refusal(request, `no PriorityClass with name ${named} was found`);
  }
  const value = found?.value ?? 0;
  const policy = found === undefined ? 'PreemptLowerPriority' : found.preemptionPolicy;
  if (spec.priority !== undefined && spec.priority !== value) {
    throw refusal(request, computed('the integer value of priority', spec.priority, value));
  }
  if (policy !== undefined && spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
    throw refusal(request, computed('the string value of PreemptionPolicy', spec.preemptionPolicy, policy));
  }
  return withSpec(pod, {
    ...(found !== undefined && { priorityClassName: found.metadata.name }),
    priority: value,
    ...(policy !== undefined && { preemptionPolicy: policy }),
  });
};

const computed = (what: string, given: string | number, value: string | number): string =>
  `${what} (${given}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`;

/** Who sends a pod back without what this step once filled in does not mean to take it out. */
const keptPriority = (pod: Pod, old: Pod): KubeObject => {
  const { priority: value = old.spec.priority, preemptionPolicy = old.spec.preemptionPolicy } = pod.spec;
  return withSpec(pod, {
    ...(value !== undefined && { priority: value }),
    ...(preemptionPolicy !== undefined && { preemptionPolicy }),
  });
};
