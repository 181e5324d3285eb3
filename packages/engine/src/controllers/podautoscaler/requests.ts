import type { Pod, ResourceRequirements } from '@fairlead/kube';
import { milli } from './amounts.ts';

/** What each pod requests, in thousandths by its name. Throws when one does not say. */
export function requestsOf(
  pods: readonly Pod[],
  resource: string,
  container: string | undefined,
): ReadonlyMap<string, number> {
  return new Map(pods.map((pod) => [pod.metadata.name, requestOf(pod, resource, container)]));
}

function requestOf(pod: Pod, resource: string, container: string | undefined): number {
  const { requests } = (pod.spec as { readonly resources?: ResourceRequirements }).resources ?? {};
  // What the pod requests as a whole counts, unless one container is asked about.
  const whole = requests?.[resource];
  if (whole !== undefined && container === undefined) return milli(whole);
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...pod.spec.containers, ...sidecars]
    .filter(({ name }) => container === undefined || name === container)
    .map(({ name, resources }) => {
      const request = resources?.requests?.[resource];
      if (request === undefined)
        throw new Error(`missing request for ${resource} in container ${name} of Pod ${pod.metadata.name}`);
      return milli(request);
    })
    .reduce((total, request) => total + request, 0);
}
