import type { KubeResponse } from '@fairlead/kube';
import type { Call } from './api.ts';
import { notServed } from './errors.ts';
import { committedObject } from './get.ts';
import { containerOf, nodeNameOf } from './pod-container.ts';

const PASSED_ON = [
  'follow',
  'limitBytes',
  'previous',
  'sinceSeconds',
  'sinceTime',
  'stream',
  'tailLines',
  'timestamps',
];

/** GET of a pod's log. */
export const log = async (call: Call): Promise<KubeResponse> => {
  const { node } = call.api;
  if (node === undefined) throw notServed('pods/log without a node');
  const pod = committedObject(call).value();
  const container = containerOf(call, pod);
  const answer = await node.logs({
    node: nodeNameOf(call, pod),
    namespace: call.path.namespace,
    pod: call.path.name,
    container,
    query: logQuery(call.query),
    ...(call.request.signal && { signal: call.request.signal }),
  });
  return {
    status: answer.status,
    headers: { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' },
    body: { kind: 'stream', bytes: answer.bytes },
  };
};

const logQuery = (query: URLSearchParams): URLSearchParams =>
  new URLSearchParams([...query].filter(([name]) => PASSED_ON.includes(name)));
