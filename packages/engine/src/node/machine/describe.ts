import type { Desired, Node, NodeSystemInfo } from '@fairlead/kube';
import { readBootId } from '../process/table.ts';
import { describeConditions, judgeNode, type NodeFacts } from './conditions.ts';
import { machineResources, readSystem } from './measure.ts';

export interface MachineOrder extends NodeFacts {
  readonly nodeName: string;
  /** What this software calls itself: `v0.1.0`. */
  readonly version: string;
  readonly platform: { readonly os: string; readonly architecture: string };
  /** Of the machine, for its pods. */
  readonly address: string;
  /** Images with a root of their own are run as such. */
  readonly ownRoots: boolean;
  readonly now: number;
  /** As the API has it, for the times of its conditions. */
  readonly before: Node | undefined;
}

/** The Node object of this machine, without its status. */
export const desiredNode = ({ nodeName, platform, ownRoots }: MachineOrder): Desired<Node> => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: nodeName,
    labels: {
      'kubernetes.io/hostname': nodeName,
      'kubernetes.io/os': platform.os,
      'kubernetes.io/arch': platform.architecture,
      // For pods whose images must not run over the machine's system.
      'engine.fairlead.dev/own-roots': String(ownRoots),
    },
  },
});

export function describeMachine(order: MachineOrder): NonNullable<Node['status']> {
  const resources = machineResources();
  const { total } = order.measures.disk;
  return {
    capacity: { ...resources, 'ephemeral-storage': `${Math.floor(total / 1024)}Ki` },
    // The last tenth is the machine's: without it the node is under pressure.
    allocatable: { ...resources, 'ephemeral-storage': String(Math.floor(total * 0.9)) },
    conditions: describeConditions(judgeNode(order), order),
    addresses: [
      { type: 'InternalIP', address: order.address },
      { type: 'Hostname', address: order.nodeName },
    ],
    nodeInfo: describeSystem(order),
  };
}

const describeSystem = ({ platform, version }: MachineOrder): NodeSystemInfo => ({
  ...readSystem(),
  operatingSystem: platform.os,
  architecture: platform.architecture,
  containerRuntimeVersion: `process://${version.replace(/^v/, '')}`,
  kubeletVersion: version,
  kubeProxyVersion: '',
  bootID: readBootId(),
});
