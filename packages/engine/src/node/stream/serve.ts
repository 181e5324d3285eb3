import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { OpenCommand } from '../process/contract.ts';
import { channelProtocols } from './channels.ts';
import { serveCommand } from './exec.ts';
import { type Dial, servePortForward, tunnelProtocol } from './port-forward.ts';
import { acceptWebSocket, WebSocket } from './websocket.ts';

/** Why something is not there, as Kubernetes words it. */
export interface Missing {
  readonly status: 400 | 404;
  readonly message: string;
}

export interface PodName {
  readonly namespace: string;
  readonly pod: string;
}

export interface CommandRequest extends PodName {
  readonly container: string;
  /** Absent: the container's own process is meant. */
  readonly command: readonly string[] | undefined;
  readonly stdin: boolean;
  readonly terminal: boolean;
}

/** What of the pods can be talked to. */
export interface Sessions {
  /** Not before the client has agreed to the protocol. */
  open(request: CommandRequest): Missing | (() => Promise<OpenCommand>);
  dial(name: PodName): Missing | Dial;
}

/**
 * Serves, as a kubelet, what takes over its connection: `/exec/{namespace}/{pod}/{container}?command&stdin&tty`,
 * `/attach/…` and `/portForward/{namespace}/{pod}`.
 */
export function serveUpgrade(sessions: Sessions, request: IncomingMessage, socket: Duplex): void {
  const url = new URL(request.url ?? '/', 'http://node');
  const [, kind, namespace = '', pod = '', container = ''] = url.pathname.split('/').map(decodeURIComponent);
  const agree = (spoken: readonly string[]): WebSocket | undefined => {
    const accepted = acceptWebSocket(request.headers, spoken);
    if (accepted === undefined) refuse(socket, { status: 400, message: onlyThese(spoken) });
    else socket.write(accepted.head);
    return accepted && new WebSocket(socket);
  };
  if (kind === 'portForward') {
    const dial = sessions.dial({ namespace, pod });
    if (typeof dial !== 'function') return refuse(socket, dial);
    const client = agree([tunnelProtocol]);
    return void (client && servePortForward(client, dial));
  }
  const asked = parseCommand(url.searchParams, kind === 'exec');
  const opening = sessions.open({ namespace, pod, container, ...asked });
  if (typeof opening !== 'function') return refuse(socket, opening);
  const client = agree(channelProtocols);
  return void (client && serveCommand(client, opening()));
}

const onlyThese = (spoken: readonly string[]): string =>
  `only WebSockets are served here, with the protocol ${spoken.join(' or ')}`;

const parseCommand = (query: URLSearchParams, isExec: boolean) => ({
  command: isExec ? query.getAll('command') : undefined,
  stdin: flag(query, 'stdin'),
  terminal: flag(query, 'tty'),
});

const flag = (query: URLSearchParams, name: string): boolean => ['true', '1'].includes(query.get(name) ?? '');

function refuse(socket: Duplex, { status, message }: Missing): void {
  const body = Buffer.from(message);
  const lines = [`HTTP/1.1 ${status} Refused`, 'connection: close', `content-length: ${body.length}`];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${message}`);
}
