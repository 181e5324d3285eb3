import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  type Client,
  type Clock,
  createClient,
  createMetrics,
  type Informer,
  type Kind,
  type KubeObject,
  kind,
  openCache,
  type Operator,
  requestToken,
  type RunningOperator,
  startOperator,
  systemClock,
  systemRandom,
  unlessMissing,
} from '@fairlead/kube';
import { type Connection, loadKubeconfig, openHttp } from '@fairlead/kube/http';
import type { SimulatedClock } from '@fairlead/kube/testing';
import { startEngine } from '@fairlead/engine';
import { parseAllDocuments } from 'yaml';

/** The API that an automation is tried on, with its manifests applied. What a test makes goes with it. */
export interface Cluster {
  /** A person who may do everything. */
  readonly admin: Client;
  /** A namespace of the test's own. */
  readonly namespace: string;
  /** Runs an operator as the service account of its manifests: with that account's token, over HTTPS. */
  start(operator: Operator, options?: { readonly clock?: SimulatedClock }): Promise<RunningOperator>;
  /** Waits until the objects of a kind are as they should be. */
  until<T extends KubeObject>(
    kind: Kind<T>,
    holds: (objects: readonly T[]) => boolean,
  ): Promise<readonly T[]>;
  /** Waits until there is such an object. */
  find<T extends KubeObject>(kind: Kind<T>, is: (object: T) => boolean): Promise<T>;
  /** Makes objects so, whatever their kind. */
  declare(...objects: readonly object[]): Promise<void>;
}

const realCluster = process.env['FAIRLEAD_TEST_KUBECONFIG'];

/**
 * The engine; or the cluster of the kubeconfig that FAIRLEAD_TEST_KUBECONFIG names.
 * @param folder the automation's, with `crd.yaml` (if it has one) and `rbac.yaml`
 */
export async function openCluster(t: TestContext, folder: string): Promise<Cluster> {
  const stack = new AsyncDisposableStack();
  t.after(() => stack.disposeAsync());
  const connection = await openApi(stack);
  const { transport } = stack.use(openHttp(connection));
  const admin = createClient(transport, { fieldManager: 'test' });
  const declare = async (...objects: readonly object[]): Promise<void> => {
    for (const object of objects as KubeObject[]) stack.defer(await apply(admin, object));
  };
  const namespace = `automation-${Math.floor(Math.random() * 1e9).toString(36)}`;
  await declare({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const manifests = [...(await read(folder, 'crd.yaml')), ...(await read(folder, 'rbac.yaml'))];
  await declare(...manifests);
  const account = manifests.find((object) => object.kind === 'ServiceAccount');
  if (account === undefined) throw new Error(`${folder} has no service account`);
  const cache = stack.use(openCache({ client: admin, clock: systemClock, random: systemRandom }));
  return {
    admin,
    namespace,
    declare,
    async start(operator, { clock } = {}) {
      const { token } = await requestToken(admin, account.metadata);
      const running = startAs({ ...connection, token }, { operator, clock: clock ?? systemClock, stack });
      // A kind or a right that is new may be unknown for a moment, and a retry wants time to pass.
      while (!running.isReady) {
        await moment();
        clock?.advance(50);
      }
      return running;
    },
    until: (kind, holds) => until(cache.informer(kind), holds),
    find: async (kind, is) => {
      const all = await until(cache.informer(kind), (objects) => objects.some(is));
      return all.find(is) as (typeof all)[number];
    },
  };
}

interface Started {
  readonly operator: Operator;
  readonly clock: Clock;
  readonly stack: AsyncDisposableStack;
}

function startAs(connection: Connection, { operator, clock, stack }: Started): RunningOperator {
  // Nothing of the administrator's: only the token counts.
  const { cert: _cert, key: _key, ...reach } = connection;
  const { transport } = stack.use(openHttp(reach));
  const onTrouble = (error: unknown): void => console.error(error);
  const parts = { transport, clock, random: systemRandom, metrics: createMetrics(), onTrouble };
  return stack.use(startOperator(operator, parts));
}

async function until<T extends KubeObject>(
  informer: Informer<T>,
  holds: (objects: readonly T[]) => boolean,
): Promise<readonly T[]> {
  const { promise, resolve } = Promise.withResolvers<readonly T[]>();
  const look = (): void => {
    if (informer.hasSynced && holds(informer.list())) resolve(informer.list());
  };
  const stop = informer.subscribe(look);
  await informer.synced;
  look();
  return promise.finally(stop);
}

async function openApi(stack: AsyncDisposableStack): Promise<Connection> {
  if (realCluster !== undefined) return loadKubeconfig(realCluster, { env: process.env });
  const engine = stack.use(await startEngine({ listen: { host: '127.0.0.1', port: 0 }, controllers: true }));
  return engine.access();
}

/** Every object of a manifest; none when the file is not there. */
async function read(folder: string, file: string): Promise<KubeObject[]> {
  const text = await readFile(join(folder, file), 'utf8').catch(() => '');
  return parseAllDocuments(text).map((document) => document.toJS() as KubeObject);
}

/** Applies an object; what it gives takes it away again. */
async function apply(admin: Client, object: KubeObject): Promise<() => Promise<void>> {
  const type = await served(admin, object);
  const resource = admin.resource(kind<KubeObject>(type));
  await resource.apply(object, { force: true });
  return async () => {
    await resource.delete(object.metadata).catch(unlessMissing);
    // A kind goes with its last object, and cannot come back before.
    const isLeft = async () => (await resource.find(object.metadata)) !== undefined;
    while (object.kind === 'CustomResourceDefinition' && (await isLeft())) await moment();
  };
}

/** A kind that was just defined is served a moment later. */
async function served(admin: Client, object: KubeObject) {
  for (;;) {
    const type = await admin.discover(object);
    if (type !== undefined) return type;
    await moment();
  }
}

const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

/** All objects of the namespace of a test. */
export const within =
  (namespace: string) =>
  (object: KubeObject): boolean =>
    object.metadata.namespace === namespace;
