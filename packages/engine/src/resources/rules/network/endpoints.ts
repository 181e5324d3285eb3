import type { KubeObject } from '@fairlead/kube';
import { equalJson } from '../../../schema/json.ts';
import { Place } from '../../../schema/place.ts';
import { dnsLabel, dnsSubdomain, portNumber, qualifiedName } from '../../formats.ts';
import type { Rules } from '../../rules.ts';
import { addressWarnings } from './address.ts';
import { judgeAddress, judgeEndpointAddress } from './judge-address.ts';

interface Endpoints extends KubeObject {
  readonly subsets?: readonly Subset[];
}

interface Subset {
  readonly addresses?: readonly EndpointAddress[];
  readonly notReadyAddresses?: readonly EndpointAddress[];
  readonly ports?: readonly Port[];
}

interface EndpointAddress {
  readonly ip?: string;
  readonly hostname?: string;
  readonly nodeName?: string;
}

interface Port {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const LISTS = ['addresses', 'notReadyAddresses'] as const;

const judgeSubset = (subset: Subset, at: Place): void => {
  const { ports = [] } = subset;
  if (LISTS.every((list) => (subset[list] ?? []).length === 0)) {
    at.required('must specify `addresses` or `notReadyAddresses`');
  }
  for (const list of LISTS) {
    (subset[list] ?? []).forEach((address, index) => judgePlace(address, at.field(list).index(index)));
  }
  ports.forEach((port, index) => judgePort(port, ports.length > 1, at.field('ports').index(index)));
};

const judgePlace = ({ ip = '', hostname = '', nodeName }: EndpointAddress, at: Place): void => {
  judgeAddress(ip, at.field('ip'));
  if (hostname !== '') at.field('hostname').faults(hostname, dnsLabel(hostname));
  if (nodeName !== undefined) at.field('nodeName').faults(nodeName, dnsSubdomain(nodeName));
  judgeEndpointAddress(ip, at.field('ip'));
};

const judgePort = ({ name = '', port = 0, protocol, appProtocol }: Port, named: boolean, at: Place): void => {
  if (name !== '') at.field('name').faults(name, dnsLabel(name));
  else if (named) at.field('name').required();
  at.field('port').faults(port, portNumber(port));
  at.field('protocol').oneOf(protocol, PROTOCOLS);
  if (appProtocol !== undefined) at.field('appProtocol').faults(appProtocol, qualifiedName(appProtocol));
};

/** Where a Service's requests go, as clients knew it before EndpointSlices. What was there before may stay. */
export const endpointsRules: Rules = {
  complete: true,
  looks: ['change', 'whole'],
  validate({ subsets = [] }: Endpoints, old: Endpoints | undefined) {
    const at = new Place('subsets');
    subsets.forEach((subset, index) => judgeSubset(subset, at.index(index)));
    const isOld = at.found.length > 0 && old !== undefined && equalJson(old.subsets ?? [], subsets);
    return isOld ? [] : at.found;
  },
  warnings: ({ subsets = [] }: Endpoints) =>
    subsets.flatMap((subset, index) =>
      LISTS.flatMap((list) =>
        (subset[list] ?? []).flatMap(({ ip = '' }, number) =>
          addressWarnings(`subsets[${index}].${list}[${number}].ip`, ip),
        ),
      ),
    ),
};
