// A process that puts load on a Kubernetes API: told what to do by its parent, it answers with what it saw.
import { type Connection, openConnection } from './connection.ts';
import type { Outcome, Plan } from './plan.ts';

const requestOf = ({ target, namespace, work }: Plan): ((index: number) => Buffer) => {
  const namespaced = `/api/v1/namespaces/${namespace}`;
  const path = `${namespaced}/configmaps`;
  const common = `Host: load\r\nAuthorization: Bearer ${target.token}\r\nAccept: application/json\r\n`;
  const plain = (method: string, at: string) => Buffer.from(`${method} ${at} HTTP/1.1\r\n${common}\r\n`);
  const post = (at: string, body: string) => {
    const head = `POST ${at} HTTP/1.1\r\n${common}Content-Type: application/json\r\nContent-Length: ${body.length}`;
    return Buffer.from(`${head}\r\n\r\n${body}`);
  };
  switch (work.kind) {
    case 'create': {
      const value = 'x'.repeat(work.size);
      return (index) => {
        const metadata = { name: `load-${work.first + index}` };
        return post(path, JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value } }));
      };
    }
    case 'create-pods':
      return (index) => post(`${namespaced}/pods`, JSON.stringify(podOf(work.first + index)));
    case 'get':
      // A step that shares no factor with the number of objects visits all of them in a mixed order.
      return (index) => plain('GET', `${path}/load-${(index * 7919) % work.among}`);
    case 'list': {
      const request = plain('GET', path);
      return () => request;
    }
    case 'deletecollection': {
      const request = plain('DELETE', path);
      return () => request;
    }
    default:
      throw new TypeError(`unknown work ${work satisfies never}`);
  }
};

/** What a ReplicaSet's controller writes for a small app. */
const podOf = (index: number): unknown => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `web-5d8f7c9b6-${index}`,
    labels: { app: 'web', 'pod-template-hash': '5d8f7c9b6' },
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web-5d8f7c9b6',
        uid: '5d8f7c9b-0000-4000-8000-000000000000',
        controller: true,
      },
    ],
  },
  spec: {
    containers: [
      {
        name: 'web',
        image: 'registry.example.com/team/web:1.0.0',
        ports: [{ name: 'http', containerPort: 8080 }],
        env: [{ name: 'PORT', value: '8080' }],
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        readinessProbe: { httpGet: { path: '/', port: 'http' } },
      },
    ],
  },
});

const perform = async (plan: Plan): Promise<Outcome> => {
  const { clients, target, work } = plan;
  const request = requestOf(plan);
  // Made before the clock runs: the load shares the cores with whom it measures.
  const requests = Array.from({ length: work.count }, (_, index) => request(index));
  const connections = await Promise.all(Array.from({ length: clients }, () => openConnection(target)));
  const times: number[] = [];
  let next = 0;
  let size = 0;
  const client = async (connection: Connection): Promise<void> => {
    for (let index = next++; index < work.count; index = next++) {
      const from = performance.now();
      const answer = await connection.ask(requests[index] as Buffer);
      if (answer.status >= 300) throw new Error(`${work.kind} ${index} was answered with ${answer.status}`);
      times.push(performance.now() - from);
      size = answer.size;
    }
  };
  const cpu = process.cpuUsage();
  const started = performance.now();
  await Promise.all(connections.map(client));
  const took = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  for (const connection of connections) connection.close();
  return { times, took, size, ownCpu: (user + system) / 1000 };
};

process.once('message', (plan: Plan) => {
  perform(plan).then(
    (outcome) => process.send?.({ outcome }, undefined, undefined, () => process.exit(0)),
    (error: unknown) => process.send?.({ error: String(error) }, undefined, undefined, () => process.exit(1)),
  );
});
