import { spawn } from 'node:child_process';
import { type Runtime, runtimes as runtimeType } from '@fairlead/api';
import { type Cache, kind, type Node, nodes } from '@fairlead/kube';
import { type Builder, createBuilder } from '../../builder/index.ts';
import { createRegistryClient } from '../../oci/index.ts';
import type { Handler } from '../listen.ts';
import { registryHost } from './options.ts';
import { builderCommand, pushPlatformImage } from './platform-image.ts';

const runtimes = kind<Runtime>(runtimeType);

export interface OpenBuilder {
  readonly cache: Cache;
  /** The registry in this process. */
  readonly registry: Handler;
  readonly token: string;
  readonly scratch: string;
  /** Where the registry is for a build's containers: on a node that shares its network, and on one that keeps pods apart. */
  readonly origins: { readonly shared: string; readonly apart: string };
}

/** The builder of this machine: its registry is in this process, its toolchains are the machine's. */
export const openBuilder = async ({
  cache,
  registry,
  token,
  scratch,
  origins,
}: OpenBuilder): Promise<Builder> => {
  const client = createRegistryClient({
    send: registry,
    origin: 'http://registry',
    authorization: () => `Bearer ${token}`,
  });
  const image = await pushPlatformImage(client, registryHost);
  const known = cache.informer(runtimes);
  const nodesOf = cache.informer(nodes);
  await Promise.all([known.synced, nodesOf.synced]);
  const { arch, platform } = process;
  return createBuilder({
    registry: client,
    host: registryHost,
    platform: { os: platform, architecture: arch === 'x64' ? 'amd64' : arch },
    runtimes: () => known.list().map(({ metadata, spec }) => ({ name: metadata.name, spec })),
    askTool,
    scratch,
    steps: {
      image,
      command: builderCommand,
      registryOrigin: () => (nodesOf.list().some(isIsolated) ? origins.apart : origins.shared),
      env: buildEnvironment(),
    },
  });
};

const isIsolated = ({ status }: Node): boolean =>
  status?.conditions?.some(({ type, status }) => type === 'Isolation' && status === 'True') === true;

/** Where packages come from is the machine's to say; nothing else of its environment reaches a build. */
const buildEnvironment = (): { name: string; value: string }[] => {
  const passed = /^(pip_|https?_proxy$|no_proxy$|ssl_cert_|requests_ca_bundle$)/i;
  return Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && passed.test(name) ? [{ name, value }] : [],
  );
};

/** How long a tool may take to say its version, in milliseconds. */
const patience = 10_000;

const answers = new Map<string, Promise<string | undefined>>();

/** What a tool says of its version; asked once, for a push should not wait for an interpreter to start. */
const askTool = (command: readonly string[]): Promise<string | undefined> => {
  const key = command.join('\0');
  const known = answers.get(key) ?? runTool(command);
  answers.set(key, known);
  // A tool that is not there may be installed meanwhile.
  void known.then((answer) => answer === undefined && answers.delete(key));
  return known;
};

const runTool = ([file = '', ...args]: readonly string[]): Promise<string | undefined> =>
  new Promise((resolve) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: patience });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('error', () => resolve(undefined));
    child.once('close', (code) => resolve(code === 0 ? text.trim() : undefined));
  });
