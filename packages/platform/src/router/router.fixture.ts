import {
  type Agent,
  createServer,
  request as send,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, beforeEach } from 'node:test';
import { type EndpointSlice, type HTTPRoute, systemClock } from '@fairlead/kube';
import { drain } from './drain.ts';
import { closeConnections } from './proxy.ts';
import { type RouterServer, serveVisitors } from './server.ts';
import { createTable, type Table } from './table.ts';

/** The router of the test that runs, its table, and the apps behind it. */
export let table: Table;
export let router: RouterServer;
export let apps: Server[] = [];

export const route = (name: string, hosts: string[], path = '/'): HTTPRoute => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name, namespace: 'default' },
  spec: {
    hostnames: hosts,
    rules: [{ matches: [{ path: { type: 'PathPrefix', value: path } }], backendRefs: [{ name, port: 80 }] }],
  },
});

export const slice = (service: string, ports: readonly number[], uid = 'pod'): EndpointSlice[] =>
  ports.map((port) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${service}-${port}`,
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': service },
    },
    addressType: 'IPv4',
    endpoints: [
      {
        addresses: ['127.0.0.1'],
        conditions: { ready: true },
        targetRef: { kind: 'Pod', uid: `${uid}-${port}` },
      },
    ],
    ports: [{ name: 'http', port }],
  }));

export const startApp = async (listener: RequestListener): Promise<number> => {
  const server = createServer(listener);
  apps.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

export const drainPort = (port: number): Promise<void> =>
  drain(table, {
    address: `127.0.0.1:${port}`,
    pod: `pod-${port}`,
    patience: 10_000,
    clock: systemClock,
  });

export const expose = (service: string, ports: readonly number[], path = '/'): void => {
  table.routes.set(`default/${service}`, route(service, [`${service}.localhost`], path));
  for (const each of slice(service, ports)) table.endpoints.set(`default/${each.metadata.name}`, each);
};

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

export const ask = (
  host: string,
  options: {
    path?: string;
    method?: string;
    body?: string;
    headers?: Record<string, string>;
    agent?: Agent;
  } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { path = '/', method = 'GET', body, headers = {}, agent } = options;
    const request = send({
      host: '127.0.0.1',
      port: router.address.port,
      path,
      method,
      headers: { ...headers, host },
      ...(agent && { agent }),
    });
    request.on('response', (response) => {
      response.on('error', reject);
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });

/** A router on an empty table for each test of the file. */
export const eachWithRouter = (): void => {
  beforeEach(async () => {
    table = createTable();
    router = await serveVisitors({ table, random: Math.random, listen: { host: '127.0.0.1', port: 0 } });
  });

  afterEach(async () => {
    for (const app of apps) app.closeAllConnections();
    await Promise.all(apps.map((app) => new Promise((resolve) => app.close(resolve))));
    apps = [];
    await router.close(Promise.resolve());
  });

  after(closeConnections);
};
