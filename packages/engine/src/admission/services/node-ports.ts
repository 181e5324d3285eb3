import {
  isBalanced,
  nodePortsOf,
  type ServicePort,
  type ServiceSpec,
} from '../../resources/rules/service/types.ts';
import { internal } from '../../http/errors.ts';
import { invalid } from '../../schema/field-error.ts';
import type { Order } from './order.ts';
import { refuse } from './refuse.ts';

interface Given {
  readonly name: string;
  readonly order: Order;
}

const allocates = (spec: ServiceSpec): boolean =>
  spec.type === 'NodePort' || (isBalanced(spec) && spec.allocateLoadBalancerNodePorts !== false);

const isNumbered = (spec: ServiceSpec): boolean => spec.type === 'NodePort' || isBalanced(spec);

/** Ports of one number (one for TCP, one for UDP) have one number on the nodes, too. */
export const withNewNodePorts = (spec: ServiceSpec, given: Given): ServiceSpec => {
  if (!isNumbered(spec)) return spec;
  const chosen = new Map<number, number>();
  const ports = (spec.ports ?? []).map((port, index) => {
    const { port: number = 0, nodePort = 0 } = port;
    if (nodePort === 0 && !allocates(spec)) return port;
    const known = chosen.get(number);
    if (known !== undefined) return withKnown(port, known, { ...given, index });
    const asked = (spec.ports ?? []).find(
      (one) => one.port === number && (one.nodePort ?? 0) !== 0,
    )?.nodePort;
    const found = asked === undefined ? drawn(given) : taken(asked, { ...given, index });
    chosen.set(number, found);
    return { ...port, nodePort: found };
  });
  return { ...spec, ports };
};

const withKnown = (
  port: ServicePort,
  known: number,
  given: Given & { readonly index: number },
): ServicePort => {
  const { nodePort = 0 } = port;
  if (nodePort === 0) return { ...port, nodePort: known };
  if (nodePort !== known) taken(nodePort, given);
  return port;
};

/** Of an update: what the Service has it keeps, what it asks for anew it takes, what it leaves open is drawn. */
export const withChangedNodePorts = (next: ServiceSpec, old: ServiceSpec, given: Given): ServiceSpec => {
  if (!isNumbered(next)) return next;
  const had = nodePortsOf(old);
  const asked = new Set<number>();
  const seen = new Set<string>();
  const ports = (next.ports ?? []).map((port, index) => {
    const { nodePort = 0, protocol = '' } = port;
    if (nodePort === 0 && !allocates(next)) return port;
    if (nodePort !== 0 && !had.includes(nodePort) && !asked.has(nodePort)) {
      asked.add(taken(nodePort, { ...given, index }));
    }
    const number = nodePort === 0 ? drawn(given) : nodePort;
    if (seen.has(`${protocol} ${number}`)) throw internal(`duplicate nodePort: {${protocol} ${number}}`);
    seen.add(`${protocol} ${number}`);
    return { ...port, nodePort: number };
  });
  return { ...next, ports };
};

const drawn = ({ order }: Given): number => {
  const port = order.drawPort();
  if (port === undefined) throw internal('failed to allocate a nodePort: range is full');
  return port;
};

const taken = (port: number, { name, order, index }: Given & { readonly index: number }): number => {
  const fault = order.takePort(port);
  if (fault !== undefined) refuse(name, [invalid(`spec.ports[${index}].nodePort`, port, fault)]);
  return port;
};
