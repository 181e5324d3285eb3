import type { KubeObject, LabelSelector } from '@fairlead/kube';
import { Place } from '../../../schema/place.ts';
import { portName, portNumber } from '../../formats.ts';
import type { Rules } from '../../rules.ts';
import { judgeLabelSelector } from '../selector.ts';
import { isWithin, parseRange, rangeWarnings } from './address.ts';
import { judgeRange } from './judge-address.ts';

interface NetworkPolicy extends KubeObject {
  readonly spec?: {
    readonly podSelector?: LabelSelector;
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
    readonly policyTypes?: readonly string[];
  };
}

interface Rule {
  readonly ports?: readonly Port[];
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
}

interface Port {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

interface Peer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: Block;
}

interface Block {
  readonly cidr?: string;
  readonly except?: readonly string[];
}

/** The two directions, and where each names its peers. */
const DIRECTIONS = [
  ['ingress', 'from'],
  ['egress', 'to'],
] as const;

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const TYPES = ['Ingress', 'Egress'];

const judgePort = ({ protocol, port, endPort }: Port, at: Place): void => {
  if (protocol !== undefined && !PROTOCOLS.includes(protocol)) {
    at.field('protocol').unsupported(protocol, PROTOCOLS);
  }
  const end = at.field('endPort');
  if (typeof port === 'number') {
    at.field('port').faults(port, portNumber(port));
    if (endPort === undefined) return;
    // Kubernetes shows the port and not its end.
    if (endPort < port) end.invalid(port, 'must be greater than or equal to `port`');
    end.faults(endPort, portNumber(endPort));
    return;
  }
  if (endPort !== undefined) {
    end.invalid(
      endPort,
      `may not be specified when \`port\` is ${port === undefined ? 'not specified' : 'non-numeric'}`,
    );
  }
  if (port !== undefined) at.field('port').faults(port, portName(port));
};

const judgePeer = (peer: Peer, known: readonly string[], at: Place): void => {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  if (podSelector !== undefined) judgeLabelSelector(podSelector, at.field('podSelector'));
  if (namespaceSelector !== undefined) judgeLabelSelector(namespaceSelector, at.field('namespaceSelector'));
  if (ipBlock !== undefined) judgeBlock(ipBlock, known, at.field('ipBlock'));
  const selects = podSelector !== undefined || namespaceSelector !== undefined;
  if (!selects && ipBlock === undefined) at.required('must specify a peer');
  if (selects && ipBlock !== undefined) at.forbidden('may not specify both ipBlock and another peer');
};

const judgeBlock = ({ cidr = '', except = [] }: Block, known: readonly string[], at: Place): void => {
  if (cidr === '') return at.field('cidr').required();
  judgeRange(cidr, at.field('cidr'), known);
  const outer = parseRange(cidr);
  if (outer === undefined) return;
  except.forEach((text, index) => {
    const here = at.field('except').index(index);
    judgeRange(text, here, known);
    const inner = parseRange(text);
    if (inner !== undefined && !isWithin(inner, outer))
      here.invalid(text, 'must be a strict subset of `cidr`');
  });
};

const judge = (policy: NetworkPolicy, known: readonly string[], at: Place): void => {
  const { podSelector, policyTypes = [] } = policy.spec ?? {};
  judgeLabelSelector(podSelector, at.field('podSelector'));
  for (const [direction, peers] of DIRECTIONS) {
    (policy.spec?.[direction] ?? []).forEach((rule, index) => {
      const here = at.field(direction).index(index);
      (rule.ports ?? []).forEach((port, number) => judgePort(port, here.field('ports').index(number)));
      (rule[peers] ?? []).forEach((peer, number) => judgePeer(peer, known, here.field(peers).index(number)));
    });
  }
  const types = at.field('policyTypes');
  if (policyTypes.length > 2) return types.invalid(policyTypes, 'may not specify more than two policyTypes');
  policyTypes.forEach((type, index) => {
    if (!TYPES.includes(type)) types.index(index).unsupported(type, TYPES);
  });
};

/** Every block of addresses, with where it stands. */
const blocksOf = ({ spec }: NetworkPolicy): readonly { readonly field: string; readonly block: Block }[] =>
  DIRECTIONS.flatMap(([direction, peers]) =>
    (spec?.[direction] ?? []).flatMap((rule, index) =>
      (rule[peers] ?? []).flatMap(({ ipBlock }, number) =>
        ipBlock === undefined
          ? []
          : [{ field: `spec.${direction}[${index}].${peers}[${number}].ipBlock`, block: ipBlock }],
      ),
    ),
  );

const rangesOf = (policy: NetworkPolicy): string[] =>
  blocksOf(policy).flatMap(({ block }) => [block.cidr ?? '', ...(block.except ?? [])]);

/** Who may speak with whom. A change is looked at twice, as in Kubernetes; old ranges may stay as they were. */
export const networkPolicyRules: Rules = {
  complete: true,
  looks: ['whole', 'change'],
  validate(next: NetworkPolicy, old: NetworkPolicy | undefined) {
    const at = new Place('spec');
    judge(next, [], at);
    if (old !== undefined) judge(next, rangesOf(old), at);
    return at.found;
  },
  warnings: (policy: NetworkPolicy) =>
    blocksOf(policy).flatMap(({ field, block }) => [
      ...rangeWarnings(`${field}.cidr`, block.cidr ?? ''),
      ...(block.except ?? []).flatMap((range, index) => rangeWarnings(`${field}.except[${index}]`, range)),
    ]),
};
