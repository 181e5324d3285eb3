import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import type { RuntimeSpec } from '@fairlead/api';
import { createRegistryClient } from '../oci/client.ts';
import { adminToken, openTestRegistry, type TestRegistry } from '../registry/registry.fixture.ts';
import { loadShippedRuntimes } from '../runtimes/load.ts';
import { listen } from '../server/listen.ts';
import { openArchive } from './archive.ts';
import { type Builder, type BuilderOptions, type BuildRequest, createBuilder } from './builder.ts';
import type { NamedRuntime } from './runtime.ts';
import type { BuildStep } from './steps/describe.ts';
import { writeEntries } from './unpack.ts';

const runtimes: NamedRuntime[] = (await loadShippedRuntimes()).map(({ metadata, spec }) => ({
  name: metadata.name,
  spec: spec as RuntimeSpec,
}));

export interface World extends AsyncDisposable {
  readonly registry: TestRegistry;
  readonly builder: Builder;
  readonly folder: string;
  /** Where the registry is reached over HTTP. */
  readonly origin: string;
}

/** A builder with a real registry, which its steps reach over HTTP. */
export const openWorld = async (more: Partial<BuilderOptions> = {}): Promise<World> => {
  const registry = await openTestRegistry();
  const server = await listen(registry.registry, { host: '127.0.0.1', port: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-builder-'));
  const origin = `http://127.0.0.1:${server.address.port}`;
  const authorization = (): string => `Bearer ${adminToken}`;
  const builder = createBuilder({
    registry: createRegistryClient({ send: registry.registry, origin, authorization }),
    host: 'registry.fairlead.internal',
    platform: { os: 'linux', architecture: 'amd64' },
    runtimes: () => runtimes,
    askTool: async () => 'pip 1.0 (python 3)',
    scratch: folder,
    steps: {
      image: 'platform',
      command: [process.execPath, join(import.meta.dirname, 'main.ts')],
      registryOrigin: () => origin,
    },
    ...more,
  });
  return {
    registry,
    builder,
    folder,
    origin,
    async [Symbol.asyncDispose]() {
      await server.close();
      await registry[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
};

export const repository = 'default/shop';

export const store = async ({ builder }: World, files: Record<string, string>): Promise<BuildRequest> => {
  const list = Object.entries(files).map(([path, content]) => ({ path, content }));
  const { digest } = await builder.storeFiles(repository, list);
  return { repository, app: 'shop', source: digest };
};

/** Runs a step as a node without namespaces does: paths are below a root of its own, the volume is at `work`. */
export const runStep = async (root: string, step: BuildStep): Promise<{ code: number; log: string }> => {
  const cwd = join(root, step.workingDir);
  mkdirSync(cwd, { recursive: true });
  mkdirSync(join(root, 'work'), { recursive: true });
  const variables = Object.fromEntries(step.env.map(({ name, value }) => [name, value]));
  const expand = (word: string): string =>
    word.replace(/\$\((\w+)\)/g, (_, name: string) => variables[name] ?? '');
  const [program = '', ...args] = step.command.map(expand);
  const { PATH = '', HOME = '' } = process.env;
  const token = step.registry ? { REGISTRY_TOKEN: adminToken } : {};
  const child = spawn(program, args, { cwd, env: { PATH, HOME, ...variables, ...token } });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk));
  const [code] = (await once(child, 'close')) as [number];
  return { code, log };
};

export const runSteps = async (world: World, steps: readonly BuildStep[]): Promise<string> => {
  const root = mkdtempSync(join(world.folder, 'job-'));
  let all = '';
  for (const step of steps) {
    const { code, log } = await runStep(root, step);
    all += log;
    assert.equal(code, 0, log);
  }
  return all;
};

/** The image as a container sees it. */
export const unpack = async (world: World, digest: string): Promise<string> => {
  const source = world.registry.repository(repository);
  const { manifest } = (await source.pullManifest(digest)) ?? assert.fail();
  const root = mkdtempSync(join(world.folder, 'image-'));
  const entries = [];
  for (const layer of manifest.layers) {
    const archive = await openArchive(await source.openBlob(layer.digest), { scratch: world.folder });
    entries.push(...archive.entries);
  }
  await writeEntries(entries, join(root, 'root'));
  return join(root, 'root');
};
