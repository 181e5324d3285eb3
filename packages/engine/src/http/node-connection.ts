import type { Duplex } from 'node:stream';
import type { Headers } from '@fairlead/kube';

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

/** A connection that is handed on to a node as it is: `GET /exec/{namespace}/{pod}/{container}?query` and its like. */
export interface NodeStreamRequest {
  readonly node: string;
  readonly kind: 'exec' | 'attach' | 'portForward';
  readonly namespace: string;
  readonly pod: string;
  /** Absent where the whole pod is meant. */
  readonly container?: string;
  readonly query: URLSearchParams;
  /** Of the client's handshake. */
  readonly headers: Headers;
}

/** The node has agreed, and the connection is the client's; or it has not, and says why. */
export type NodeStream =
  | { readonly headers: Headers; readonly connection: Duplex }
  | { readonly status: number; readonly message: string };

/** Billionths of a processor, and bytes. */
export interface Use {
  readonly cpuNanocores: number;
  readonly memoryBytes: number;
}

/** What a node has measured. */
export interface NodeUsage {
  readonly node: string;
  /** Milliseconds since the epoch, of the end of the measuring. */
  readonly at: number;
  readonly windowMs: number;
  readonly machine: Use;
  readonly pods: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly containers: readonly (Use & { readonly name: string })[];
  }[];
}

/** The way to the agents that run pods. */
export interface NodeConnection {
  /** Rejects when the node cannot be reached; an answer that is no 200 is handed on as it is. */
  logs(
    request: NodeLogRequest,
  ): Promise<{ readonly status: number; readonly bytes: AsyncIterable<Uint8Array> }>;
  /** Rejects when the node cannot be reached. */
  stream?(request: NodeStreamRequest): Promise<NodeStream>;
  /** What the node and its pods use. Rejects when it cannot be reached. */
  usage?(node: string): Promise<NodeUsage>;
}
