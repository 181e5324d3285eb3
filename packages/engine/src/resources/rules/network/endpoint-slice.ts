import type { KubeObject } from '@fairlead/kube';
import { equalJson } from '../../../schema/json.ts';
import { Place } from '../../../schema/place.ts';
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from '../../formats.ts';
import { judgeLabels } from '../../metadata-rules.ts';
import type { Rules } from '../../rules.ts';
import { addressWarnings, parseAddress } from './address.ts';
import { judgeAddress, judgeEndpointAddress, judgeStrictAddress } from './judge-address.ts';

interface EndpointSlice extends KubeObject {
  readonly addressType?: string;
  readonly endpoints?: readonly Endpoint[] | null;
  readonly ports?: readonly Port[] | null;
}

interface Endpoint {
  readonly addresses?: readonly string[] | null;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly deprecatedTopology?: Readonly<Record<string, string>>;
  readonly hints?: { readonly forZones?: readonly Named[]; readonly forNodes?: readonly Named[] };
}

interface Named {
  readonly name?: string;
}

interface Port {
  readonly name?: string;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const TYPES = ['FQDN', 'IPv4', 'IPv6'];
const MOST = { addresses: 100, ports: 20_000, endpoints: 1000, labels: 16, hints: 8 };

const judgePorts = (ports: readonly Port[], at: Place): void => {
  if (ports.length > MOST.ports) return at.tooMany(ports.length, MOST.ports);
  const names = new Set<string>();
  ports.forEach(({ name = '', protocol, appProtocol }, index) => {
    const here = at.index(index);
    if (name !== '') here.field('name').faults(name, dnsLabel(name));
    if (names.has(name)) here.field('name').duplicate(name);
    names.add(name);
    here.field('protocol').oneOf(protocol, PROTOCOLS);
    if (appProtocol !== undefined) here.field('appProtocol').faults(appProtocol, qualifiedName(appProtocol));
  });
};

type JudgeOne = (address: string, list: Place, index: number) => void;

const ofFamily =
  (family: 4 | 6, judge: (text: string, at: Place) => boolean): JudgeOne =>
  (address, list, index) => {
    const at = list.index(index);
    if (!judge(address, at)) return;
    if (parseAddress(address)?.family !== family) list.invalid(address, `must be an IPv${family} address`);
    judgeEndpointAddress(address, at);
  };

/** A whole name of the DNS; it may end in a dot. */
const judgeHost: JudgeOne = (address, list, index) => {
  const at = list.index(index);
  if (address === '') return at.required();
  const name = address.replace(/\.$/, '');
  const faults = dnsSubdomain(name);
  if (faults.length > 0) at.invalid(name, faults.join(','));
  else if (!name.includes('.')) {
    at.invalid(name, 'should be a domain with at least two segments separated by dots');
  }
};

const JUDGES: Readonly<Record<string, JudgeOne>> = {
  IPv4: ofFamily(4, judgeAddress),
  IPv6: ofFamily(6, judgeStrictAddress),
  FQDN: judgeHost,
};

const judgeEndpoint = (endpoint: Endpoint, type: string, at: Place): void => {
  const { nodeName, deprecatedTopology: topology = {}, hostname, hints } = endpoint;
  const addresses = endpoint.addresses ?? [];
  const list = at.field('addresses');
  if (addresses.length === 0) list.required('must contain at least 1 address');
  else if (addresses.length > MOST.addresses) list.tooMany(addresses.length, MOST.addresses);
  addresses.forEach((address, index) => JUDGES[type]?.(address, list, index));
  if (nodeName !== undefined) at.field('nodeName').faults(nodeName, dnsSubdomain(nodeName));
  const labels = Object.keys(topology).length;
  if (labels > MOST.labels) at.field('deprecatedTopology').tooMany(labels, MOST.labels);
  judgeLabels(topology, at.field('deprecatedTopology'));
  if (hostname !== undefined) at.field('hostname').faults(hostname, dnsLabel(hostname));
  if (hints !== undefined) judgeHints(hints, at.field('hints'));
};

const judgeHints = ({ forZones = [], forNodes = [] }: NonNullable<Endpoint['hints']>, at: Place): void => {
  if (forZones.length > MOST.hints) return at.field('forZones').tooMany(forZones.length, MOST.hints);
  judgeNames(forZones, labelValue, at.field('forZones'));
  if (forNodes.length > MOST.hints) return at.field('forNodes').tooMany(forNodes.length, MOST.hints);
  judgeNames(forNodes, dnsSubdomain, at.field('forNodes'));
};

const judgeNames = (list: readonly Named[], rule: (text: string) => readonly string[], at: Place): void => {
  const names = list.map(({ name = '' }) => name);
  names.forEach((name, index) => {
    const here = at.index(index).field('name');
    if (names.indexOf(name) < index) here.duplicate(name);
    here.faults(name, rule(name));
  });
};

const judge = (next: EndpointSlice, old: EndpointSlice | undefined, at: Place): void => {
  const { addressType = '', endpoints, ports } = next;
  at.field('addressType').oneOf(addressType, TYPES);
  judgePorts(ports ?? [], at.field('ports'));
  // What was there before may stay, however it is judged by now.
  const isOld = old !== undefined && equalJson(old.endpoints ?? [], endpoints ?? []);
  if (!isOld) judgeEndpoints(endpoints ?? [], addressType, at.field('endpoints'));
  if (old === undefined || old.addressType === addressType) return;
  at.field('addressType').invalid(addressType, 'field is immutable');
};

const judgeEndpoints = (endpoints: readonly Endpoint[], type: string, at: Place): void => {
  if (endpoints.length > MOST.endpoints) return at.tooMany(endpoints.length, MOST.endpoints);
  endpoints.forEach((endpoint, index) => judgeEndpoint(endpoint, type, at.index(index)));
};

/** Some of the places where a Service's requests may go. */
export const endpointSliceRules: Rules = {
  complete: true,
  looks: ['whole'],
  create: (slice: EndpointSlice) => withoutTopology(slice),
  update: (next: EndpointSlice, old: EndpointSlice) =>
    equalJson(next.endpoints, old.endpoints) ? next : withoutTopology(next),
  validate(next: EndpointSlice, old: EndpointSlice | undefined) {
    const at = new Place();
    judge(next, old, at);
    return at.found;
  },
  warnings: (next: EndpointSlice, old: EndpointSlice | undefined) => [
    ...(old === undefined && next.addressType === 'FQDN'
      ? ['spec.addressType: FQDN endpoints are deprecated']
      : []),
    ...(isOurs(next) ? [] : addressesOf(next).flatMap(([field, text]) => addressWarnings(field, text))),
  ],
};

/** An older version's field, which this one only reads. */
const withoutTopology = (slice: EndpointSlice): EndpointSlice => {
  if (!slice.endpoints?.some(({ deprecatedTopology }) => deprecatedTopology !== undefined)) return slice;
  return { ...slice, endpoints: slice.endpoints.map(({ deprecatedTopology: _, ...rest }) => rest) };
};

const MANAGER = 'endpointslice.kubernetes.io/managed-by';

const isOurs = ({ metadata }: EndpointSlice): boolean =>
  metadata.labels?.[MANAGER] === 'endpointslice-controller.k8s.io' ||
  metadata.labels?.[MANAGER] === 'endpointslicemirroring-controller.k8s.io';

const addressesOf = ({ endpoints }: EndpointSlice): [field: string, text: string][] =>
  (endpoints ?? []).flatMap(({ addresses }, index) =>
    (addresses ?? []).map((text, number): [string, string] => [
      `endpoints[${index}].addresses[${number}]`,
      text,
    ]),
  );
