import {
  bindPod,
  type Cache,
  done,
  isBeingDeleted,
  isConflict,
  keyOf,
  nodes,
  type ObjectName,
  type Operator,
  type OperatorParts,
  type Outcome,
  type Pod,
  pods,
  type ReconcileContext,
  setCondition,
  unlessMissing,
  waiting,
  watch,
} from '@fairlead/kube';
import { roomOf } from './room.ts';
import { choose } from './rule.ts';

/** Pods ask for this scheduler by `schedulerName`. */
export const schedulerName = 'near-data';

/** Gives pods that ask for it to nodes, near their data and cheaply. */
export const nearData: Operator = {
  name: schedulerName,
  controllers: (parts) => {
    const placed: Placed = new Map();
    return [
      parts.start<Pod>({
        name: 'scheduler',
        for: pods,
        when: ({ after }) => after !== undefined && isOurs(after),
        // A node that came or changed, a pod that went: there may be room for those that wait.
        watches: [
          watch({ kind: nodes, map: () => waitingPods(parts.cache) }),
          watch<Pod>({ kind: pods, when: freesRoom, map: () => waitingPods(parts.cache) }),
        ],
        // One at a time: two pods must not get the same room.
        concurrency: 1,
        reconcile: schedule(parts, placed),
      }),
    ];
  },
};

/** Pods that were given to a node, until the watch shows it. */
type Placed = Map<string, { readonly uid: string | undefined; readonly node: string }>;

const isOurs = ({ spec, status, ...pod }: Pod): boolean =>
  spec.schedulerName === schedulerName &&
  spec.nodeName === undefined &&
  status?.phase !== 'Failed' &&
  !isBeingDeleted(pod);

const freesRoom = ({ before, after }: { readonly before?: Pod; readonly after?: Pod }): boolean =>
  before?.spec.nodeName !== undefined &&
  (after === undefined || after.status?.phase !== before.status?.phase);

const waitingPods = (cache: Cache): readonly ObjectName[] =>
  cache
    .informer(pods)
    .list()
    .filter(isOurs)
    .map(({ metadata }) => metadata);

const schedule =
  (parts: OperatorParts, placed: Placed) =>
  async (name: ObjectName, context: ReconcileContext): Promise<Outcome> => {
    forgetShown(placed, context.cache);
    const pod = context.cache.informer(pods).get(name);
    if (pod === undefined || !isOurs(pod) || placed.has(keyOf(name))) return done;
    const choice = choose(pod, gatherCandidates(context.cache, placed));
    if (choice.kind === 'none') return report(pod, choice.why, { parts, context });
    const { node, why } = { node: choice.name, why: choice.why };
    placed.set(keyOf(name), { uid: pod.metadata.uid, node });
    try {
      await bindPod(context.client, pod.metadata, { node, signal: context.signal });
    } catch (error) {
      placed.delete(keyOf(name));
      // Another scheduler had it, or it is gone: the watch says what became of it.
      if (isConflict(error)) return waiting();
      unlessMissing(error);
      return done;
    }
    const message = `Gave ${keyOf(name)} to ${node}: ${why}.`;
    await parts.recorder.record(pod, { type: 'Normal', reason: 'Scheduled', message });
    return done;
  };

/** What the informer shows of its own needs no memory. */
function forgetShown(placed: Placed, cache: Cache): void {
  for (const [key, { uid }] of placed) {
    const pod = cache.informer(pods).get(key);
    if (pod === undefined || pod.metadata.uid !== uid || pod.spec.nodeName !== undefined) placed.delete(key);
  }
}

function gatherCandidates(cache: Cache, placed: Placed) {
  const all = cache.informer(pods).list();
  const nodeOf = (pod: Pod): string | undefined => pod.spec.nodeName ?? placed.get(keyOf(pod.metadata))?.node;
  const byNode = Map.groupBy(all, nodeOf);
  return cache
    .informer(nodes)
    .list()
    .map((node) => ({ node, room: roomOf(node, byNode.get(node.metadata.name) ?? []) }));
}

interface Told {
  readonly parts: OperatorParts;
  readonly context: ReconcileContext;
}

/** Says in the pod why it waits, once for each reason. */
async function report(pod: Pod, message: string, { parts, context }: Told): Promise<Outcome> {
  const facts = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message } as const;
  const conditions = setCondition(pod.status?.conditions, facts, context.cache.clock);
  if (conditions === pod.status?.conditions) return waiting();
  const body = { status: { conditions: conditions.filter(({ type }) => type === facts.type) } };
  await context.client
    .resource(pods)
    .status.patch(pod.metadata, { type: 'strategic', body }, { signal: context.signal })
    .catch(unlessMissing);
  await parts.recorder.record(pod, { type: 'Warning', reason: 'FailedScheduling', message });
  return waiting();
}
