import type { KubeObject } from '@fairlead/kube';
import type { Rules } from '../rules.ts';

interface Namespace extends KubeObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: { readonly phase?: string };
}

/** The name as a label, so that selectors can name a namespace. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

const labelled = (namespace: Namespace): Namespace => {
  const { metadata } = namespace;
  if (metadata.labels?.[NAME_LABEL] === metadata.name) return namespace;
  return {
    ...namespace,
    metadata: { ...metadata, labels: { ...metadata.labels, [NAME_LABEL]: metadata.name } },
  };
};

/** A namespace goes when a controller has emptied it and taken `kubernetes` out of its finalizers. */
export const namespaceRules: Rules = {
  create: (namespace: Namespace): Namespace =>
    labelled({ ...namespace, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }),
  update: (namespace: Namespace, old: Namespace): Namespace =>
    labelled({ ...namespace, spec: old.spec, status: old.status }),
  deleting: (namespace: Namespace): Namespace => ({
    ...namespace,
    status: { ...namespace.status, phase: 'Terminating' },
  }),
  finished: (namespace: Namespace) => (namespace.spec?.finalizers ?? []).length === 0,
};
