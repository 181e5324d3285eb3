import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openMemoryStore } from '../../store/memory.ts';
import { type Answer, type FrontDoor, openFrontDoor } from '../../testing/front-door.ts';

const SERVICES = '/api/v1/namespaces/default/services';

interface Port {
  readonly name?: string;
  readonly protocol?: string;
  readonly port?: number;
  readonly nodePort?: number;
}

const http: Port = { name: 'http', port: 80 };
const service = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: { selector: { app: name }, ports: [http], ...spec },
});

const create = (door: FrontDoor, name: string, spec?: object): Promise<Answer> =>
  door.post(SERVICES, service(name, spec));

const patch = (door: FrontDoor, name: string, spec: object): Promise<Answer> =>
  door.patch(`${SERVICES}/${name}`, { spec });

const nodePorts = ({ body }: Answer): (number | undefined)[] =>
  body.spec.ports.map(({ nodePort }: Port) => nodePort);

const messageOf = ({ body }: Answer): string => body.message.replace(/^Service "[^"]*" is invalid: /, '');

describe('The address of a Service', () => {
  it('is given to it, with the family that the cluster has', async () => {
    await using door = await openFrontDoor();
    const { spec } = (await create(door, 'web')).body;
    assert.match(spec.clusterIP, /^10\.(9[6-9]|10\d|11[01])\.\d+\.\d+$/);
    assert.deepEqual(spec.clusterIPs, [spec.clusterIP]);
    assert.deepEqual([spec.ipFamilies, spec.ipFamilyPolicy], [['IPv4'], 'SingleStack']);
    assert.ok(
      !JSON.stringify((await door.get(`${SERVICES}/web`)).body.metadata.managedFields).includes('IP'),
    );
  });

  it('is the one that it asks for, unless another has it, and is free again when that one goes', async () => {
    await using door = await openFrontDoor();
    const asked = { clusterIP: '10.96.7.7' };
    assert.deepEqual((await create(door, 'a', asked)).body.spec.clusterIPs, ['10.96.7.7']);
    const taken = 'failed to allocate IP 10.96.7.7: provided IP is already allocated';
    assert.equal(
      messageOf(await create(door, 'b', asked)),
      `spec.clusterIPs: Invalid value: ["10.96.7.7"]: ${taken}`,
    );
    await door.delete(`${SERVICES}/a`);
    assert.equal((await create(door, 'b', asked)).status, 201);
  });

  it('stays through updates that do not speak of it, and cannot be changed', async () => {
    await using door = await openFrontDoor();
    const { clusterIP } = (await create(door, 'web')).body.spec;
    const again = await door.put(`${SERVICES}/web`, service('web', { ports: [{ ...http, port: 81 }] }));
    assert.equal(again.body.spec.clusterIP, clusterIP);
    const moved = await patch(door, 'web', { clusterIP: '10.96.7.7', clusterIPs: ['10.96.7.7'] });
    assert.equal(
      messageOf(moved),
      'spec.clusterIPs[0]: Invalid value: ["10.96.7.7"]: may not change once set',
    );
  });

  it('is given back by a Service that becomes a mere name, and given anew when it is none any more', async () => {
    await using door = await openFrontDoor();
    await create(door, 'web', { clusterIP: '10.96.7.7' });
    const { spec } = (await patch(door, 'web', { type: 'ExternalName', externalName: 'example.com' })).body;
    assert.deepEqual([spec.clusterIP, spec.clusterIPs, spec.ipFamilies], [undefined, undefined, undefined]);
    assert.equal((await create(door, 'other', { clusterIP: '10.96.7.7' })).status, 201);
    const back = await patch(door, 'web', { type: 'ClusterIP', externalName: null });
    assert.match(back.body.spec.clusterIP, /^10\./);
  });

  it('is not lost to a Service that was refused, nor to a dry run', async () => {
    await using door = await openFrontDoor();
    const asked = { clusterIP: '10.96.7.7' };
    assert.equal((await create(door, 'a', { ...asked, sessionAffinity: 'Sometimes' })).status, 422);
    const dry = await door.post(`${SERVICES}?dryRun=All`, service('a', asked));
    assert.equal(dry.status, 201);
    assert.equal((await door.post(`${SERVICES}?dryRun=All`, service('a'))).body.spec.clusterIP, '10.96.0.0');
    assert.equal((await create(door, 'a', asked)).status, 201);
  });

  it('is known again after a start, as are node ports', async () => {
    const store = await openMemoryStore({ parse: (bytes) => JSON.parse(Buffer.from(bytes).toString()) });
    const asked = { type: 'NodePort', clusterIP: '10.96.7.7', ports: [{ ...http, nodePort: 30_007 }] };
    {
      await using door = await openFrontDoor({ store });
      await create(door, 'a', asked);
    }
    await using door = await openFrontDoor({ store });
    assert.match(messageOf(await create(door, 'b', asked)), /provided IP is already allocated/);
    const { clusterIP: _, ...portOnly } = asked;
    assert.match(messageOf(await create(door, 'b', portOnly)), /provided port is already allocated/);
    assert.equal((await door.get(`${SERVICES}/kubernetes`)).body.spec.clusterIP, '10.96.0.1');
    await store.close();
  });

  it('is another one for each of many at once', async () => {
    await using door = await openFrontDoor();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => create(door, `web-${index}`)));
    const found = answers.map(({ body }) => body.spec.clusterIP);
    assert.equal(new Set(found).size, 50);
  });
});

const refusals: readonly [title: string, spec: object, message: string][] = [
  [
    'outside of the cluster',
    { clusterIP: '1.2.3.4' },
    'spec.clusterIPs: Invalid value: ["1.2.3.4"]: failed to allocate IP 1.2.3.4: the provided network does not match the current range',
  ],
  [
    'that names the range',
    { clusterIP: '10.96.0.0' },
    'spec.clusterIPs: Invalid value: ["10.96.0.0"]: failed to allocate IP 10.96.0.0: the provided network does not match the current range',
  ],
  [
    'that is none',
    { clusterIP: 'here' },
    'spec.clusterIPs[0]: Invalid value: "here": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
  ],
  [
    'of another family',
    { clusterIP: 'fd00::1' },
    'spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster',
  ],
  [
    'in one field only',
    { clusterIPs: ['10.96.7.7'] },
    'spec.clusterIPs: Invalid value: ["10.96.7.7"]: must be empty when `clusterIP` is not specified',
  ],
  [
    'of two families',
    { ipFamilyPolicy: 'RequireDualStack' },
    'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
  ],
  [
    'of a family that the cluster has not',
    { ipFamilies: ['IPv6'] },
    'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
  ],
  [
    'of a port that nodes do not give',
    { type: 'NodePort', ports: [{ ...http, nodePort: 80 }] },
    'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
  ],
];

describe('An address or a port is refused', () => {
  for (const [title, spec, message] of refusals) {
    it(title, async () => {
      await using door = await openFrontDoor();
      const answer = await create(door, 'web', spec);
      assert.equal(answer.status, 422);
      assert.equal(messageOf(answer), message);
    });
  }
});

describe('A headless Service', () => {
  it('has no address, and both families when nothing says which its endpoints have', async () => {
    await using door = await openFrontDoor();
    const selecting = (await create(door, 'a', { clusterIP: 'None' })).body.spec;
    assert.deepEqual([selecting.clusterIPs, selecting.ipFamilies], [['None'], ['IPv4']]);
    const free = (await create(door, 'b', { clusterIP: 'None', selector: null })).body.spec;
    assert.deepEqual([free.ipFamilies, free.ipFamilyPolicy], [['IPv4', 'IPv6'], 'RequireDualStack']);
  });
});

describe('Node ports', () => {
  it('are given to every port, and one to two protocols of one number', async () => {
    await using door = await openFrontDoor();
    const dns = [{ name: 'udp', port: 53, protocol: 'UDP' }, { name: 'tcp', port: 53 }, http];
    const [udp, tcp, web] = nodePorts(await create(door, 'web', { type: 'NodePort', ports: dns }));
    assert.ok(udp !== undefined && udp >= 30_086 && udp <= 32_767);
    assert.deepEqual([tcp === udp, web === udp], [true, false]);
  });

  it('stay by the names of the ports, and go with the type', async () => {
    await using door = await openFrontDoor();
    const created = await create(door, 'web', { type: 'NodePort' });
    const ports = [{ name: 'more', port: 81 }, http];
    const changed = await door.put(`${SERVICES}/web`, service('web', { type: 'NodePort', ports }));
    assert.equal(nodePorts(changed)[1], nodePorts(created)[0]);
    assert.deepEqual(nodePorts(await patch(door, 'web', { type: 'ClusterIP' })), [undefined, undefined]);
  });

  it('are free again at once', async () => {
    await using door = await openFrontDoor();
    const spec = { type: 'NodePort', ports: [{ ...http, nodePort: 31_000 }] };
    await create(door, 'a', spec);
    const taken = 'spec.ports[0].nodePort: Invalid value: 31000: provided port is already allocated';
    assert.equal(messageOf(await create(door, 'b', spec)), taken);
    await patch(door, 'a', { type: 'ClusterIP' });
    assert.equal((await create(door, 'b', spec)).status, 201);
  });

  it('are left out where a balancer asks for none, and one is for its health checks', async () => {
    await using door = await openFrontDoor();
    const balanced = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' };
    const none = await create(door, 'a', { ...balanced, allocateLoadBalancerNodePorts: false });
    assert.deepEqual(nodePorts(none), [undefined]);
    assert.ok(none.body.spec.healthCheckNodePort >= 30_086);
    const cluster = await patch(door, 'a', { externalTrafficPolicy: 'Cluster' });
    assert.equal(cluster.body.spec.healthCheckNodePort, undefined);
  });
});

describe('The Service of the API', () => {
  it('is there from the start, and leads to where the server listens', async () => {
    await using silent = await openFrontDoor();
    const { spec } = (await silent.get(`${SERVICES}/kubernetes`)).body;
    assert.deepEqual([spec.clusterIP, spec.ports[0].port], ['10.96.0.1', 443]);
    await using door = await openFrontDoor({ listen: { host: '127.0.0.1', port: 0 } });
    const { subsets } = (await door.get('/api/v1/namespaces/default/endpoints/kubernetes')).body;
    const slices = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
    const slice = (await door.get(`${slices}/kubernetes`)).body;
    assert.deepEqual(slice.endpoints, [{ addresses: ['127.0.0.1'], conditions: { ready: true } }]);
    assert.equal(slice.ports[0].port, subsets[0].ports[0].port);
    const service = (await door.get(`${SERVICES}/kubernetes`)).body;
    assert.equal(service.spec.ports[0].targetPort, slice.ports[0].port);
  });
});
