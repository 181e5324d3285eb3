import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EndpointSlice, Pod, Service } from '@fairlead/kube';
import { aPod, type PodFacts } from '../pods/pod.fixture.ts';
import { type Content, decideSlices, type Plan, says } from './decide.ts';
import { placesOf } from './endpoint.ts';

const service = (spec: Partial<Service['spec']> = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'shop', namespace: 'default', uid: 's' },
  spec: { selector: { app: 'shop' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }], ...spec },
});

const onPort = (name: string, containerPort: number, more: Partial<PodFacts> = {}): Pod =>
  aPod({
    name,
    ip: '127.0.0.1',
    spec: { containers: [{ name: 'app', ports: [{ name: 'http', containerPort }] }] },
    ...more,
  });

const slice = (name: string, content: Content): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name, namespace: 'default' },
  ...content,
});

const plan = (pods: readonly Pod[], slices: readonly EndpointSlice[] = []): Plan =>
  decideSlices({
    addressTypes: ['IPv4'],
    places: pods.flatMap((pod) => placesOf(service(), pod, undefined)),
    slices,
  });

const shown = ({ ports, endpoints }: Content): string =>
  `${ports.map(({ port }) => port).join(',')}: ${endpoints.map(({ targetRef }) => targetRef?.name).join(' ')}`;

/** The slices after the plan was carried out, with made-up names for new ones. */
const carriedOut = ({ create, update }: Plan): EndpointSlice[] => [
  ...update.map(({ slice: { metadata }, content }) => slice(metadata.name, content)),
  ...create.map((content, index) => slice(`new-${index}`, content)),
];

describe('a Service’s slices', () => {
  it('without pods there is one, empty', () => {
    assert.deepEqual(plan([]).create.map(shown), [': ']);
  });

  it('pods with the same port share a slice, others have their own', () => {
    const { create } = plan([onPort('a', 8080), onPort('b', 8080), onPort('c', 9090)]);
    assert.deepEqual(create.map(shown), ['8080: a b', '9090: c']);
  });

  it('the empty slice is used for the first pod, and again when the last one is gone', () => {
    const empty = carriedOut(plan([]));
    const first = plan([onPort('a', 20_001)], empty);
    assert.deepEqual([first.create, first.remove], [[], []]);
    assert.deepEqual(
      first.update.map(({ content }) => shown(content)),
      ['20001: a'],
    );
    const last = plan([], carriedOut(first));
    assert.deepEqual(
      last.update.map(({ content }) => shown(content)),
      [': '],
    );
  });

  it('at rest nothing changes', () => {
    const slices = carriedOut(plan([onPort('a', 8080), onPort('b', 9090)]));
    const again = plan([onPort('b', 9090), onPort('a', 8080)], slices);
    assert.deepEqual([again.create, again.remove], [[], []]);
    assert.ok(again.update.every((each) => says(each.slice, each.content)));
  });

  it('an endpoint stays in its slice, and a gap is filled before a slice is made', () => {
    const many = Array.from({ length: 150 }, (_, index) => onPort(`p${index}`, 8080));
    const slices = carriedOut(plan(many));
    assert.deepEqual(
      slices.map(({ endpoints }) => endpoints.length),
      [100, 50],
    );
    const next = plan([...many.slice(1), onPort('new', 8080)], slices);
    assert.deepEqual([next.create, next.remove], [[], []]);
    assert.deepEqual(
      next.update.map(({ content }) => content.endpoints.length),
      [100, 50],
    );
    assert.equal(next.update[0]?.content.endpoints.at(-1)?.targetRef?.name, 'new');
  });

  it('slices for which there is no use go', () => {
    const slices = carriedOut(plan([onPort('a', 8080), onPort('b', 9090)]));
    const next = plan([onPort('a', 8080)], slices);
    assert.deepEqual(
      next.remove.map(({ ports }) => ports?.[0]?.port),
      [9090],
    );
  });
});

describe('a pod as an endpoint', () => {
  const rows: { title: string; pod: Pod; spec?: Partial<Service['spec']>; conditions: string }[] = [
    { title: 'ready', pod: onPort('a', 1), conditions: 'ready serving' },
    { title: 'not ready', pod: onPort('a', 1, { ready: false }), conditions: '' },
    {
      title: 'on its way out, still answering',
      pod: onPort('a', 1, { deleting: true }),
      conditions: 'serving terminating',
    },
    {
      title: 'not ready, for a Service that does not care',
      pod: onPort('a', 1, { ready: false }),
      spec: { publishNotReadyAddresses: true },
      conditions: 'ready',
    },
  ];
  for (const { title, pod, spec, conditions } of rows) {
    it(`${title}: ${conditions || 'none'}`, () => {
      const [place] = placesOf(service(spec), pod, undefined);
      const holding = Object.entries(place?.endpoint.conditions ?? {}).filter(([, holds]) => holds);
      assert.equal(holding.map(([name]) => name).join(' '), conditions);
    });
  }

  it('is none without an address, and none after its end', () => {
    assert.deepEqual(placesOf(service(), aPod({ name: 'a' }), undefined), []);
    assert.deepEqual(placesOf(service(), onPort('a', 1, { phase: 'Succeeded' }), undefined), []);
  });

  it('has the port that it gives the name to, a sidecar’s too, and leaves out what it has not', () => {
    const port = (targetPort: string | number): number | undefined => {
      const sidecar = {
        name: 's',
        restartPolicy: 'Always' as const,
        ports: [{ name: 'mesh', containerPort: 15 }],
      };
      const pod = onPort('a', 8080, {
        spec: {
          containers: [{ name: 'app', ports: [{ name: 'http', containerPort: 8080 }] }],
          initContainers: [sidecar],
        },
      });
      return placesOf(service({ ports: [{ port: 80, targetPort }] }), pod, undefined)[0]?.ports[0]?.port;
    };
    assert.deepEqual(['http', 'mesh', 'none', 7].map(port), [8080, 15, undefined, 7]);
  });
});
