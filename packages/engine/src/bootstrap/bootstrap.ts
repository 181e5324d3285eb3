import type { KubeObject } from '@fairlead/kube';
import { desiredObject } from '../rbac/reconcile.ts';
import { readGenerated } from '../schema/builtin-types.ts';
import { ensureObject, type Ground } from './ensure.ts';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

const PRIORITY_CLASSES = [
  {
    name: 'system-node-critical',
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
];

/**
 * Makes what every cluster has from its first moment: its namespaces, and the roles that Kubernetes itself binds
 * to its parts and to everybody. A later start finds all of it there, and writes nothing.
 */
export const bootstrap = async (ground: Ground): Promise<void> => {
  await Promise.all([
    ...NAMESPACES.map((name) => ensure(ground, 'namespaces', { ...core('Namespace'), metadata: { name } })),
    ...PRIORITY_CLASSES.map((given) => ensure(ground, 'priorityclasses', priorityClass(given))),
  ]);
  // What lies in a namespace needs it to be there.
  const policy = readGenerated('bootstrap-policy.json') as readonly KubeObject[];
  await Promise.all([
    // Without it no pod could be made in the first moment; those of other namespaces are a controller's.
    ensure(ground, 'serviceaccounts', {
      ...core('ServiceAccount'),
      metadata: { namespace: 'default', name: 'default' },
    }),
    ...policy.map((object) => ensure(ground, `${object.kind.toLowerCase()}s`, object)),
  ]);
};

const core = (kind: string) => ({ apiVersion: 'v1', kind });

const priorityClass = ({ name, ...given }: (typeof PRIORITY_CLASSES)[number]): KubeObject & object => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name },
  ...given,
});

const ensure = (ground: Ground, resource: string, wanted: KubeObject): Promise<void> =>
  ensureObject(ground, { resource, wanted, desired: desiredObject });
