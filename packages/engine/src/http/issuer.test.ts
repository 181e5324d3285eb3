import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { anonymous } from '../auth/user.ts';
import { serviceAccountGroups } from '../auth/service-account.ts';
import { startEngine } from '../engine.ts';
import { frontDoorOf, openFrontDoor } from '../testing/front-door.ts';

const CONFIGURATION = '/.well-known/openid-configuration';

test('Whoever finds the issuer by its documents can verify the token of a service account', async () => {
  await using door = await openFrontDoor();
  const made = await door.post('/api/v1/namespaces/default/serviceaccounts/default/token', {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { audiences: ['shop'] },
  });
  const [head, body, signature] = made.body.status.token.split('.') as [string, string, string];
  const { body: configuration, headers } = await door.get(CONFIGURATION, { host: 'api.example.org:7443' });
  assert.equal(headers['cache-control'], 'public, max-age=3600');
  assert.equal(configuration.jwks_uri, 'https://api.example.org:7443/openid/v1/jwks');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
  assert.equal(claims.iss, configuration.issuer);
  const answer = await door.get(new URL(configuration.jwks_uri).pathname);
  assert.equal(answer.headers['content-type'], 'application/jwk-set+json');
  const { kid, alg } = JSON.parse(Buffer.from(head, 'base64url').toString());
  assert.deepEqual(configuration.id_token_signing_alg_values_supported, [alg]);
  const jwk = answer.body.keys.find((one: { kid: string }) => one.kid === kid);
  const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
  assert.ok(verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url')));
  assert.equal('d' in jwk, false, 'nothing of the private key');
});

test('Service accounts may read them, and strangers may not', async () => {
  await using engine = await startEngine();
  const as = (name: string, groups: readonly string[]) =>
    frontDoorOf(engine.transport({ name, groups }), () => Promise.resolve());
  const groups = [...serviceAccountGroups('default'), 'system:authenticated'];
  assert.equal((await as('system:serviceaccount:default:default', groups).get(CONFIGURATION)).status, 200);
  assert.equal((await as(anonymous.name, anonymous.groups).get(CONFIGURATION)).status, 403);
});
