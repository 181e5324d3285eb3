import type { KubeObject } from '@fairlead/kube';
import { scalar } from './amounts.ts';
import type { Measure } from './measure.ts';

interface Service extends KubeObject {
  readonly spec?: {
    readonly type?: string;
    readonly ports?: readonly { readonly nodePort?: number }[];
    readonly allocateLoadBalancerNodePorts?: boolean;
  };
}

const NAMES = ['count/services', 'services', 'services.nodeports', 'services.loadbalancers'];

export const services: Measure = {
  counts: (name) => NAMES.includes(name),
  fits: () => false,
  // The type may change.
  grows: ({ subresource }) => subresource === '',
  usage: (object) =>
    new Map([
      ['count/services', scalar(1)],
      ['services', scalar(1)],
      ['services.loadbalancers', scalar((object as Service).spec?.type === 'LoadBalancer' ? 1 : 0)],
      ['services.nodeports', scalar(nodePorts(object as Service))],
    ]),
};

/** Those it will get: at a creation none is allocated yet. */
const nodePorts = ({ spec = {} }: Service): number => {
  const { type, ports = [], allocateLoadBalancerNodePorts: allocates = true } = spec;
  if (type === 'NodePort' || (type === 'LoadBalancer' && allocates)) return ports.length;
  return type === 'LoadBalancer' ? ports.filter(({ nodePort = 0 }) => nodePort !== 0).length : 0;
};
