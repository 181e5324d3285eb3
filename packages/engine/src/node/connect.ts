import { type IncomingMessage, request } from 'node:http';
import type { NodeConnection } from '../http/log.ts';

/** The API server's way to the agents of its nodes: a Unix socket for each. */
export function connectNodes(socketOf: (node: string) => string | undefined): NodeConnection {
  return {
    async logs({ node, namespace, pod, container, query, signal }) {
      const socketPath = socketOf(node);
      if (socketPath === undefined) throw new Error(`the node ${node} is not known`);
      const path = ['', 'containerLogs', namespace, pod, container].map(encodeURIComponent).join('/');
      const response = await new Promise<IncomingMessage>((done, fail) => {
        const options = { socketPath, path: `${path}?${query.toString()}`, ...(signal && { signal }) };
        request(options, done).once('error', fail).end();
      });
      return { status: response.statusCode ?? 502, bytes: response };
    },
  };
}
