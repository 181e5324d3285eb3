// P19: what the builder's own work costs, with a registry on disk that syncs. The dependency step's own program is not
// part of it. Prints one line for each figure; a figure is the median of its rounds.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { composeImage, tagDependencies } from '../packages/platform/src/builder/compose.ts';
import { readFolder } from '../packages/platform/src/builder/folder.ts';
import { pushLayer } from '../packages/platform/src/builder/layer.ts';
import type { ImageRecipe } from '../packages/platform/src/builder/recipe.ts';
import { pushFiles } from '../packages/platform/src/builder/source.ts';
import { createRegistryClient, type Repository } from '../packages/platform/src/oci/client.ts';
import { createRegistry, openDiskStorage } from '../packages/platform/src/registry/index.ts';

const rounds = 5;
const folder = mkdtempSync(join(tmpdir(), 'fairlead-bench-'));

const openRepository = async (name: string): Promise<Repository> => {
  const registry = createRegistry({
    storage: await openDiskStorage(join(folder, name)),
    clock: { now: () => Date.now() },
    authenticate: () => 'bench',
    authorize: () => true,
  });
  return createRegistryClient({ send: registry, origin: 'http://registry' }).repository('default/shop');
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const measure = async (work: (round: number) => Promise<void>): Promise<number> => {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await work(round);
    times.push(performance.now() - start);
  }
  return median(times);
};

const report = (figure: string, milliseconds: number, budget: number): void => {
  const verdict = milliseconds <= budget ? 'met' : 'NOT MET';
  process.stdout.write(
    `${figure.padEnd(44)} ${milliseconds.toFixed(0).padStart(6)} ms   budget ${budget} ms   ${verdict}\n`,
  );
};

const words =
  'def return self import from class None True value name = ( ) [ ] : . , # if else for in not'.split(' ');

/** Bytes that compress like programs do: words of a language, and numbers. */
const fill = (size: number, seed: number): Buffer => {
  const bytes = Buffer.alloc(size);
  let state = seed + 1;
  for (let at = 0; at < size; ) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    const word = (state >> 8) % 3 === 0 ? String(state >> 12) : (words[(state >> 10) % words.length] ?? '');
    at += Math.max(1, bytes.write(`${word} `, at, 'latin1'));
  }
  return bytes;
};

const writeTree = (name: string, files: number, size: number): string => {
  const root = join(folder, name);
  for (let i = 0; i < files; i += 1) {
    const path = join(root, `package-${i % 100}`);
    if (i < 100) mkdirSync(path, { recursive: true });
    writeFileSync(join(path, `file-${i}.py`), fill(size, i));
  }
  return root;
};

const recipe = (source: Awaited<ReturnType<typeof pushFiles>>, round: number): ImageRecipe => ({
  key: String(round).padStart(64, '0'),
  platform: { os: 'linux', architecture: 'amd64' },
  source,
  files: [{ path: '.fairlead/launch', content: '#!/bin/sh\nexec "$@"\n', executable: true }],
  env: [],
  processes: { web: { command: ['gunicorn', 'app:app'] } },
  dependencies: { key: 'a'.repeat(64) },
});

try {
  const dependencies = writeTree('dependencies', 1000, 15_000);
  const digests = new Set<string>();
  const layerTime = await measure(async (round) => {
    const repository = await openRepository(`layer-${round}`);
    digests.add((await pushLayer(repository, readFolder(dependencies), 'app/.fairlead/deps')).diffId);
  });
  report('15 MB dependency layer', layerTime, 500);

  const small = writeTree('small', 10_000, 1000);
  const smallTime = await measure(async (round) => {
    const repository = await openRepository(`small-${round}`);
    const layer = await pushLayer(repository, readFolder(small));
    digests.add(layer.diffId);
  });
  report('10,000 small files', smallTime, 1500);

  const repository = await openRepository('app');
  await tagDependencies(repository, 'a'.repeat(64), await pushLayer(repository, readFolder(dependencies)));
  const composeTime = await measure(async (round) => {
    const source = await pushFiles(repository, [
      { path: 'app.py', content: `stamp = ${round}\n${'x = 1\n'.repeat(20_000)}` },
      { path: 'requirements.txt', content: 'flask\n' },
    ]);
    if (!(await composeImage(repository, recipe(source, round)))) throw new Error('it was not composed');
  });
  report('only app code changed: source and image', composeTime, 200);
  process.stdout.write(`${'bytes identical on rebuild'.padEnd(44)} ${digests.size === 2 ? 'yes' : 'NO'}\n`);

  const bytes = fill(15_000_000, 1);
  const gzipTime = await measure(async () => void gzipSync(bytes, { level: 1 }));
  process.stdout.write(
    `${'for comparison: gzip -1 of 15 MB alone'.padEnd(44)} ${gzipTime.toFixed(0).padStart(6)} ms\n`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
