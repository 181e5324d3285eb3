import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '@fairlead/kube';
import { createBuildTokens } from './build-token.ts';
import { tokenOf } from './token.ts';

const headers = (authorization: string): Headers => new Headers({ authorization });

test('a token comes as a bearer token or as the password of basic authentication', () => {
  assert.equal(tokenOf(headers('Bearer abc')), 'abc');
  assert.equal(tokenOf(headers(`Basic ${Buffer.from('ann:s:e').toString('base64')}`)), 's:e');
  for (const none of [
    '',
    'Bearer ',
    'Basic !!!',
    `Basic ${Buffer.from('ann:').toString('base64')}`,
    'Digest abc',
  ])
    assert.equal(tokenOf(headers(none)), undefined, none);
  assert.equal(tokenOf(new Headers()), undefined);
});

const at = (now: number) => createBuildTokens(Buffer.from('key'), { ...systemClock, now: () => now });
const grant = { namespace: 'team-a', app: 'shop', expires: 1000 };

test('a build token is read back until it expires', () => {
  const token = at(0).issue(grant);
  assert.deepEqual(at(999).read(token), grant);
  assert.equal(at(1000).read(token), undefined);
});

test('a build token that was changed or signed by another key is nobody’s', () => {
  const token = at(0).issue(grant);
  const [head = '', payload = '', signature = ''] = token.split('.');
  const forged = Buffer.from(JSON.stringify({ ...grant, app: 'other' })).toString('base64url');
  const strangers = createBuildTokens(Buffer.from('other'), { ...systemClock, now: () => 0 });
  for (const bad of [
    `${head}.${forged}.${signature}`,
    `${head}.${payload}.`,
    `${head}.${payload}`,
    head,
    '',
    'x.y.z',
  ])
    assert.equal(at(0).read(bad), undefined, bad);
  assert.equal(strangers.read(token), undefined);
});
