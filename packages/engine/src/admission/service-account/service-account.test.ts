import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openFrontDoor } from '../../testing/front-door.ts';

const core = '/api/v1/namespaces/default';
const pod = (spec: object = {}, metadata: object = { name: 'p' }) => ({
  metadata,
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

describe('the service account of a pod', () => {
  test('is `default` unless it names one, and its token is mounted in every container', async () => {
    await using door = await openFrontDoor();
    const own = { name: 'own', image: 'i', volumeMounts: [{ name: 'v', mountPath: TOKEN_PATH }] };
    const volumes = [{ name: 'v', emptyDir: {} }];
    const { body } = await door.post(`${core}/pods`, pod({ initContainers: [own], volumes }));
    assert.deepEqual([body.spec.serviceAccountName, body.spec.serviceAccount], ['default', 'default']);
    const [mount] = body.spec.containers[0].volumeMounts;
    assert.match(mount.name, /^kube-api-access-[a-z0-9]{5}$/);
    assert.deepEqual(mount, { name: mount.name, readOnly: true, mountPath: TOKEN_PATH });
    assert.deepEqual(body.spec.initContainers[0].volumeMounts, own.volumeMounts);
    assert.deepEqual(
      body.spec.volumes.map(({ name }: { name: string }) => name),
      ['v', mount.name],
    );
    const { projected } = body.spec.volumes[1];
    assert.equal(projected.defaultMode, 0o644);
    assert.deepEqual(projected.sources[0], {
      serviceAccountToken: { expirationSeconds: 3607, path: 'token' },
    });
  });

  test('is not mounted where the pod, or else the account, says so', async () => {
    await using door = await openFrontDoor();
    const account = { metadata: { name: 'quiet' }, automountServiceAccountToken: false };
    await door.post(`${core}/serviceaccounts`, account);
    const shy = pod({ automountServiceAccountToken: false }, { name: 'shy' });
    const quiet = pod({ serviceAccountName: 'quiet' }, { name: 'quiet' });
    const loud = pod({ serviceAccountName: 'quiet', automountServiceAccountToken: true }, { name: 'loud' });
    const answers = await Promise.all([shy, quiet, loud].map((body) => door.post(`${core}/pods`, body)));
    assert.deepEqual(
      answers.map(({ body }) => body.spec.volumes?.length ?? 0),
      [0, 0, 1],
    );
  });

  test('gives its pull secrets to a pod that has none', async () => {
    await using door = await openFrontDoor();
    const account = { metadata: { name: 'puller' }, imagePullSecrets: [{ name: 'key' }] };
    await door.post(`${core}/serviceaccounts`, account);
    const named = { serviceAccountName: 'puller' };
    const without = await door.post(`${core}/pods`, pod(named));
    assert.deepEqual(without.body.spec.imagePullSecrets, [{ name: 'key' }]);
    const imagePullSecrets = [{ name: 'mine' }];
    const having = await door.post(`${core}/pods`, pod({ ...named, imagePullSecrets }, { name: 'q' }));
    assert.deepEqual(having.body.spec.imagePullSecrets, imagePullSecrets);
  });

  test('must be there', async () => {
    await using door = await openFrontDoor();
    const { status, body } = await door.post(
      `${core}/pods`,
      pod({ serviceAccountName: 'nobody' }, { generateName: 'web-' }),
    );
    assert.equal(status, 403);
    assert.equal(
      body.message,
      'pods "web-" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found',
    );
  });

  test('is waited for a moment in a namespace that was just made', async () => {
    await using door = await openFrontDoor();
    await door.post('/api/v1/namespaces', { metadata: { name: 'fresh' } });
    const early = door.post('/api/v1/namespaces/fresh/pods', pod());
    await door.post('/api/v1/namespaces/fresh/serviceaccounts', { metadata: { name: 'default' } });
    assert.equal((await early).status, 201);
  });

  const secrets = [{ name: 's', secret: { secretName: 'hidden' } }];
  const env = [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'hidden', key: 'k' } } }];
  const strict: readonly (readonly [spec: object, why: string])[] = [
    [
      { volumes: secrets },
      'volume with secret.secretName="hidden" is not allowed because service account strict does not reference that secret',
    ],
    [
      { containers: [{ name: 'c', image: 'i', env }] },
      'container c with envVar KEY referencing secret.secretName="hidden" is not allowed because service account strict does not reference that secret',
    ],
    [
      { imagePullSecrets: [{ name: 'other' }] },
      'imagePullSecrets[0].name="other" is not allowed because service account strict does not reference that imagePullSecret',
    ],
  ];
  for (const [spec, why] of strict) {
    test(`limits which secrets its pods use: ${Object.keys(spec)[0]}`, async () => {
      await using door = await openFrontDoor();
      const annotations = { 'kubernetes.io/enforce-mountable-secrets': 'true' };
      const account = { metadata: { name: 'strict', annotations }, secrets: [{ name: 'shown' }] };
      await door.post(`${core}/serviceaccounts`, account);
      const { status, body } = await door.post(
        `${core}/pods`,
        pod({ serviceAccountName: 'strict', ...spec }),
      );
      assert.deepEqual([status, body.message], [403, `pods "p" is forbidden: ${why}`]);
    });
  }

  const mirror = { name: 'm', annotations: { 'kubernetes.io/config.mirror': 'x' } };
  const mirrors: readonly (readonly [spec: object, why: string | undefined])[] = [
    [{}, undefined],
    [{ serviceAccountName: 'default' }, 'a mirror pod may not reference service accounts'],
    [{ volumes: secrets }, 'a mirror pod may not reference secrets'],
  ];
  for (const [spec, why] of mirrors) {
    test(`is none for a mirror pod: ${why ?? 'taken as it is'}`, async () => {
      await using door = await openFrontDoor();
      const { status, body } = await door.post(`${core}/pods`, pod({ nodeName: 'local', ...spec }, mirror));
      if (why !== undefined)
        return assert.deepEqual([status, body.message], [403, `pods "m" is forbidden: ${why}`]);
      assert.equal(body.spec.serviceAccountName, undefined);
      assert.equal(body.spec.volumes, undefined);
    });
  }
});
