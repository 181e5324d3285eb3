import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FrontDoor, openFrontDoor } from '../../testing/front-door.ts';

const core = '/api/v1/namespaces/default';

const openWithLimits = async (...limits: readonly object[]): Promise<FrontDoor> => {
  const door = await openFrontDoor();
  const made = await door.post(`${core}/limitranges`, { metadata: { name: 'range' }, spec: { limits } });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return door;
};

const pod = (resources: object, more: object = {}) => ({
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'c', image: 'i', resources }], ...more },
});

describe('a limit range', () => {
  test('fills in requests and limits, and says so in the pod', async () => {
    await using door = await openWithLimits({
      type: 'Container',
      default: { cpu: '500m', memory: '64Mi' },
      defaultRequest: { cpu: '100m' },
    });
    const init = { initContainers: [{ name: 'i', image: 'i' }] };
    const { body } = await door.post(`${core}/pods`, pod({ limits: { memory: '32Mi' } }, init));
    assert.deepEqual(body.spec.containers[0].resources, {
      limits: { cpu: '500m', memory: '32Mi' },
      requests: { cpu: '100m', memory: '32Mi' },
    });
    assert.equal(
      body.metadata.annotations['kubernetes.io/limit-ranger'],
      'LimitRanger plugin set: cpu request for container c; cpu limit for container c; cpu, memory request for init container i; cpu, memory limit for init container i',
    );
  });

  const rows: readonly (readonly [
    name: string,
    limit: object,
    resources: object,
    why: string | undefined,
  ])[] = [
    [
      'a request below the minimum',
      { type: 'Container', min: { cpu: '100m' } },
      { requests: { cpu: '50m' } },
      'minimum cpu usage per Container is 100m, but request is 50m',
    ],
    [
      'no request where there is a minimum',
      { type: 'Pod', min: { memory: '1Mi' } },
      {},
      'minimum memory usage per Pod is 1Mi.  No request is specified',
    ],
    [
      'a limit above the maximum',
      { type: 'Container', max: { memory: '1Gi' } },
      { limits: { memory: '2Gi' } },
      'maximum memory usage per Container is 1Gi, but limit is 2Gi',
    ],
    [
      'no limit where the pod as a whole has a maximum',
      { type: 'Pod', max: { cpu: '1' } },
      { requests: { cpu: '2' } },
      'maximum cpu usage per Pod is 1.  No limit is specified',
    ],
    [
      'a limit too far above the request',
      { type: 'Pod', maxLimitRequestRatio: { cpu: '2' } },
      { requests: { cpu: '100m' }, limits: { cpu: '300m' } },
      'cpu max limit to request ratio per Pod is 2, but provided ratio is 3.000000',
    ],
    [
      'a ratio without a request',
      { type: 'Pod', maxLimitRequestRatio: { cpu: '2' } },
      {},
      'cpu max limit to request ratio per Pod is 2, but no request is specified or request is 0',
    ],
    [
      'what is within',
      { type: 'Container', min: { cpu: '100m' }, max: { cpu: '1' } },
      { requests: { cpu: '100m' }, limits: { cpu: '1' } },
      undefined,
    ],
  ];
  for (const [name, limit, resources, why] of rows) {
    test(`${why === undefined ? 'lets in' : 'refuses'} ${name}`, async () => {
      await using door = await openWithLimits(limit);
      const { status, body } = await door.post(`${core}/pods`, pod(resources));
      if (why === undefined) return assert.equal(status, 201);
      assert.deepEqual([status, body.message], [403, `pods "p" is forbidden: ${why}`]);
    });
  }

  test('holds claims to what they request', async () => {
    await using door = await openWithLimits({
      type: 'PersistentVolumeClaim',
      min: { storage: '1Gi' },
      max: { storage: '5Gi' },
    });
    const claim = (storage: string) => ({
      metadata: { name: `c-${storage.toLowerCase()}` },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
    });
    const answers = await Promise.all(
      ['2Gi', '10Gi', '1Mi'].map((size) => door.post(`${core}/persistentvolumeclaims`, claim(size))),
    );
    assert.deepEqual(
      answers.map(({ status, body }) => [status, body.message]),
      [
        [201, undefined],
        [
          403,
          'persistentvolumeclaims "c-10gi" is forbidden: maximum storage usage per PersistentVolumeClaim is 5Gi, but request is 10Gi',
        ],
        [
          403,
          'persistentvolumeclaims "c-1mi" is forbidden: minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi',
        ],
      ],
    );
  });
});
