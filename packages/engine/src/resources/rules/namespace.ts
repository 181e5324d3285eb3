import type { KubeObject } from '@fairlead/kube';
import type { Rules } from '../rules.ts';

interface Namespace extends KubeObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: { readonly phase?: string };
}

/** A namespace goes when a controller has emptied it and taken `kubernetes` out of its finalizers. */
export const namespaceRules: Rules = {
  create: (namespace: Namespace): Namespace => ({
    ...namespace,
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }),
  update: (namespace: Namespace, old: Namespace): Namespace => ({ ...namespace, spec: old.spec }),
  deleting: (namespace: Namespace): Namespace => ({
    ...namespace,
    // Unlike other kinds it says nothing of a grace that nobody gives it.
    metadata: { ...namespace.metadata, deletionGracePeriodSeconds: undefined },
    status: { ...namespace.status, phase: 'Terminating' },
  }),
  finished: (namespace: Namespace) => (namespace.spec?.finalizers ?? []).length === 0,
};
