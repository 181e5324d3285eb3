import { labels } from '@fairlead/api';
import type { HTTPRoute } from '@fairlead/kube';

/** Who has a host name already, as `namespace/app`; undefined when it is free or one's own. First come, first kept. */
export const takenBy = (
  host: string,
  own: { readonly namespace: string; readonly app: string },
  routes: readonly HTTPRoute[],
): string | undefined => {
  const owners = routes
    .filter(({ spec }) => spec.hostnames?.includes(host))
    .toSorted((a, b) => age(a).localeCompare(age(b)) || a.metadata.name.localeCompare(b.metadata.name))
    .map(
      ({ metadata }) =>
        `${metadata.namespace ?? 'default'}/${metadata.labels?.[labels.app] ?? metadata.name}`,
    );
  const first = owners[0];
  return first === undefined || first === `${own.namespace}/${own.app}` ? undefined : first;
};

const age = ({ metadata }: HTTPRoute): string => metadata.creationTimestamp ?? '';
