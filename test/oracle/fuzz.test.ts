// The engine and a real kube-apiserver answer alike, whatever comes. The seed is new each time, and printed.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { missingComponents } from '../cluster/components.ts';
import { fuzz } from './fuzz.ts';

/** As many as a test may take; `npm run oracle:fuzz` plays a thousand. */
const COUNT = 200;
const LEAST = 0.95;
const skip = missingComponents('etcd', 'kube-apiserver');

test('Cases made by chance go the same way side by side', { skip }, async () => {
  const { seed, played, found } = await fuzz(randomInt(2 ** 31), COUNT);
  console.log(`seed ${seed}: ${played - found.length} of ${played} identical, ${found.length} different`);
  const titles = found.map(({ played: one, changes }) => `${one.title} (${changes.join(', ')})`);
  assert.ok(played - found.length >= LEAST * played, titles.join('\n'));
});
