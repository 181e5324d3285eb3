import { type Desired, type Node, type NodeCondition, timestamp } from '@fairlead/kube';
import { availableParallelism, hostname, release, totalmem, type as osType } from 'node:os';
import { readBootId } from '../process/table.ts';

export interface MachineOrder {
  readonly nodeName: string;
  /** What this software calls itself: `v0.1.0`. */
  readonly version: string;
  readonly platform: { readonly os: string; readonly architecture: string };
  /** Of the machine, for its pods. */
  readonly address: string;
  /** Why its pods are not kept apart; undefined: they are. */
  readonly notIsolated: string | undefined;
  readonly now: number;
  /** As the API has it, for the times of its conditions. */
  readonly before: Node | undefined;
}

/** Pods share one machine: this many is where it would be another kind of machine. */
const podLimit = '250';

/** The Node object of this machine, without its status. */
export const desiredNode = ({ nodeName, platform }: MachineOrder): Desired<Node> => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: nodeName,
    labels: {
      'kubernetes.io/hostname': nodeName,
      'kubernetes.io/os': platform.os,
      'kubernetes.io/arch': platform.architecture,
    },
  },
});

/** What the machine has for pods. */
export const machineResources = () => ({
  cpu: String(availableParallelism()),
  memory: `${Math.floor(totalmem() / 1024)}Ki`,
  pods: podLimit,
});

export function describeMachine(order: MachineOrder): NonNullable<Node['status']> {
  const resources = machineResources();
  return {
    capacity: resources,
    allocatable: resources,
    conditions: [ready, isolation(order)].map((condition) => describeCondition(order, condition)),
    addresses: [
      { type: 'InternalIP', address: order.address },
      { type: 'Hostname', address: order.nodeName },
    ],
    nodeInfo: describeSystem(order),
  };
}

type Judgement = Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'>;

const ready: Judgement = {
  type: 'Ready',
  status: 'True',
  reason: 'AgentReady',
  message: 'the node agent takes pods',
};

const isolation = ({ notIsolated }: MachineOrder): Judgement =>
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

function describeCondition({ before, now }: MachineOrder, judgement: Judgement): NodeCondition {
  const old = before?.status?.conditions?.find(({ type }) => type === judgement.type);
  const since = old?.status === judgement.status ? old.lastTransitionTime : undefined;
  // A time stamp alone is never written: that the node lives, its Lease says.
  return {
    ...judgement,
    lastHeartbeatTime: since ?? timestamp(now),
    lastTransitionTime: since ?? timestamp(now),
  };
}

const describeSystem = ({ platform, version }: MachineOrder): Readonly<Record<string, string>> => ({
  operatingSystem: platform.os,
  architecture: platform.architecture,
  kernelVersion: release(),
  osImage: `${osType()} (${hostname()})`,
  containerRuntimeVersion: `process://${version.replace(/^v/, '')}`,
  kubeletVersion: version,
  kubeProxyVersion: '',
  machineID: '',
  systemUUID: '',
  bootID: readBootId(),
});
