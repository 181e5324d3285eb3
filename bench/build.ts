// P19: what the builder's own work costs, with a registry on disk that syncs. The dependency step's own program is not
// part of it. Each time is the median of its rounds.

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
import { printFigure } from './figure.ts';

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

  const small = writeTree('small', 10_000, 1000);
  const smallTime = await measure(async (round) => {
    const repository = await openRepository(`small-${round}`);
    const layer = await pushLayer(repository, readFolder(small));
    digests.add(layer.diffId);
  });

  const repository = await openRepository('app');
  await tagDependencies(repository, 'a'.repeat(64), await pushLayer(repository, readFolder(dependencies)));
  const composeTime = await measure(async (round) => {
    const source = await pushFiles(repository, [
      { path: 'app.py', content: `stamp = ${round}\n${'x = 1\n'.repeat(20_000)}` },
      { path: 'requirements.txt', content: 'flask\n' },
    ]);
    if (!(await composeImage(repository, recipe(source, round)))) throw new Error('it was not composed');
  });
  const bytes = fill(15_000_000, 1);
  const gzipTime = await measure(async () => void gzipSync(bytes, { level: 1 }));
  if (digests.size !== 2) throw new Error('a rebuild gave other bytes');
  await printFigure('P19', [
    { name: 'only app code changed: source and image', value: composeTime, unit: 'ms', budget: 'app' },
    { name: '15 MB dependency layer', value: layerTime, unit: 'ms', budget: 'layer' },
    { name: '10,000 small files', value: smallTime, unit: 'ms', budget: 'small' },
    { name: 'rebuilds with identical bytes', value: rounds * 2 },
    { name: 'for comparison: gzip -1 of 15 MB alone', value: gzipTime, unit: 'ms' },
  ]);
} finally {
  rmSync(folder, { recursive: true });
}
