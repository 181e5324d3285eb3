import {
  type Cache,
  type Client,
  type Controller,
  type Kind,
  type KubeObject,
  leases,
  namespaces,
  nodes,
  startController,
  timestamp,
  waiting,
} from '@fairlead/kube';
import { startFakeKubelet } from '../../../packages/engine/src/controllers/kubelet.fixture.ts';
import type { Look, Place, Sized, Story } from './story.ts';
import { tell } from './telling.ts';

/** A cluster in which stories play: a real one, or the engine with its own controllers. */
export interface Stage {
  readonly client: Client;
  readonly cache: Cache;
  /** Lets time pass until it holds; rejects when it never does. */
  readonly until: (holds: () => Promise<boolean>) => Promise<void>;
  /** Everything that is to be told has been told. */
  readonly rest: () => Promise<void>;
}

const nodeNames = ['node-1', 'node-2', 'node-3'];

/** What pods on the nodes do is what their annotations say, the same on every stage. */
export const startPods = (cache: Cache): Controller => startFakeKubelet(cache, '10.9.8.7');

/** Signs of life, where somebody listens for them. */
export const startHeartbeats = (cache: Cache): Controller =>
  startController({
    name: 'heartbeat',
    cache,
    for: nodes,
    async reconcile({ name }, { client }) {
      const metadata = { name, namespace: 'kube-node-lease' };
      const renewTime = new Date(cache.clock.now()).toISOString().replace('Z', '000Z');
      const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime };
      const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
      await client.resource(leases).apply(lease, { force: true });
      return waiting(10_000);
    },
  });

/** Three nodes without machines. */
export async function declareNodes({ client, cache }: Pick<Stage, 'client' | 'cache'>): Promise<void> {
  for (const [index, name] of nodeNames.entries()) {
    const labels = { 'kubernetes.io/hostname': name, place: index === 0 ? 'here' : 'there' };
    await client.resource(nodes).create({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
    const now = timestamp(cache.clock.now());
    const conditions = [{ type: 'Ready', status: 'True', lastHeartbeatTime: now, lastTransitionTime: now }];
    const room = { cpu: '16', memory: '32Gi', pods: '500' };
    const body = { status: { conditions, capacity: room, allocatable: room } };
    await client.resource(nodes).status.patch({ name }, { type: 'merge', body });
  }
}

/** Plays a story in a namespace of its own, and tells what came of it. */
export async function play(story: Story, stage: Stage, number: number): Promise<string> {
  const { client } = stage;
  const namespace = `story-${number}`;
  const place: Place = { client, namespace };
  await client
    .resource(namespaces)
    .create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const sizes = await followSizes(story, stage, namespace);
  const look: Look = {
    one: (kind, name) => client.resource(kind).find({ namespace, name }),
    all: async <T extends KubeObject>(kind: Kind<T>) =>
      (await client.resource(kind).list(kind.namespaced ? { namespace } : {})).items,
  };
  for (const { does, until } of story.steps) {
    for (const act of does) await act(place);
    await stage.until(async () => until(look));
  }
  await stage.rest();
  sizes.stop();
  return tell(story, place, sizes.seen);
}

/** `ReplicaSet web-1: 3`, as often as it changes. */
async function followSizes(
  { sizes = [] }: Story,
  { cache }: Stage,
  namespace: string,
): Promise<{ readonly seen: string[]; readonly stop: () => void }> {
  const seen: string[] = [];
  const follow = async (kind: Kind<Sized>): Promise<() => void> => {
    const informer = cache.informer(kind, { namespace });
    await informer.synced;
    return informer.subscribe(({ before, after }) => {
      if (after === undefined || before?.spec.replicas === after.spec.replicas) return;
      seen.push(`${kind.kind} ${after.metadata.name}: ${after.spec.replicas}`);
    });
  };
  const stops = await Promise.all(sizes.map(follow));
  return { seen, stop: () => stops.forEach((stop) => stop()) };
}
