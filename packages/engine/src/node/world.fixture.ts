import {
  type Cache,
  type Client,
  type ConfigMap,
  configMaps,
  type Container,
  createClient,
  type Desired,
  openCache,
  type Pod,
  type PodSpec,
  pods,
  systemClock,
  systemRandom,
} from '@fairlead/kube';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, startEngine } from '../engine.ts';
import { removeCgroups } from './cgroup/cgroups.ts';
import { connectNodes } from './connect.ts';
import { type ImageParts, RegistryFixture } from './image/registry.fixture.ts';
import { removeNetwork } from './network/network.ts';
import { openProcessDriver } from './process/driver.ts';
import { type NodeOptions, type RunningNode, startNode } from './start.ts';

export const nodeName = 'n1';
export const deadlineMs = 15_000;

/** What a controller puts into each namespace, where controllers run. */
const rootCertificate: Desired<ConfigMap> = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'kube-root-ca.crt', namespace: 'default' },
  data: { 'ca.crt': 'none' },
};

/** An engine, a registry and a folder for a node: real neighbours, and pods are real processes. */
export class NodeWorld implements AsyncDisposable {
  readonly folder: string;
  readonly engine: Engine;
  readonly client: Client;
  readonly registry = new RegistryFixture();
  readonly errors: string[] = [];
  node: RunningNode | undefined;
  readonly #cache: Cache;

  private constructor(folder: string, engine: Engine) {
    this.folder = folder;
    this.engine = engine;
    this.client = createClient(engine.transport());
    this.#cache = openCache({ client: this.client, clock: systemClock, random: systemRandom });
  }

  static async open({ listen = false, controllers = false } = {}): Promise<NodeWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'node-'));
    const node = connectNodes(() => join(folder, 'agent.sock'));
    const address = { host: '127.0.0.1', port: 0, kubeconfig: join(folder, 'kubeconfig') };
    const world = new NodeWorld(
      folder,
      await startEngine({ freeze: true, node, controllers, ...(listen && { listen: address }) }),
    );
    await world.#cache.informer(pods).synced;
    await world.client.resource(configMaps).create(rootCertificate);
    return world;
  }

  /** For clients in other processes. */
  get kubeconfig(): string {
    return join(this.folder, 'kubeconfig');
  }

  /** Starts the node; the one before must have been closed. */
  async start(options: Partial<NodeOptions> = {}): Promise<RunningNode> {
    this.node = await startNode({
      client: this.client,
      nodeName,
      dataFolder: this.folder,
      clock: systemClock,
      random: systemRandom,
      registries: this.registry.registries,
      fetch: this.registry.fetch,
      environment: { PATH: process.env['PATH'] ?? '' },
      isolation: 'none',
      onError: (error, what) => this.errors.push(`${what}: ${String(error)}`),
      ...options,
    });
    await this.node.ready;
    return this.node;
  }

  /** The image `base` has nothing in it. */
  async image(parts: ImageParts = {}): Promise<string> {
    return this.registry.add(parts);
  }

  async run(
    name: string,
    spec: Partial<PodSpec> & { readonly containers: readonly Container[] },
    labels: Readonly<Record<string, string>> = {},
  ): Promise<Pod> {
    const full = { terminationGracePeriodSeconds: 5, nodeName, ...spec };
    const metadata = { name, namespace: 'default', labels };
    return this.client.resource(pods).create({ apiVersion: 'v1', kind: 'Pod', metadata, spec: full });
  }

  /** Waits for the watch to bring a pod for which it holds. */
  until(name: string, holds: (pod: Pod) => boolean): Promise<Pod> {
    return this.#wait({ name, namespace: 'default' }, (pod) =>
      pod !== undefined && holds(pod) ? pod : undefined,
    );
  }

  untilReady(name: string): Promise<Pod> {
    return this.until(name, (pod) => condition(pod, 'Ready') === 'True');
  }

  async untilGone(name: string, namespace = 'default'): Promise<void> {
    await this.#wait({ name, namespace }, (pod) => pod === undefined || undefined);
  }

  async untilEnded(name: { readonly name: string; readonly namespace: string }): Promise<void> {
    const over = ['Succeeded', 'Failed'];
    await this.#wait(name, (pod) => over.includes(pod?.status?.phase ?? '') || undefined);
  }

  /** Calls back with every state of a pod. */
  watch(name: string, seen: (pod: Pod) => void): () => void {
    return this.#cache.informer(pods).subscribe(({ after }) => {
      if (after?.metadata.name === name) seen(after);
    });
  }

  #wait<T>(
    who: { readonly name: string; readonly namespace: string },
    found: (pod: Pod | undefined) => T | undefined,
  ): Promise<T> {
    const informer = this.#cache.informer(pods);
    return new Promise((done, fail) => {
      const look = () => {
        const value = found(informer.get(who));
        if (value === undefined) return;
        clearTimeout(timer);
        stop();
        done(value);
      };
      const timer = setTimeout(() => {
        stop();
        const { status } = informer.get(who) ?? {};
        fail(
          new Error(`${who.name} did not come so far: ${JSON.stringify(status)} ${this.errors.join('\n')}`),
        );
      }, deadlineMs);
      let stop = () => {};
      stop = informer.subscribe(look);
      look();
    });
  }

  async delete(name: string, gracePeriodSeconds?: number): Promise<void> {
    const grace = gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds };
    await this.client.resource(pods).delete({ namespace: 'default', name }, grace);
  }

  async logs(name: string, options: Parameters<Client['logs']>[1] = {}): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.client.logs({ namespace: 'default', name }, options)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  /** Reads the log, once there is one, until it holds. */
  async untilLogged(name: string, holds: (text: string) => boolean): Promise<string> {
    let text = '';
    await this.until(
      name,
      ({ status }) => status?.containerStatuses?.some(({ containerID }) => containerID) === true,
    );
    const signal = AbortSignal.timeout(deadlineMs);
    for await (const chunk of this.client.logs({ namespace: 'default', name }, { follow: true, signal })) {
      text += Buffer.from(chunk).toString();
      if (holds(text)) return text;
    }
    throw new Error(`the log ended: ${text}`);
  }

  /** The reasons of the events of a pod. */
  async events(name: string): Promise<string[]> {
    const { items } = await this.client.json<{
      items: { reason: string; message: string; involvedObject: { name: string } }[];
    }>({ path: '/api/v1/namespaces/default/events' });
    return items
      .filter(({ involvedObject }) => involvedObject.name === name)
      .map(({ reason, message }) => `${reason}: ${message}`);
  }

  /** Events of a pod that match, as soon as there is one: they are written beside the work. */
  async untilEvent(name: string, pattern: RegExp): Promise<string[]> {
    const matching = async () => (await this.events(name)).filter((event) => pattern.test(event));
    let found = await matching();
    for (let round = 0; found.length === 0; round += 1) {
      assert.ok(round < 200, `no event matches: ${(await this.events(name)).join(', ')}`);
      await new Promise((done) => setTimeout(done, 20));
      found = await matching();
    }
    return found;
  }

  /** The attempts of this world of which a process is there. */
  processes(): Promise<readonly string[]> {
    return openProcessDriver({ clock: systemClock }).list(this.folder);
  }

  /** What nobody announces has to be looked for. */
  async untilNoProcess(): Promise<void> {
    for (let round = 0; (await this.processes()).length > 0; round += 1) {
      assert.ok(round < 200, 'processes are left over');
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.node?.close();
    await openProcessDriver({ clock: systemClock }).sweep(this.folder, { below: true });
    await removeNetwork(this.folder);
    await removeCgroups(this.folder);
    await this.#cache.close();
    await this.engine.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export const condition = (pod: Pod, type: string): string | undefined =>
  pod.status?.conditions?.find((one) => one.type === type)?.status;

/** A container that runs a line of JavaScript. */
export const script = (name: string, image: string, code: string): Container => ({
  name,
  image,
  command: ['node', '-e', code],
});

/** A free port of this machine. */
export async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
