import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Headers, KubeRequest } from '@fairlead/kube';
import { impersonates } from '../../auth/impersonation.ts';

/** A request from a socket as the plain record that the core takes. */
export class SocketRequest implements KubeRequest {
  readonly method: KubeRequest['method'];
  readonly path: string;
  readonly query: string;
  readonly headers: Headers;
  readonly body?: Uint8Array;
  readonly #outgoing: ServerResponse;
  #controller: AbortController | undefined;

  constructor(given: {
    readonly incoming: IncomingMessage;
    readonly outgoing: ServerResponse;
    readonly body: Uint8Array | undefined;
  }) {
    const { incoming, outgoing, body } = given;
    const url = incoming.url ?? '/';
    const mark = url.indexOf('?');
    this.method = incoming.method as KubeRequest['method'];
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.query = mark < 0 ? '' : url.slice(mark + 1);
    this.headers = headersOf(incoming);
    if (body !== undefined) this.body = body;
    this.#outgoing = outgoing;
  }

  /** Made when somebody asks: most requests are answered at once and never look at it. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      if (this.#outgoing.destroyed) controller.abort();
      else this.#outgoing.once('close', () => controller.abort());
    }
    return this.#controller.signal;
  }
}

/** Node joins repeated headers by commas, which the names of groups may contain. */
const headersOf = ({ headers, headersDistinct }: IncomingMessage): Headers => {
  if (!impersonates(headers as Headers)) return headers as Headers;
  const distinct = Object.entries(headersDistinct).filter(([name]) => name.startsWith('impersonate-'));
  return {
    ...(headers as Headers),
    ...Object.fromEntries(distinct.map(([name, values]) => [name, (values ?? []).join('\n')])),
  };
};

/** A body that is not wanted is still read, up to so much: a client sees no answer while it writes to a closed socket. */
const DISCARD_BYTES = 64 * 1024 * 1024;

/** The whole body, or `too-large`, which is told when a client may hear it. */
export const readBody = async (
  incoming: IncomingMessage,
  limit: number,
): Promise<Uint8Array | undefined | 'too-large'> => {
  const announced = incoming.headers['content-length'];
  if (announced === undefined && incoming.headers['transfer-encoding'] === undefined) return undefined;
  if (Number(announced) > limit) return 'too-large';
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= limit) parts.push(part);
    if (size > limit + DISCARD_BYTES) return 'too-large';
  }
  if (size > limit) return 'too-large';
  return parts.length === 1 ? parts[0] : Buffer.concat(parts);
};

/** Reads what nobody wants; gives up when it is far too much. */
export const discardBody = async (incoming: IncomingMessage): Promise<void> => {
  if (Number(incoming.headers['content-length']) > DISCARD_BYTES) return;
  let size = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > DISCARD_BYTES) return;
  }
};
