import { fieldManager, labels } from '@fairlead/api';
import { type Engine, gatewayDefinitions, startEngine } from '@fairlead/engine';
import {
  type Controller,
  createClient,
  endpointSlices,
  type KubeObject,
  nodes,
  type Pod,
  type Transport,
} from '@fairlead/kube';
import {
  openWorld,
  seededRandom,
  type SimulatedClock,
  simulatedClock,
  type World,
} from '@fairlead/kube/testing';
import { type Controllers, startControllers } from '../../../engine/src/controllers/index.ts';
import { startScheduler } from '../../../engine/src/scheduler/index.ts';
import { ensureKinds } from '../server/control-plane/objects.ts';
import { startPlatformControllers } from './index.ts';
import { type Fate, type Kubelet, startKubelet } from './kubelet.fixture.ts';
import { type Logs, openLogs } from './logs.fixture.ts';
import { type Person, personIn } from './person.fixture.ts';
import { openWorkshop, type Workshop } from './workshop.fixture.ts';

/** The platform's controllers among real neighbours; only builder, registry, git and processes are scripts. */
export interface PlatformWorld extends World, Person {
  readonly workshop: Workshop;
  readonly logs: Logs;
  /** How many passes each of the platform's controllers made. */
  passes(): Readonly<Record<string, number>>;
  /** From now on pods fare like this; those that are not named serve, and builds have just begun. */
  pods(fateOf: (pod: Pod) => Fate | undefined): void;
}

/** What outlives the controllers: the API with what is in it, and what lies outside. */
export interface Stage extends AsyncDisposable {
  readonly engine: Engine;
  readonly clock: SimulatedClock;
  readonly logs: Logs;
  readonly workshop: Workshop;
}

export const openStage = async (): Promise<Stage> => {
  const clock = simulatedClock();
  const logs = openLogs();
  const engine = await startEngine({ clock, random: seededRandom(7), freeze: true, node: logs.node });
  const operator = createClient(engine.transport(), { fieldManager });
  await ensureKinds(operator, gatewayDefinitions() as unknown as KubeObject[]);
  const { metadata } = await operator.resource(nodes).create(machine);
  await operator.resource(nodes).status.patch(metadata, { type: 'merge', body: { status: machine.status } });
  return {
    engine,
    clock,
    logs,
    workshop: openWorkshop(),
    [Symbol.asyncDispose]: () => engine.close(),
  };
};

export interface WorldOptions {
  /** One that was there before; a fresh one that ends with the world unless told. */
  readonly stage?: Stage;
  /** The controllers' line to the API. */
  readonly line?: (transport: Transport) => Transport;
}

export const openPlatformWorld = async (options: WorldOptions = {}): Promise<PlatformWorld> => {
  const { stage = await openStage(), line = (transport) => transport } = options;
  const { engine, clock, logs, workshop } = stage;
  const person = createClient(engine.transport(), { fieldManager: 'test' });
  const parts: { builtin?: Controllers; kubelet?: Kubelet; own?: readonly Controller[] } = {};
  const world = openWorld({
    transport: line(engine.transport()),
    clock,
    controllers: ({ cache }) => {
      const builtin = (parts.builtin = startControllers({
        cache,
        nodePatience: { silence: Infinity, beginning: Infinity },
      }));
      const kubelet = (parts.kubelet = startKubelet(cache, usually));
      const gateway = { namespace: 'fairlead', name: 'fairlead' };
      const own = (parts.own = startPlatformControllers(cache, {
        app: workshop.app,
        image: workshop.image,
        release: { domain: workshop.app.domain, gateway },
      }));
      return [...builtin.controllers, startScheduler({ cache }), kubelet.controller, ...own];
    },
  });
  const close = async (): Promise<void> => {
    await parts.builtin?.close();
    await world.close();
    if (options.stage === undefined) await engine.close();
  };
  return {
    ...world,
    client: person,
    ...personIn(person, workshop),
    workshop,
    logs,
    passes: () => Object.fromEntries((parts.own ?? []).map((each) => [each.name, passesOf(each)])),
    pods: (fateOf) => parts.kubelet?.decide((pod) => fateOf(pod) ?? usually(pod)),
    close,
    [Symbol.asyncDispose]: close,
  };
};

const passesOf = (controller: Controller): number => {
  const { done, waiting, stalled, failed } = controller.counts();
  return done + waiting + stalled + failed;
};

const usually = ({ metadata }: Pod): Fate =>
  metadata.labels?.[labels.image] === undefined ? { kind: 'serve' } : { kind: 'step', at: 'fetch' };

const machine = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'one' },
  spec: {},
  status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
};

/** The fate of the copies of one release. */
export const ofRelease =
  (version: number, fate: Fate) =>
  ({ metadata }: Pod): Fate | undefined =>
    metadata.labels?.[labels.release] === String(version) ? fate : undefined;

/** The fate of builds. */
export const ofBuilds =
  (fate: Fate) =>
  ({ metadata }: Pod): Fate | undefined =>
    metadata.labels?.[labels.image] === undefined ? undefined : fate;

/** A world with an app that serves its first code as v2. */
export const openServing = async (...names: readonly string[]): Promise<PlatformWorld> => {
  const world = await openPlatformWorld();
  for (const app of names.length === 0 ? ['shop'] : names) {
    await world.create(app);
    await world.push({ text: `one of ${app}`, app, commit: 'aaaaaaaaaa' });
    await world.rest();
  }
  return world;
};

/** How many copies get traffic. */
export const readyCount = async (world: PlatformWorld): Promise<number> => {
  const slices = await world.all(endpointSlices);
  return slices.flatMap(({ endpoints }) => endpoints).filter(({ conditions }) => conditions?.ready).length;
};
