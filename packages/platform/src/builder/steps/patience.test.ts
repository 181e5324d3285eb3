import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RegistryError } from '../../oci/failure.ts';
import { type Patience, whileAway } from './patience.ts';

const openScene = () => {
  const scene = { time: 0, said: [] as string[] };
  const patience: Patience = {
    now: () => scene.time,
    sleep: async (milliseconds) => void (scene.time += milliseconds),
    say: (line) => scene.said.push(line),
  };
  return { scene, patience };
};

const nobodyThere = await fetch('http://127.0.0.1:1/').catch((error: unknown) => error);

test('work is done again until the registry is back, and the log says so once', async () => {
  const { scene, patience } = openScene();
  const failures = [nobodyThere, new RegistryError(502, 'UNKNOWN', 'no answer'), nobodyThere];
  const work = async (): Promise<string> => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    return 'done';
  };
  assert.equal(await whileAway(work, patience), 'done');
  assert.equal(scene.said.length, 1);
});

test('what the registry says is not argued with, and patience has an end', async () => {
  const { scene, patience } = openScene();
  const refused = new RegistryError(401, 'UNAUTHORIZED', 'who are you');
  await assert.rejects(
    whileAway(() => Promise.reject(refused), patience),
    refused,
  );
  assert.equal(scene.time, 0);
  await assert.rejects(
    whileAway(() => Promise.reject(nobodyThere as Error), patience),
    nobodyThere as Error,
  );
  assert.ok(scene.time > 60_000);
});
