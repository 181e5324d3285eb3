import type { KubeObject, Transport } from '@fairlead/kube';
import { gatewayDefinitions } from './schema/builtin-gateway.ts';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Makes what is there from the first moment: namespaces, and the kinds of Gateway API. A later start finds it. */
export const bootstrap = async (transport: Transport): Promise<void> => {
  const definitions = gatewayDefinitions() as readonly unknown[] as readonly KubeObject[];
  await Promise.all([
    ...NAMESPACES.map((name) => ensure(transport, '/api/v1/namespaces', namespace(name))),
    ...definitions.map((crd) => ensure(transport, CRDS, crd)),
  ]);
};

const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

const ensure = async (transport: Transport, path: string, object: KubeObject): Promise<void> => {
  const headers = { 'content-type': 'application/json', 'user-agent': 'kube-apiserver' };
  const known = await transport({
    method: 'GET',
    path: `${path}/${object.metadata.name}`,
    query: '',
    headers,
  });
  if (known.status === 200) return;
  const body = Buffer.from(JSON.stringify(object));
  const answer = await transport({ method: 'POST', path, query: '', headers, body });
  if (answer.status === 201) return;
  const why = answer.body.kind === 'object' ? JSON.stringify(answer.body.value()) : '';
  throw new Error(`what every engine has could not be made: ${answer.status} ${why}`);
};
