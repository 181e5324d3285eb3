import { isDeepStrictEqual } from 'node:util';
import {
  done,
  type EventNote,
  findCondition,
  isNotFound,
  type Node,
  nodes,
  type ObjectName,
  type Outcome,
  type Pod,
  pods,
  timestamp,
  waiting,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { podsOn } from '../pods/on-node.ts';
import { isReady } from '../pods/state.ts';
import { silentConditions } from './conditions.ts';
import { desiredLabels } from './labels.ts';
import type { Signs } from './signs.ts';
import { desiredTaints, readyOf } from './taints.ts';
import { isCutOff, type Zones } from './zones.ts';

export type NodeContext = ControllerContext & {
  readonly signs: Signs;
  readonly zones: Zones;
  /** The nodes that were told of. */
  readonly known: Map<string, Node>;
  /** Whether no node answered at the last look. */
  readonly cut: { off: boolean };
};

/** Notices when a node falls silent or is unwell, and keeps pods away from it. */
export async function reconcileNode(name: ObjectName, context: NodeContext): Promise<Outcome> {
  const { cache, signs } = context;
  const node = cache.informer(nodes).get(name);
  register(name, node, context);
  if (node === undefined) {
    signs.forget(name.name);
    return done;
  }
  const left = signs.left(node);
  const heard = left > 0 ? node : await ensureSilent(node, context);
  const after = await ensureTaints(heard, context);
  if (readyOf(heard) === 'False' || readyOf(heard) === 'Unknown') await ensureUnready(heard, context);
  const times = [left, after ?? 0].filter((time) => time > 0);
  const next = Math.min(...times);
  return Number.isFinite(next) ? waiting(next) : done;
}

function register({ name }: ObjectName, node: Node | undefined, { known, recorder }: NodeContext): void {
  const before = known.get(name);
  if (node === undefined) known.delete(name);
  else known.set(name, node);
  if (before === undefined && node !== undefined)
    void recorder.record(
      node,
      normal('RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`),
    );
  if (before !== undefined && node === undefined)
    void recorder.record(
      before,
      normal('RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`),
    );
}

const normal = (reason: string, message: string): EventNote => ({ type: 'Normal', reason, message });

/** Nothing is known of a node any more that says nothing. */
async function ensureSilent(node: Node, { client, cache, recorder }: NodeContext): Promise<Node> {
  const conditions = silentConditions(node, cache.clock.now());
  if (isDeepStrictEqual(conditions, node.status?.conditions)) return node;
  const { name, uid, resourceVersion } = node.metadata;
  const body = { metadata: { uid, resourceVersion }, status: { conditions } };
  const written = await client.resource(nodes).status.patch({ name }, { type: 'merge', body });
  if (readyOf(node) === 'True')
    void recorder.record(written, normal('NodeNotReady', `Node ${name} status is now: NodeNotReady`));
  return written;
}

/** Milliseconds until the next node of its zone may lose its pods, if that is what this one waits for. */
async function ensureTaints(node: Node, context: NodeContext): Promise<number | undefined> {
  const { client, cache, zones, signs, cut } = context;
  const all = cache.informer(nodes).list();
  const now = cache.clock.now();
  if (cut.off && !isCutOff(all)) signs.renew();
  cut.off = isCutOff(all);
  const { driving, after } = zones.decide(node, all, now);
  const taints = desiredTaints(node, driving, now);
  const labels = desiredLabels(node);
  const isRight = isDeepStrictEqual(taints, node.spec?.taints ?? []) && Object.keys(labels).length === 0;
  if (isRight) return after;
  const { name, uid, resourceVersion } = node.metadata;
  const body = {
    metadata: { uid, resourceVersion, labels },
    spec: { taints: taints.length === 0 ? null : taints },
  };
  try {
    await client.resource(nodes).patch({ name }, { type: 'merge', body });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return after;
}

/** Whether its pods answer nobody knows: requests should go elsewhere. */
async function ensureUnready(node: Node, context: NodeContext): Promise<void> {
  for (const pod of podsOn(context.cache, node.metadata.name).filter(isReady))
    await markUnready(pod, context);
}

async function markUnready(pod: Pod, { client, cache, recorder }: NodeContext): Promise<void> {
  const ready = findCondition(pod.status?.conditions, 'Ready');
  const lastTransitionTime = timestamp(cache.clock.now());
  const conditions = (pod.status?.conditions ?? []).map((one) =>
    one === ready ? { ...one, status: 'False', lastTransitionTime } : one,
  );
  const { uid, resourceVersion } = pod.metadata;
  const body = { metadata: { uid, resourceVersion }, status: { conditions } };
  try {
    await client.resource(pods).status.patch(pod.metadata, { type: 'merge', body });
    void recorder.record(pod, { type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
