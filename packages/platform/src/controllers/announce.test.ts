import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FairleadError } from '@fairlead/api';
import { events } from '@fairlead/kube';
import { openPlatformWorld } from './world.fixture.ts';

it('the way of an app is told as events, once each', async () => {
  await using world = await openPlatformWorld();
  await world.create();
  await world.push({ text: 'one' });
  await world.rest();
  const refused = new FairleadError('E_BUILD_NO_RUNTIME', { app: 'shop', files: 'requirements.txt' });
  await world.push({ text: 'none', refused });
  await world.rest();
  await world.configure({ A: 'canary' }, 'shop-env-1');
  await world.rest();
  const told = (await world.all(events)).filter(({ involvedObject }) => involvedObject.kind === 'App');
  const lines = told.map(({ type, reason, message, count }) => `${type} ${reason} ${message} ×${count}`);
  const has = (expected: RegExp): void =>
    assert.ok(
      lines.some((line) => expected.test(line)),
      lines.join('\n'),
    );
  has(/^Normal Succeeded v2 deployed \w+ ×1$/);
  has(/^Warning E_BUILD_NO_RUNTIME .*shop cannot be built.* ×1$/);
  has(/^Normal Succeeded v3 added A ×1$/);
  assert.ok(!lines.join().includes('canary'), 'no value is told');
});
