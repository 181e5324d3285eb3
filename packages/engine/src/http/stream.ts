import type { Duplex } from 'node:stream';
import type { Headers, KubeResponse } from '@fairlead/kube';
import type { Call, Verb } from './api.ts';
import { type ApiError, badRequest, failure, notServed } from './errors.ts';
import { committedObject } from './get.ts';
import type { NodeStreamRequest } from './node-connection.ts';
import { containerOf, nodeNameOf } from './pod-container.ts';

/** GET or POST of a pod's `exec`, `attach` or `portforward`: the connection becomes one to the pod's node. */
export const openStream =
  (kind: NodeStreamRequest['kind']): Verb =>
  async (call: Call): Promise<KubeResponse> => {
    const { node } = call.api;
    const { subresource, namespace, name } = call.path;
    if (node?.stream === undefined) throw notServed(`pods/${subresource} without a node`);
    const pod = committedObject(call).value();
    requireUpgrade(call.request.headers);
    const answer = await node.stream({
      node: nodeNameOf(call, pod),
      kind,
      namespace,
      pod: name,
      ...(kind !== 'portForward' && { container: containerOf(call, pod) }),
      query: call.query,
      headers: call.request.headers,
    });
    if ('status' in answer) throw refused(answer);
    const { headers, connection } = answer;
    return { status: 101, headers, body: { kind: 'upgrade', open: (client) => join(client, connection) } };
  };

const requireUpgrade = ({ upgrade = '', connection = '' }: Headers): void => {
  if (upgrade === '' || !connection.toLowerCase().includes('upgrade')) {
    throw badRequest('Upgrade request required');
  }
};

const refused = ({ status, message }: { readonly status: number; readonly message: string }): ApiError =>
  status === 404 ? failure({ code: 404, reason: 'NotFound', message }) : badRequest(message);

/** Each hears what the other says; when one breaks off, so does the other. */
const join = (client: Duplex, node: Duplex): void => {
  const directions = [
    [client, node],
    [node, client],
  ] as const;
  for (const [from, to] of directions) {
    from.on('error', () => to.destroy()).on('close', () => to.destroy());
    from.pipe(to);
  }
};
