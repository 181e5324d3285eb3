import assert from 'node:assert/strict';
import { type Event, events, type Kind, type KubeObject } from '@fairlead/kube';
import { openWorld, simulatedClock, seededRandom, type World } from '@fairlead/kube/testing';
import { startEngine } from '../engine.ts';
import { startScheduler } from '../scheduler/index.ts';
import { type Controllers, startControllers } from './index.ts';
import { startFakeKubelet } from './kubelet.fixture.ts';

/** A real engine in memory with all built-in controllers, the scheduler, one node and a fake kubelet. */
export interface ControllersWorld extends World {
  /** All objects of a kind in the namespace `default`, by name. */
  all<T extends KubeObject>(kind: Kind<T>): Promise<readonly T[]>;
  one<T extends KubeObject>(kind: Kind<T>, name: string): Promise<T>;
  /** What was told of an object, oldest first: `Normal ScalingReplicaSet …`. */
  eventsOf(name: string): Promise<readonly string[]>;
}

/** Nodes of a world have no agent that would be heard from. */
const endless = { silence: Infinity, beginning: Infinity };

export async function openControllersWorld(nodePatience = endless): Promise<ControllersWorld> {
  const clock = simulatedClock();
  const engine = await startEngine({ clock, random: seededRandom(7), freeze: true });
  let controllers: Controllers | undefined;
  const world = openWorld({
    transport: engine.transport(),
    clock,
    controllers: ({ cache }) => {
      controllers = startControllers({ cache, nodePatience });
      return [...controllers.controllers, startScheduler({ cache }), startFakeKubelet(cache)];
    },
  });
  await world.declare({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'one' },
    status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
  });
  await world.rest();
  const close = async (): Promise<void> => {
    await controllers?.close();
    await world.close();
    await engine.close();
  };
  return {
    ...world,
    all: async (kind) => (await world.client.resource(kind).list({ namespace: 'default' })).items,
    one: (kind, name) => world.client.resource(kind).get({ namespace: 'default', name }),
    eventsOf: async (name) => {
      const { items } = await world.client.resource(events).list();
      return items.filter(({ involvedObject }) => involvedObject.name === name).map(shown);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

const shown = ({ type, reason, message }: Event): string => `${type} ${reason} ${message}`;

/** Conditions as people read them: `Available=True MinimumReplicasAvailable`. */
export const conditionsOf = (object: KubeObject): readonly string[] => {
  const { status } = object as KubeObject & {
    readonly status?: {
      readonly conditions?: readonly {
        readonly type: string;
        readonly status: string;
        readonly reason?: string;
      }[];
    };
  };
  return (status?.conditions ?? []).map(({ type, status: holds, reason }) => `${type}=${holds} ${reason}`);
};

/** Waits for what happens a moment after rest (events are written beside the work). */
export async function soon(check: () => Promise<void>): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof assert.AssertionError) || attempt === 49) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
