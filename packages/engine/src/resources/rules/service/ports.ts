import type { Place } from '../../../schema/place.ts';
import { dnsLabel, portName, portNumber, qualifiedName } from '../../formats.ts';
import type { ServicePort, ServiceSpec } from './types.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** Several ports need names, to be told apart in endpoints. */
export const judgePorts = ({ ports = [] }: ServiceSpec, at: Place): void => {
  const names = new Set<string>();
  ports.forEach((port, index) => judgePort(port, { names, named: ports.length > 1 }, at.index(index)));
};

const judgePort = (
  port: ServicePort,
  { names, named }: { readonly names: Set<string>; readonly named: boolean },
  at: Place,
): void => {
  const { name = '', port: number = 0, targetPort = 0, appProtocol } = port;
  if (name !== '') {
    at.field('name').faults(name, dnsLabel(name));
    if (names.has(name)) at.field('name').duplicate(name);
    names.add(name);
  } else if (named) at.field('name').required();
  at.field('port').faults(number, portNumber(number));
  at.field('protocol').oneOf(port.protocol, PROTOCOLS);
  at.field('targetPort').faults(
    targetPort,
    typeof targetPort === 'number' ? portNumber(targetPort) : portName(targetPort),
  );
  if (appProtocol !== undefined) at.field('appProtocol').faults(appProtocol, qualifiedName(appProtocol));
};

/** What only some types have, and no number twice. */
export const judgeNumbers = ({ type, ports = [] }: ServiceSpec, at: Place): void => {
  if (type === 'ClusterIP') {
    ports.forEach(({ nodePort = 0 }, index) => {
      const here = at.index(index).field('nodePort');
      if (nodePort !== 0) here.forbidden("may not be used when `type` is 'ClusterIP'");
    });
  }
  const [onNodes, own] = [new Set<string>(), new Set<string>()];
  ports.forEach(({ protocol = '', nodePort = 0 }, index) => {
    const key = `${protocol}/${nodePort}`;
    if (nodePort !== 0 && onNodes.has(key)) at.index(index).field('nodePort').duplicate(nodePort);
    onNodes.add(key);
  });
  ports.forEach(({ protocol = '', port = 0 }, index) => {
    const key = `${protocol}/${port}`;
    if (own.has(key)) at.index(index).duplicate(goPort(protocol, port));
    own.add(key);
  });
};

/** The port as Go writes its own type, which has no names for JSON. */
const goPort = (protocol: string, port: number): ReadonlyMap<string, unknown> =>
  new Map<string, unknown>([
    ['Name', ''],
    ['Protocol', protocol],
    ['AppProtocol', null],
    ['Port', port],
    ['TargetPort', 0],
    ['NodePort', 0],
  ]);
