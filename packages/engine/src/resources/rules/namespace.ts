import type { KubeObject } from '@fairlead/kube';
import { Place } from '../../schema/place.ts';
import { judgeFinalizer } from '../metadata-rules.ts';
import type { Rules } from '../rules.ts';

interface Namespace extends KubeObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: { readonly phase?: string };
}

/** Selectors can name a namespace by this label, also one whose name was drawn. */
const named = (namespace: Namespace): Namespace => {
  const { metadata } = namespace;
  const labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
  return { ...namespace, metadata: { ...metadata, labels } };
};

const finalizersOf = ({ spec }: Namespace): readonly string[] => spec?.finalizers ?? [];

const judgeFinalizers = (namespace: Namespace): Place['found'] => {
  const at = new Place('spec').field('finalizers');
  finalizersOf(namespace).forEach((finalizer) => judgeFinalizer(finalizer, at));
  return at.found;
};

/** In the list as it is written later every name has its place. */
const judgeListed = (namespace: Namespace): Place['found'] => {
  const at = new Place('spec').field('finalizers');
  finalizersOf(namespace).forEach((finalizer, index) => judgeFinalizer(finalizer, at.index(index)));
  return at.found;
};

/** A phase goes with the deletion's mark, and with nothing else. */
const judgePhase = ({ metadata, status }: Namespace): Place['found'] => {
  const at = new Place('status').field('Phase');
  const going = metadata.deletionTimestamp !== undefined;
  const [wanted, when] = going ? ['Terminating', 'not empty'] : ['Active', 'empty'];
  const phase = status?.phase ?? '';
  if (phase !== wanted) at.invalid(phase, `may only be '${wanted}' if \`deletionTimestamp\` is ${when}`);
  return at.found;
};

/** A namespace goes when a controller has emptied it and taken `kubernetes` out of its finalizers. */
export const namespaceRules: Rules = {
  complete: true,
  looks: ['whole', 'change'],
  create(namespace: Namespace) {
    const finalizers = finalizersOf(namespace);
    const kept = finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'];
    const made: Namespace = { ...named(namespace), spec: { finalizers: kept }, status: { phase: 'Active' } };
    return made;
  },
  update: (namespace: Namespace, old: Namespace): Namespace => ({ ...named(namespace), spec: old.spec }),
  validate: judgeFinalizers,
  parts: {
    status: { validate: judgePhase },
    // Whoever emptied it takes a name out of its list.
    finalize: {
      take: (sent: Namespace, old: Namespace) => ({ ...sent, status: old.status }),
      validate: judgeListed,
    },
  },
  deleting: (namespace: Namespace): Namespace => ({
    ...namespace,
    // Unlike other kinds it says nothing of a grace that nobody gives it.
    metadata: { ...namespace.metadata, deletionGracePeriodSeconds: undefined },
    status: { ...namespace.status, phase: 'Terminating' },
  }),
  finished: (namespace: Namespace) => finalizersOf(namespace).length === 0,
};
