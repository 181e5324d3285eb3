import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReference } from './reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

const named: readonly (readonly [string, string])[] = [
  [`registry.fairlead.internal/default/shop@${digest}`, `registry.fairlead.internal default/shop ${digest}`],
  ['localhost/app', 'localhost app latest'],
  ['127.0.0.1:5000/team/app:v1.2', '127.0.0.1:5000 team/app v1.2'],
  ['[::1]:5000/app', '[::1]:5000 app latest'],
  ['nginx', 'docker.io library/nginx latest'],
  ['team/nginx:1', 'docker.io team/nginx 1'],
  [`host.example/app:v1@${digest}`, `host.example app ${digest}`],
];
for (const [text, expected] of named) {
  test(`${text.slice(0, 50)} is taken apart`, () => {
    const parsed = parseReference(text);
    assert.equal(parsed && `${parsed.host} ${parsed.repository} ${parsed.reference}`, expected);
  });
}

const nonsense = [
  '',
  'App',
  'host.example/',
  'host.example/../app',
  'host.example/app:',
  'host.example/app@sha256:short',
  `host.example/app@${digest}@${digest}`,
  'host.example:port/app',
  'host.example/app?x=1',
  'host.example/app b',
  'a//b',
];
for (const text of nonsense) {
  test(`${JSON.stringify(text.slice(0, 40))} is no image`, () => {
    assert.equal(parseReference(text), undefined);
  });
}
