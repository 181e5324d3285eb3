import type { Headers, KubeRequest } from '@fairlead/kube';
import type { Exchange } from './http1/server.ts';

/** A request from a socket as the plain record that the core takes. */
export class SocketRequest implements KubeRequest {
  readonly method: KubeRequest['method'];
  readonly path: string;
  readonly query: string;
  readonly headers: Headers;
  readonly body?: Uint8Array;
  readonly #exchange: Exchange;
  #controller: AbortController | undefined;

  constructor(exchange: Exchange, body: Uint8Array | undefined) {
    const { method, target, fields } = exchange.head;
    const mark = target.indexOf('?');
    this.method = method as KubeRequest['method'];
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.query = mark < 0 ? '' : target.slice(mark + 1);
    this.headers = fields.headers;
    if (body !== undefined) this.body = body;
    this.#exchange = exchange;
  }

  /** Made when somebody asks: most requests are answered at once and never look at it. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      this.#exchange.onceOver(() => controller.abort());
    }
    return this.#controller.signal;
  }
}
