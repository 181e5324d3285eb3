import type { Headers, KubeRequest, KubeResponse, Transport } from '@fairlead/kube';
import { type EngineOptions, startEngine } from '../engine.ts';

/** An answer with its document read, if it has one. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came back
  readonly body: any;
}

/** Talks to an engine as a client does, without a client's comforts. */
export interface FrontDoor extends AsyncDisposable {
  readonly transport: Transport;
  get(path: string, headers?: Headers): Promise<Answer>;
  post(path: string, body: unknown, headers?: Headers): Promise<Answer>;
  put(path: string, body: unknown, headers?: Headers): Promise<Answer>;
  /** A merge patch unless the headers say otherwise. */
  patch(path: string, body: unknown, headers?: Headers): Promise<Answer>;
  /** Server-side apply. */
  apply(path: string, body: unknown): Promise<Answer>;
  delete(path: string, body?: unknown): Promise<Answer>;
  /** Collects what a watch delivers. */
  watch(path: string, headers?: Headers): Promise<Watching>;
}

/** One event of a watch, as it came over the wire. */
export interface Seen {
  readonly type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came
  readonly object: any;
}

export interface Watching {
  readonly events: Seen[];
  /** Resolves when that many events are there. */
  count(events: number): Promise<Seen[]>;
  /** Resolves when the server ended it. */
  readonly ended: Promise<void>;
  close(): void;
}

/** A fresh engine in memory with frozen objects, through its front door. Paths carry their query. */
export const openFrontDoor = async (options: EngineOptions = {}): Promise<FrontDoor> => {
  const engine = await startEngine({ freeze: true, ...options });
  return frontDoorOf(engine.transport(), () => engine.close());
};

export const frontDoorOf = (transport: Transport, close: () => Promise<void>): FrontDoor => {
  const send = async (method: KubeRequest['method'], path: string, given: Given = {}): Promise<Answer> =>
    readAnswer(await transport(requestOf(method, path, given)));
  const patchType = { 'content-type': 'application/merge-patch+json' };
  const applyType = { 'content-type': 'application/apply-patch+yaml' };
  return {
    transport,
    get: (path, headers) => send('GET', path, { headers }),
    post: (path, body, headers) => send('POST', path, { body, headers }),
    put: (path, body, headers) => send('PUT', path, { body, headers }),
    patch: (path, body, headers) => send('PATCH', path, { body, headers: { ...patchType, ...headers } }),
    apply: (path, body) => send('PATCH', path, { body, headers: applyType }),
    delete: (path, body) => send('DELETE', path, { body }),
    watch: (path, headers) => openWatch(transport, path, headers),
    [Symbol.asyncDispose]: close,
  };
};

interface Given {
  readonly body?: unknown;
  readonly headers?: Headers | undefined;
}

const requestOf = (method: KubeRequest['method'], path: string, { body, headers }: Given): KubeRequest => {
  const [bare = '', query = ''] = path.split('?');
  return {
    method,
    path: bare,
    query,
    headers: { 'content-type': 'application/json', 'user-agent': 'test/1', ...headers },
    ...(body !== undefined && { body: bytesOf(body) }),
  };
};

/** Text goes as it is: so malformed bodies can be sent. */
const bytesOf = (body: unknown): Uint8Array =>
  Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

const readAnswer = async ({ status, headers, body }: KubeResponse): Promise<Answer> => {
  if (body.kind === 'object') {
    const text = Buffer.concat([...body.chunks()]).toString();
    return {
      status,
      headers,
      body: headers['content-type'] === 'application/yaml' ? text : JSON.parse(text),
    };
  }
  if (body.kind !== 'stream') return { status, headers, body: undefined };
  const parts: Uint8Array[] = [];
  for await (const part of body.bytes) parts.push(part);
  return { status, headers, body: Buffer.concat(parts).toString() };
};

const openWatch = async (transport: Transport, path: string, headers?: Headers): Promise<Watching> => {
  const controller = new AbortController();
  const request = { ...requestOf('GET', path, { headers }), signal: controller.signal };
  const { body, status } = await transport(request);
  if (body.kind !== 'watch') throw new Error(`no watch but ${status}`);
  const events: Seen[] = [];
  const ended = Promise.withResolvers<void>();
  let arrived = Promise.withResolvers<void>();
  body.open({
    next(frames) {
      for (const { bytes } of frames) events.push(JSON.parse(Buffer.from(bytes).toString()) as Seen);
      arrived.resolve();
      arrived = Promise.withResolvers();
    },
    end: () => ended.resolve(),
  });
  const count = async (wanted: number): Promise<Seen[]> => {
    while (events.length < wanted) await arrived.promise;
    return events;
  };
  return { events, count, ended: ended.promise, close: () => controller.abort() };
};
