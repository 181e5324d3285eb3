import type { EndpointSlice, Service } from '@fairlead/kube';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { Resolver } from 'node:dns/promises';
import { after, before, describe, test } from 'node:test';
import { parseQuestion, renderAnswer, types } from './message.ts';
import { gatherRecords } from './records.ts';
import { type DnsServer, startDns } from './server.ts';

const service = (name: string, spec: Service['spec']): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec,
});

const slice = (of: string, endpoints: EndpointSlice['endpoints']): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: `${of}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': of } },
  addressType: 'IPv4',
  ports: [{ name: 'db', port: 5432, protocol: 'TCP' }],
  endpoints,
});

const many = Array.from({ length: 120 }, (_, at) => ({ addresses: [`10.128.1.${at + 1}`] }));

const services = [
  service('web', { clusterIP: '10.96.0.9', ports: [{ name: 'http', port: 80 }] }),
  service('db', { clusterIP: 'None', ports: [{ name: 'db', port: 5432 }] }),
  service('crowd', { clusterIP: 'None' }),
  service('outside', { type: 'ExternalName', externalName: 'example.com' }),
];
const slices = [
  slice('db', [
    { addresses: ['10.128.0.5'], hostname: 'db-0', conditions: { ready: true } },
    { addresses: ['10.128.0.6'], conditions: { ready: true } },
    { addresses: ['10.128.0.7'], hostname: 'db-2', conditions: { ready: false } },
  ]),
  slice('crowd', many),
];

describe('The names of a cluster', () => {
  let server: DnsServer;
  let resolver: Resolver;
  before(async () => {
    const records = gatherRecords(services, slices);
    server = await startDns({ address: '127.0.0.1', port: 0, records: () => records, servers: [] });
    resolver = new Resolver({ timeout: 2000, tries: 1 });
    resolver.setServers([`127.0.0.1:${server.port}`]);
  });
  after(() => server.close());

  const rows: { title: string; ask: () => Promise<unknown>; found: unknown }[] = [
    {
      title: 'a Service has its address',
      ask: () => resolver.resolve4('web.default.svc.cluster.local'),
      found: ['10.96.0.9'],
    },
    {
      title: 'in any case of letters',
      ask: () => resolver.resolve4('Web.DEFAULT.svc.cluster.local'),
      found: ['10.96.0.9'],
    },
    {
      title: 'one without has those of its ready pods',
      ask: async () => (await resolver.resolve4('db.default.svc.cluster.local')).toSorted(),
      found: ['10.128.0.5', '10.128.0.6'],
    },
    {
      title: 'a pod with a name there has it',
      ask: () => resolver.resolve4('db-0.db.default.svc.cluster.local'),
      found: ['10.128.0.5'],
    },
    {
      title: 'one without has its address as one',
      ask: () => resolver.resolve4('10-128-0-6.db.default.svc.cluster.local'),
      found: ['10.128.0.6'],
    },
    {
      title: 'one that is not ready has none',
      ask: () => resolver.resolve4('db-2.db.default.svc.cluster.local'),
      found: 'ENOTFOUND',
    },
    {
      title: 'every pod has its address as a name',
      ask: () => resolver.resolve4('10-1-2-3.default.pod.cluster.local'),
      found: ['10.1.2.3'],
    },
    {
      title: 'named ports say where they are',
      ask: async () =>
        (await resolver.resolveSrv('_db._tcp.db.default.svc.cluster.local'))
          .map(({ name, port }) => `${name}:${port}`)
          .toSorted(),
      found: ['10-128-0-6.db.default.svc.cluster.local:5432', 'db-0.db.default.svc.cluster.local:5432'],
    },
    {
      title: 'an address has the name of its Service',
      ask: () => resolver.reverse('10.96.0.9'),
      found: ['web.default.svc.cluster.local'],
    },
    {
      title: 'a name may stand for one outside',
      ask: () => resolver.resolveCname('outside.default.svc.cluster.local'),
      found: ['example.com'],
    },
    {
      title: 'there are no addresses of the sixth version',
      ask: () => resolver.resolve6('web.default.svc.cluster.local'),
      found: 'ENODATA',
    },
    {
      title: 'what is not there is not',
      ask: () => resolver.resolve4('nobody.default.svc.cluster.local'),
      found: 'ENOTFOUND',
    },
    {
      title: 'others are asked for the rest',
      ask: () => resolver.resolve4('example.com'),
      found: 'ESERVFAIL',
    },
    {
      title: 'a long answer comes by the way of streams',
      ask: async () => (await resolver.resolve4('crowd.default.svc.cluster.local')).length,
      found: many.length,
    },
  ];
  for (const { title, ask, found } of rows) {
    test(title, async () => {
      assert.deepEqual(await ask().catch((error: NodeJS.ErrnoException) => error.code), found);
    });
  }

  test('what is no question is passed over, and an answer never exceeds its room', () => {
    const bytes = fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array));
    const head = Buffer.from('000101000001000000000001', 'hex');
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          bytes.map((rest) => Buffer.concat([head, rest])),
        ),
        fc.integer({ min: 512, max: 1232 }),
        (message, room) => {
          const question = parseQuestion(message);
          if (question === undefined) return;
          const answers = Array.from({ length: 40 }, () => ({
            name: 'a.b',
            type: types.A,
            data: Buffer.alloc(4),
          }));
          const answer = { code: 0, authoritative: true, answers };
          assert.ok(renderAnswer(question, answer, room).length <= room);
        },
      ),
    );
  });
});
