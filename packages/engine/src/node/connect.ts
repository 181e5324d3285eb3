import { type IncomingMessage, request } from 'node:http';
import type { NodeConnection, NodeStream, NodeStreamRequest, NodeUsage } from '../http/node-connection.ts';

/** The API server's way to the agents of its nodes: a Unix socket for each. */
export function connectNodes(socketOf: (node: string) => string | undefined): NodeConnection {
  const find = (node: string): string => {
    const socketPath = socketOf(node);
    if (socketPath === undefined) throw new Error(`the node ${node} is not known`);
    return socketPath;
  };
  return {
    async logs({ node, namespace, pod, container, query, signal }) {
      const path = pathOf(['containerLogs', namespace, pod, container], query);
      const response = await new Promise<IncomingMessage>((done, fail) => {
        const options = { socketPath: find(node), path, ...(signal && { signal }) };
        request(options, done).once('error', fail).end();
      });
      return { status: response.statusCode ?? 502, bytes: response };
    },
    async usage(node) {
      const response = await new Promise<IncomingMessage>((done, fail) => {
        request({ socketPath: find(node), path: '/usage' }, done)
          .once('error', fail)
          .end();
      });
      return JSON.parse(await textOf(response)) as NodeUsage;
    },
    stream: async (asked) => shakeHands(find(asked.node), asked),
  };
}

const pathOf = (parts: readonly string[], query: URLSearchParams): string =>
  `/${parts.map(encodeURIComponent).join('/')}?${query.toString()}`;

/** What of the client's handshake the node needs for its own half. */
const handed = ['sec-websocket-key', 'sec-websocket-version', 'sec-websocket-protocol'] as const;

function shakeHands(socketPath: string, asked: NodeStreamRequest): Promise<NodeStream> {
  const { kind, namespace, pod, container, query, headers } = asked;
  const path = pathOf([kind, namespace, pod, ...(container === undefined ? [] : [container])], query);
  const own = handed.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]] as const]));
  const sent = { connection: 'Upgrade', upgrade: 'websocket', ...Object.fromEntries(own) };
  return new Promise((done, fail) => {
    const shaking = request({ socketPath, path, headers: sent });
    shaking.once('upgrade', ({ headers: agreed }, connection, head) => {
      if (head.length > 0) connection.unshift(head);
      done({ headers: agreed as NodeStreamRequest['headers'], connection });
    });
    shaking.once('response', (response: IncomingMessage) => {
      const status = response.statusCode ?? 502;
      done(textOf(response).then((message) => ({ status, message })));
    });
    shaking.once('error', fail).end();
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
