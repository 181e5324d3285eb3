import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ObjectMeta } from '@fairlead/kube';
import { simulatedClock } from '@fairlead/kube/testing';
import { createAuthentication } from './authentication.ts';
import { type Claims, ISSUER, whyInvalid } from './service-account.ts';
import { openSigningKey } from './signing-key.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const issuedAt = start / 1000;

const claims = (
  bound: Partial<Claims['kubernetes.io']> = {},
  over: Partial<Omit<Claims, 'kubernetes.io'>> = {},
): Claims => ({
  aud: [ISSUER],
  exp: issuedAt + 3600,
  iat: issuedAt,
  iss: ISSUER,
  jti: 'j',
  'kubernetes.io': { namespace: 'a', serviceaccount: { name: 'bot', uid: 'u' }, ...bound },
  nbf: issuedAt,
  sub: 'system:serviceaccount:a:bot',
  ...over,
});

const there: Readonly<Record<string, ObjectMeta>> = {
  'serviceaccounts/a/bot': { name: 'bot', uid: 'u' },
  'pods/a/web': { name: 'web', uid: 'p' },
  'secrets/a/key': { name: 'key', uid: 's' },
  'nodes//one': { name: 'one', uid: 'n' },
  'pods/a/going': { name: 'going', uid: 'g', deletionTimestamp: '2026-01-01T00:10:00Z' },
};

const find = (resource: string, namespace: string, name: string): ObjectMeta | undefined =>
  there[`${resource}/${namespace}/${name}`];

describe('a token of a service account', () => {
  const situations: readonly [string, Claims, number, string | undefined][] = [
    ['is good', claims(), 0, undefined],
    ['is good a minute after its end: clocks differ', claims(), 3660, undefined],
    ['has an end', claims(), 3661, 'service account token has expired'],
    ['has a beginning', claims(), -61, 'service account token is not valid yet'],
    [
      'goes with its service account',
      claims({ serviceaccount: { name: 'gone', uid: 'u' } }),
      0,
      'serviceaccount "gone" not found',
    ],
    [
      'is not of another one by the same name',
      claims({ serviceaccount: { name: 'bot', uid: 'old' } }),
      0,
      'service account UID (u) does not match claim (old)',
    ],
    ['may be bound to a pod', claims({ pod: { name: 'web', uid: 'p' } }), 0, undefined],
    [
      'goes with its pod',
      claims({ pod: { name: 'gone', uid: 'p' } }),
      0,
      'service account token has been invalidated',
    ],
    [
      'is not for a later pod of the same name',
      claims({ pod: { name: 'web', uid: 'old' } }),
      0,
      'pod UID (p) does not match service account pod ref claim (old)',
    ],
    ['is good while its pod ends', claims({ pod: { name: 'going', uid: 'g' } }), 660, undefined],
    [
      'is not good a minute after its pod should have ended',
      claims({ pod: { name: 'going', uid: 'g' } }),
      661,
      'service account token has been invalidated',
    ],
    [
      'does not care for the node of its pod',
      claims({ pod: { name: 'web', uid: 'p' }, node: { name: 'gone', uid: 'n' } }),
      0,
      undefined,
    ],
    [
      'goes with its node',
      claims({ node: { name: 'one', uid: 'old' } }),
      0,
      'node UID (n) does not match service account node ref claim (old)',
    ],
    ['may be bound to a secret', claims({ secret: { name: 'key', uid: 's' } }), 0, undefined],
  ];
  for (const [title, given, seconds, why] of situations) {
    it(title, () => assert.equal(whyInvalid(given, find, start + seconds * 1000), why));
  }

  it('is read back as who it is for, and by no other key', async () => {
    const clock = simulatedClock(start);
    const open = async () =>
      createAuthentication({
        key: await openSigningKey(),
        findUser: () => undefined,
        findMetadata: find,
        clock,
      });
    const ours = await open();
    const token = ours.issue(claims({ pod: { name: 'web', uid: 'p' } }));
    const user = {
      name: 'system:serviceaccount:a:bot',
      uid: 'u',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:a', 'system:authenticated'],
      extra: {
        'authentication.kubernetes.io/credential-id': ['JTI=j'],
        'authentication.kubernetes.io/pod-name': ['web'],
        'authentication.kubernetes.io/pod-uid': ['p'],
      },
    };
    assert.deepEqual(ours.ofToken(token, []), { user, audiences: [ISSUER] });
    const credential = ours.credentialOf(`Bearer ${token}`);
    assert.deepEqual(credential(), user);
    clock.advance(3661_000);
    assert.equal(credential(), 'rejected', 'also when it was good before');
    assert.deepEqual((await open()).ofToken(token, []), { error: 'invalid bearer token' });
  });

  it('is nobody’s when anything in it was changed', async () => {
    const clock = simulatedClock(start);
    const key = await openSigningKey();
    const { issue, ofToken } = createAuthentication({
      key,
      findUser: () => undefined,
      findMetadata: find,
      clock,
    });
    const [head = '', body = '', signature = ''] = issue(claims()).split('.');
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const forged of [
      `${head}.${encode(claims({ serviceaccount: { name: 'admin', uid: 'u' } }))}.${signature}`,
      `${encode({ alg: 'none', kid: key.id })}.${body}.`,
      `${encode({ alg: 'HS256', kid: key.id })}.${body}.${signature}`,
      `${encode({ alg: 'ES256' })}.${body}.${signature}`,
      `${head}.${body}.`,
      `${head}.${body}.${signature}.${signature}`,
      `${head}.${body}`,
      issue(claims({}, { iss: 'https://elsewhere.example.com' })),
    ]) {
      assert.deepEqual(ofToken(forged, []), { error: 'invalid bearer token' }, forged);
    }
  });
});
