import type { Place } from '../../../schema/place.ts';
import { portName, portNumber } from '../../formats.ts';

export interface ContainerPort {
  readonly name?: string;
  readonly containerPort?: number;
  readonly hostPort?: number;
  readonly hostIP?: string;
  readonly protocol?: string;
}

interface WithPorts {
  readonly ports?: readonly ContainerPort[];
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** A port has a number, and names are unique within a container. */
export const judgePorts = (ports: readonly ContainerPort[], at: Place): void => {
  const names = new Set<string>();
  ports.forEach((port, index) => {
    const { name = '', containerPort = 0, hostPort = 0, protocol } = port;
    const here = at.index(index);
    if (name !== '') judgePortName(name, names, here.field('name'));
    if (containerPort === 0) here.field('containerPort').required();
    else here.field('containerPort').faults(containerPort, portNumber(containerPort));
    if (hostPort !== 0) here.field('hostPort').faults(hostPort, portNumber(hostPort));
    here.field('protocol').oneOf(protocol, PROTOCOLS);
  });
};

const judgePortName = (name: string, taken: Set<string>, at: Place): void => {
  const faults = portName(name);
  if (faults.length > 0) at.faults(name, faults);
  else if (taken.has(name)) at.duplicate(name);
  else taken.add(name);
};

/** Two containers of a pod cannot listen on one port of the node. */
export const judgeHostPorts = (containers: readonly WithPorts[], at: Place): void => {
  const taken = new Set<string>();
  containers.forEach(({ ports = [] }, index) => {
    ports.forEach(({ hostPort = 0, hostIP = '', protocol = '' }, number) => {
      if (hostPort === 0) return;
      const port = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(port)) at.index(index).field('ports').index(number).field('hostPort').duplicate(port);
      else taken.add(port);
    });
  });
};

/** On the node's network a container's port is the node's; a template may leave that open. */
export const judgeHostNetwork = (
  spec: { readonly hostNetwork?: boolean; readonly containers?: readonly WithPorts[] | null },
  isPod: boolean,
  at: Place,
): void => {
  if (spec.hostNetwork !== true) return;
  (spec.containers ?? []).forEach(({ ports = [] }, index) => {
    ports.forEach(({ hostPort = 0, containerPort = 0 }, number) => {
      if (hostPort === containerPort || (!isPod && hostPort === 0)) return;
      const here = at.field('containers').index(index).field('ports').index(number);
      here.field('hostPort').invalid(hostPort, 'must match `containerPort` when `hostNetwork` is true');
    });
  });
};
