import type { KubeObject, KubeResponse } from '@fairlead/kube';
import { isObject } from '../schema/json.ts';
import type { Call } from './api.ts';
import { badRequest, notServed } from './errors.ts';
import { committedObject } from './get.ts';

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

const specOf = (pod: KubeObject): Readonly<Record<string, unknown>> => {
  const { spec } = pod as KubeObject & { spec?: unknown };
  return isObject(spec) ? spec : {};
};

const containerNames = (pod: KubeObject, field: string): string[] => {
  const containers = specOf(pod)[field];
  return Array.isArray(containers) ? containers.map((one) => String((one as { name?: unknown }).name)) : [];
};

/** The only container, or the one that is named; otherwise the choice is the client's. */
const containerOf = ({ query, path }: Call, pod: KubeObject): string => {
  const containers = containerNames(pod, 'containers');
  const inits = containerNames(pod, 'initContainers');
  const asked = query.get('container') ?? '';
  if (asked === '' && containers.length === 1) return containers[0] ?? '';
  if (asked === '') {
    const init = inits.length > 0 ? ` or one of the init containers: [${inits.join(' ')}]` : '';
    throw badRequest(
      `a container name must be specified for pod ${path.name}, choose one of: [${containers.join(' ')}]${init}`,
    );
  }
  if (containers.includes(asked) || inits.includes(asked)) return asked;
  throw badRequest(`container ${asked} is not valid for pod ${path.name}`);
};

const nodeNameOf = ({ path }: Call, pod: KubeObject): string => {
  const { nodeName } = specOf(pod);
  if (typeof nodeName === 'string' && nodeName !== '') return nodeName;
  throw badRequest(`pod ${path.name} does not have a host assigned`);
};
