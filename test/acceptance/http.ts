import { type IncomingHttpHeaders, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';

/** A request without any client's good manners. */
export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** The authority of an HTTPS server. */
  readonly ca?: string;
}

export interface Heard {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends a request on a connection of its own; resolves with what comes back, however early that is. */
export const ask = (url: string, { method = 'GET', headers, body, ca }: Asked = {}): Promise<Heard> =>
  new Promise((done, failed) => {
    const target = new URL(url);
    const send = target.protocol === 'https:' ? overHttps : overHttp;
    const asking = send(target, { method, headers, agent: false, ...(ca === undefined ? {} : { ca }) });
    let answered = false;
    asking.once('response', (response) => {
      answered = true;
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.once('error', failed);
      response.once('end', () => {
        asking.destroy();
        done({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    asking.on('error', (error) => answered || failed(error));
    void feed(asking, body).catch((error: Error) => asking.destroy(error));
  });

const feed = async (asking: ReturnType<typeof overHttp>, body: Asked['body']): Promise<void> => {
  if (typeof body === 'object' && !(body instanceof Uint8Array)) {
    for await (const chunk of body) {
      if (asking.destroyed) return;
      if (!asking.write(chunk)) await Promise.race([drained(asking), closed(asking)]);
    }
    asking.end();
    return;
  }
  asking.end(body);
};

const drained = (asking: ReturnType<typeof overHttp>): Promise<void> =>
  new Promise((go) => asking.once('drain', go));

const closed = (asking: ReturnType<typeof overHttp>): Promise<void> =>
  new Promise((go) => asking.once('close', go));
