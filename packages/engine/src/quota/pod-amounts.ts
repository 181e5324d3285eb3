import { addAmounts, type Amounts, mostOf, NOTHING, parseAmounts, type ResourceList } from './amounts.ts';

/** What a pod, or one of its containers, asks for. */
export interface ResourceRequirements {
  readonly requests?: ResourceList;
  readonly limits?: ResourceList;
}

interface Asking {
  readonly resources?: ResourceRequirements;
}

/** The part of a pod's spec that says how much it needs. */
export interface Spec extends Asking {
  readonly containers: readonly Asking[];
  readonly initContainers?: readonly (Asking & { readonly restartPolicy?: string })[];
}

/**
 * What a pod requests or is limited to as a whole (component-helpers, PodRequests and PodLimits): its containers and
 * sidecars together, or its thirstiest moment of initialisation; what is said of the pod itself (KEP-2837) goes before.
 */
export const podAmounts = (spec: Spec, side: keyof ResourceRequirements): Amounts => {
  const of = (one: Asking): Amounts => parseAmounts(one.resources?.[side]);
  let total = spec.containers.map(of).reduce(addAmounts, NOTHING);
  let sidecars = NOTHING;
  let starting = NOTHING;
  for (const init of spec.initContainers ?? []) {
    // An init container runs beside the sidecars that were started before it.
    const together = addAmounts(of(init), sidecars);
    if (init.restartPolicy === 'Always') {
      total = addAmounts(total, of(init));
      sidecars = together;
    }
    starting = mostOf(starting, together);
  }
  const own = [...of(spec)].filter(([name]) => isForPods(name));
  return new Map([...mostOf(total, starting), ...own]);
};

const isForPods = (name: string): boolean =>
  name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
