import type { ConfigMap } from '../src/kinds/index.ts';
import type { KubeObject, Status, WatchEvent } from '../src/object.ts';
import type { KubeRequest, KubeResponse, ResponseBody, Transport, WatchSink } from '../src/transport.ts';

/** A watch that the client has opened. */
export interface OpenWatch {
  readonly query: URLSearchParams;
  send(...events: readonly WatchEvent[]): void;
  end(error?: Error): void;
}

/** An API that says what a test tells it to, for what a real one does only when it is unwell. */
export interface ScriptedApi {
  readonly transport: Transport;
  readonly requests: readonly KubeRequest[];
  /** Answers to the requests to come that are no watches, in order. The last one is repeated. */
  answers(...answers: readonly (object | Status)[]): void;
  /** The next watch opened; those before it are taken already. */
  nextWatch(): Promise<OpenWatch>;
}

export function scriptedApi(): ScriptedApi {
  const requests: KubeRequest[] = [];
  const watches: OpenWatch[] = [];
  let script: (object | Status)[] = [];
  let opened = Promise.withResolvers<void>();
  const watchBody = ({ query, signal }: KubeRequest): ResponseBody => ({
    kind: 'watch',
    open(sink) {
      watches.push(openWatch(query, sink));
      opened.resolve();
      signal?.addEventListener('abort', () => sink.end());
    },
  });
  return {
    requests,
    answers: (...answers) => {
      script = [...answers];
    },
    async transport(request): Promise<KubeResponse> {
      requests.push(request);
      await Promise.resolve();
      if (request.query.startsWith('watch=true'))
        return { status: 200, headers: {}, body: watchBody(request) };
      const answer = script.length > 1 ? script.shift() : script[0];
      if (answer === undefined)
        throw new Error(`nobody told what to answer to ${request.method} ${request.path}`);
      return { status: statusOf(answer), headers: {}, body: objectBody(answer) };
    },
    async nextWatch() {
      while (watches.length === 0) {
        await opened.promise;
        opened = Promise.withResolvers<void>();
      }
      return watches.shift() as OpenWatch;
    },
  };
}

const openWatch = (query: string, sink: WatchSink): OpenWatch => ({
  query: new URLSearchParams(query),
  send: (...events) =>
    sink.next(events.map((value) => ({ value, bytes: Buffer.from(`${JSON.stringify(value)}\n`) }))),
  end: (error) => sink.end(error),
});

const statusOf = (answer: object): number =>
  'kind' in answer && answer.kind === 'Status' && (answer as Status).status === 'Failure'
    ? (answer as Status).code
    : 200;

export const objectBody = (value: object): ResponseBody => ({
  kind: 'object',
  value: () => value,
  chunks: () => [Buffer.from(JSON.stringify(value))],
});

export const failure = (code: number, reason: string, details: Status['details'] = {}): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: `${reason}, said the script`,
  reason,
  code,
  details,
});

export const listOf = (resourceVersion: string, ...items: readonly KubeObject[]): object => ({
  apiVersion: 'v1',
  kind: 'List',
  metadata: { resourceVersion },
  items,
});

/** A ConfigMap that says `value`. */
export const configMap = (name: string, resourceVersion: string, value = ''): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion },
  data: { value },
});
