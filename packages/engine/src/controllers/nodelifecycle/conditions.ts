import { type Node, type NodeCondition, timestamp } from '@fairlead/kube';

/** What only the node itself can know. */
const own = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** What is known of a node that has been silent for too long: nothing. */
export function silentConditions({ metadata, status }: Node, now: number): readonly NodeCondition[] {
  const conditions = status?.conditions ?? [];
  const kept = conditions.map((condition) =>
    own.includes(condition.type) ? unknown(condition, now) : condition,
  );
  const missing = own.filter((type) => !conditions.some((condition) => condition.type === type));
  const never = missing.map(
    (type): NodeCondition => ({
      type,
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      ...(metadata.creationTimestamp === undefined ? {} : { lastHeartbeatTime: metadata.creationTimestamp }),
      lastTransitionTime: timestamp(now),
    }),
  );
  return [...kept, ...never];
}

const unknown = (condition: NodeCondition, now: number): NodeCondition =>
  condition.status === 'Unknown'
    ? condition
    : {
        ...condition,
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastTransitionTime: timestamp(now),
      };
