import type { Transport } from '@fairlead/kube';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Makes what every cluster has from its first moment. A later start finds it there. */
export const bootstrap = async (transport: Transport): Promise<void> => {
  await Promise.all(NAMESPACES.map((name) => ensureNamespace(transport, name)));
};

const ensureNamespace = async (transport: Transport, name: string): Promise<void> => {
  const body = Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  const headers = { 'content-type': 'application/json', 'user-agent': 'kube-apiserver' };
  const answer = await transport({ method: 'POST', path: '/api/v1/namespaces', query: '', headers, body });
  if (answer.status === 201 || answer.status === 409) return;
  const why = answer.body.kind === 'object' ? JSON.stringify(answer.body.value()) : '';
  throw new Error(`the namespace ${name} could not be made: ${answer.status} ${why}`);
};
