import { fieldManager, labels } from '@fairlead/api';
import { gatewayDefinitions, startEngine } from '@fairlead/engine';
import { createClient, endpointSlices, type KubeObject, type Pod } from '@fairlead/kube';
import { openWorld, seededRandom, simulatedClock, type World } from '@fairlead/kube/testing';
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
  /** From now on pods fare like this; those that are not named serve, and builds have just begun. */
  pods(fateOf: (pod: Pod) => Fate | undefined): void;
}

export const openPlatformWorld = async (): Promise<PlatformWorld> => {
  const clock = simulatedClock();
  const logs = openLogs();
  const engine = await startEngine({ clock, random: seededRandom(7), freeze: true, node: logs.node });
  const operator = createClient(engine.transport(), { fieldManager });
  await ensureKinds(operator, gatewayDefinitions() as unknown as KubeObject[]);
  const workshop = openWorkshop();
  const neighbours: { builtin?: Controllers; kubelet?: Kubelet } = {};
  const world = openWorld({
    transport: engine.transport(),
    clock,
    controllers: ({ cache }) => {
      const builtin = (neighbours.builtin = startControllers({ cache }));
      const kubelet = (neighbours.kubelet = startKubelet(cache, usually));
      const gateway = { namespace: 'fairlead', name: 'fairlead' };
      const own = startPlatformControllers(cache, {
        app: workshop.app,
        image: workshop.image,
        release: { domain: workshop.app.domain, gateway },
      });
      return [...builtin.controllers, startScheduler({ cache }), kubelet.controller, ...own];
    },
  });
  await world.declare(machine);
  await world.rest();
  const close = async (): Promise<void> => {
    await neighbours.builtin?.close();
    await world.close();
    await engine.close();
  };
  return {
    ...world,
    ...personIn(world.client, workshop),
    workshop,
    logs,
    pods: (fateOf) => neighbours.kubelet?.decide((pod) => fateOf(pod) ?? usually(pod)),
    close,
    [Symbol.asyncDispose]: close,
  };
};

const usually = ({ metadata }: Pod): Fate =>
  metadata.labels?.[labels.image] === undefined ? { kind: 'serve' } : { kind: 'step', at: 'fetch' };

const machine = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'one' },
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
