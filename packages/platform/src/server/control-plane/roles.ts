import { component } from '@fairlead/engine';
import type { KubeObject, PolicyRule } from '@fairlead/kube';

/** The platform's parts, each with a name of its own at the API, and no more than its work asks for. */
export const parts = {
  /** Git, registry and gateway, and the controllers. */
  platform: component('fairlead'),
  router: component('fairlead-router'),
  node: component('node:local', 'system:nodes'),
};

const group = 'rbac.authorization.k8s.io';
const read = ['get', 'list', 'watch'];
const write = ['create', 'update', 'patch', 'delete', 'deletecollection'];

const rule = (apiGroup: string, resources: readonly string[], verbs: readonly string[]): PolicyRule => ({
  apiGroups: [apiGroup],
  resources,
  verbs,
});

const clusterRole = (name: string, ...rules: readonly PolicyRule[]) => ({
  apiVersion: `${group}/v1`,
  kind: 'ClusterRole' as const,
  metadata: { name },
  rules,
});

/** A part of those roles that Kubernetes itself has for people. */
const partOf = (people: readonly ('admin' | 'edit' | 'view')[], role: ReturnType<typeof clusterRole>) => ({
  ...role,
  metadata: {
    ...role.metadata,
    labels: Object.fromEntries(people.map((one) => [`${group}/aggregate-to-${one}`, 'true'])),
  },
});

const bindingOf = (
  name: string,
  to: string,
  subject: { readonly kind: 'User' | 'Group'; readonly name: string },
) => ({
  apiVersion: `${group}/v1`,
  kind: 'ClusterRoleBinding' as const,
  metadata: { name },
  roleRef: { apiGroup: group, kind: 'ClusterRole', name: to },
  subjects: [{ apiGroup: group, ...subject }],
});

const rolesOfParts = [
  clusterRole(
    'fairlead:platform',
    rule('fairlead.dev', ['*'], [...read, ...write]),
    rule('', ['secrets', 'services'], [...read, ...write]),
    rule('', ['pods'], [...read, 'delete']),
    rule('', ['pods/log', 'namespaces', 'nodes'], read),
    rule('apps', ['deployments'], [...read, ...write]),
    rule('apps', ['replicasets'], read),
    rule('batch', ['jobs', 'cronjobs'], [...read, ...write]),
    rule('autoscaling', ['horizontalpodautoscalers'], [...read, ...write]),
    rule('gateway.networking.k8s.io', ['httproutes'], [...read, ...write]),
    rule('gateway.networking.k8s.io', ['gateways', 'gatewayclasses'], read),
    rule('discovery.k8s.io', ['endpointslices'], read),
    rule('', ['events'], ['get', 'list', 'create', 'patch']),
  ),
  clusterRole(
    'fairlead:router',
    rule('gateway.networking.k8s.io', ['httproutes'], read),
    rule('discovery.k8s.io', ['endpointslices'], read),
  ),
  // The images of apps come from the platform's registry, where who may read an App may pull.
  clusterRole(
    'fairlead:node',
    rule('fairlead.dev', ['apps'], ['get']),
    // It makes the volumes of its own storage class.
    rule('', ['persistentvolumeclaims'], read),
    rule('', ['persistentvolumes'], [...read, 'create', 'delete']),
    rule('storage.k8s.io', ['storageclasses'], [...read, 'create']),
    // Where Services lead; on a cluster that is another program's work.
    rule('discovery.k8s.io', ['endpointslices'], read),
  ),
];

/** Who may edit a namespace may deploy in it, and who may view it sees what runs there. */
const rolesOfPeople = [
  partOf(['admin', 'edit'], clusterRole('fairlead:edit', rule('fairlead.dev', ['apps', 'queues'], write))),
  partOf(
    ['admin', 'edit', 'view'],
    clusterRole('fairlead:view', rule('fairlead.dev', ['apps', 'images', 'releases', 'queues'], read)),
  ),
  clusterRole('fairlead:catalog', rule('fairlead.dev', ['runtimes', 'domains'], read)),
];

const user = ({ name }: { readonly name: string }) => ({ kind: 'User', name }) as const;

const bindings = [
  bindingOf('fairlead:platform', 'fairlead:platform', user(parts.platform)),
  // To ask who somebody is and what they may do.
  bindingOf('fairlead:reviews', 'system:auth-delegator', user(parts.platform)),
  bindingOf('fairlead:router', 'fairlead:router', user(parts.router)),
  bindingOf('fairlead:node', 'fairlead:node', user(parts.node)),
  // Kubernetes' own role of a kubelet.
  bindingOf('fairlead:kubelet', 'system:node', user(parts.node)),
  bindingOf('fairlead:catalog', 'fairlead:catalog', { kind: 'Group', name: 'system:authenticated' }),
];

/** What the parts and people may do, to be applied by whoever installs the platform. */
export const shippedRoles: readonly (KubeObject & {
  readonly kind: 'ClusterRole' | 'ClusterRoleBinding';
})[] = [...rolesOfParts, ...rolesOfPeople, ...bindings];
