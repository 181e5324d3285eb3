import type { Transport } from '@fairlead/kube';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

const PRIORITY_CLASSES = [
  {
    metadata: { name: 'system-node-critical' },
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    metadata: { name: 'system-cluster-critical' },
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
];

/** Makes what every cluster has from its first moment. A later start finds it there. */
export const bootstrap = async (transport: Transport): Promise<void> => {
  const ensure = (path: string, body: object): Promise<void> => ensureObject(transport, path, body);
  await Promise.all([
    ...NAMESPACES.map((name) => ensure('/api/v1/namespaces', { metadata: { name } })),
    ...PRIORITY_CLASSES.map((body) => ensure('/apis/scheduling.k8s.io/v1/priorityclasses', body)),
  ]);
  // Without it no pod could be made in the first moment; those of other namespaces are a controller's.
  await ensure('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
};

const ensureObject = async (transport: Transport, path: string, object: object): Promise<void> => {
  const body = Buffer.from(JSON.stringify(object));
  const headers = { 'content-type': 'application/json', 'user-agent': 'kube-apiserver' };
  const answer = await transport({ method: 'POST', path, query: '', headers, body });
  if (answer.status === 201 || answer.status === 409) return;
  const why = answer.body.kind === 'object' ? JSON.stringify(answer.body.value()) : '';
  throw new Error(`${path} could not be filled: ${answer.status} ${why}`);
};
