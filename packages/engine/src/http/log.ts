import type { KubeResponse } from '@fairlead/kube';
import type { Call } from './api.ts';
import { notServed } from './errors.ts';
import { committedObject } from './get.ts';
import { containerOf, nodeNameOf } from './pod-container.ts';

/** What a node is asked for: `GET /containerLogs/{namespace}/{pod}/{container}?query`. */
export interface NodeLogRequest {
  /** The pod's `spec.nodeName`. */
  readonly node: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** `follow`, `tailLines`, `timestamps`, `previous`, `sinceSeconds`, … as the client sent them. */
  readonly query: URLSearchParams;
  readonly signal?: AbortSignal;
}

/** The way to the agents that run pods. */
export interface NodeConnection {
  /** Rejects when the node cannot be reached; an answer that is no 200 is handed on as it is. */
  logs(
    request: NodeLogRequest,
  ): Promise<{ readonly status: number; readonly bytes: AsyncIterable<Uint8Array> }>;
}

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
