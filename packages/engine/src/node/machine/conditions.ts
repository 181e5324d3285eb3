import { type Node, type NodeCondition, timestamp } from '@fairlead/kube';
import type { Measures } from './measure.ts';

type Judgement = Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'>;

export interface NodeFacts {
  readonly measures: Measures;
  /** Why its pods are not kept apart; undefined: they are. */
  readonly notIsolated: string | undefined;
}

/** Where a kubelet begins to worry (Kubernetes, "Node-pressure eviction", default hard thresholds). */
const leastMemory = 100 * 1024 * 1024;
const leastDisk = 0.1;
const leastFiles = 0.05;

/** What a kubelet says of its machine, and whether pods are kept apart. */
export function judgeNode({ measures, notIsolated }: NodeFacts): readonly Judgement[] {
  const { total, free, files, freeFiles } = measures.disk;
  const isFull = free < leastDisk * total || (files > 0 && freeFiles < leastFiles * files);
  return [
    pressure('MemoryPressure', measures.freeMemory < leastMemory, [
      'InsufficientMemory',
      'SufficientMemory',
      'sufficient memory available',
    ]),
    pressure('DiskPressure', isFull, ['DiskPressure', 'NoDiskPressure', 'no disk pressure']),
    pressure('PIDPressure', false, ['InsufficientPID', 'SufficientPID', 'sufficient PID available']),
    {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      message: 'kubelet is posting ready status',
    },
    isolation(notIsolated),
  ];
}

type Words = readonly [present: string, absent: string, message: string];

function pressure(type: string, present: boolean, [bad, good, fine]: Words): Judgement {
  if (!present) return { type, status: 'False', reason: `KubeletHas${good}`, message: `kubelet has ${fine}` };
  const what =
    type === 'DiskPressure' ? 'disk pressure' : `insufficient ${type.replace('Pressure', '')} available`;
  return {
    type,
    status: 'True',
    reason: `KubeletHas${bad}`,
    message: `kubelet has ${what.replace('Memory', 'memory')}`,
  };
}

const isolation = (notIsolated: string | undefined): Judgement =>
  notIsolated === undefined
    ? {
        type: 'Isolation',
        status: 'True',
        reason: 'Namespaces',
        message: 'pods have a network, files and processes of their own, and each namespace its user',
      }
    : {
        type: 'Isolation',
        status: 'False',
        reason: 'SharedMachine',
        message: `pods are processes of the node agent's user in the machine's own network: ${notIsolated}`,
      };

/** With the times at which they became so. */
export function describeConditions(
  judgements: readonly Judgement[],
  { before, now }: { readonly before: Node | undefined; readonly now: number },
): NodeCondition[] {
  return judgements.map((judgement) => {
    const old = before?.status?.conditions?.find(({ type }) => type === judgement.type);
    const since = old?.status === judgement.status ? old.lastTransitionTime : undefined;
    // A time stamp alone is never written: that the node lives, its Lease says.
    const time = since ?? timestamp(now);
    return { ...judgement, lastHeartbeatTime: time, lastTransitionTime: time };
  });
}
