import type { KubeObject } from '@fairlead/kube';
import { Place } from '../../../schema/place.ts';
import { dnsSubdomain, wildcardSubdomain } from '../../formats.ts';
import type { Rules } from '../../rules.ts';
import { parseAddress } from './address.ts';
import { type Backend, judgeBackend } from './ingress-backend.ts';
import { judgeAddress } from './judge-address.ts';

interface Ingress extends KubeObject {
  readonly spec?: IngressSpec;
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly Reached[] } };
}

interface IngressSpec {
  readonly ingressClassName?: string;
  readonly defaultBackend?: Backend;
  readonly rules?: readonly Rule[];
  readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
}

interface Rule {
  readonly host?: string;
  readonly http?: { readonly paths?: readonly Path[] | null };
}

interface Path {
  readonly path?: string;
  readonly pathType?: string | null;
  readonly backend?: Backend;
}

interface Reached {
  readonly ip?: string;
  readonly hostname?: string;
}

const CLASS = 'kubernetes.io/ingress.class';
const NOT_AN_ADDRESS = 'must be a DNS name, not an IP address';

const judgeHost = (host: string, at: Place): void =>
  at.faults(host, host.includes('*') ? wildcardSubdomain(host) : dnsSubdomain(host));

const judgeSpec = (spec: IngressSpec, at: Place): void => {
  const { defaultBackend, rules = [], tls = [], ingressClassName: name } = spec;
  if (rules.length === 0 && defaultBackend === undefined) {
    at.invalid(null, 'either `defaultBackend` or `rules` must be specified');
  }
  if (defaultBackend !== undefined) judgeBackend(defaultBackend, at.field('defaultBackend'));
  rules.forEach((rule, index) => judgeRule(rule, at.field('rules').index(index)));
  tls.forEach(({ hosts = [], secretName = '' }, index) => {
    const here = at.field('tls').index(index);
    hosts.forEach((host, number) => judgeHost(host, here.field('hosts').index(number)));
    if (secretName !== '') here.field('secretName').faults(secretName, dnsSubdomain(secretName));
  });
  if (name !== undefined) at.field('ingressClassName').faults(name, dnsSubdomain(name));
};

const judgeRule = ({ host = '', http }: Rule, at: Place): void => {
  if (parseAddress(host) !== undefined) at.field('host').invalid(host, NOT_AN_ADDRESS);
  if (host !== '') judgeHost(host, at.field('host'));
  if (http === undefined) return;
  const here = at.field('http').field('paths');
  const paths = http.paths ?? [];
  if (paths.length === 0) here.required();
  paths.forEach((path, index) => judgePath(path, here.index(index)));
};

const TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const SUFFIXES = ['/..', '/.'];

const judgePath = ({ path = '', pathType, backend = {} }: Path, at: Place): void => {
  if (pathType === undefined || pathType === null)
    return at.field('pathType').required('pathType must be specified');
  if (!TYPES.includes(pathType)) at.field('pathType').unsupported(pathType, TYPES);
  else judgePathText(path, pathType, at.field('path'));
  judgeBackend(backend, at.field('backend'));
};

/** A path that is compared piece by piece has one way of writing. */
const judgePathText = (path: string, type: string, at: Place): void => {
  const isFree = type === 'ImplementationSpecific';
  if (!path.startsWith('/') && !(isFree && path === '')) at.invalid(path, 'must be an absolute path');
  if (isFree) return;
  for (const found of SEQUENCES) if (path.includes(found)) at.invalid(path, `must not contain '${found}'`);
  for (const found of SUFFIXES) if (path.endsWith(found)) at.invalid(path, `cannot end with '${found}'`);
};

const judgeClass = ({ metadata, spec }: Ingress, root: Place): void => {
  const { [CLASS]: annotation } = metadata.annotations ?? {};
  const name = spec?.ingressClassName;
  if (annotation === undefined || name === undefined || annotation === name) return;
  const at = root.field('annotations').field(CLASS);
  at.invalid(annotation, 'must match `ingressClassName` when both are specified');
};

const reachedAt = ({ status }: Ingress): readonly Reached[] => status?.loadBalancer?.ingress ?? [];

const statusErrors = (next: Ingress, old: Ingress | undefined): Place['found'] => {
  const at = new Place('status.loadBalancer.ingress');
  const known = old === undefined ? [] : reachedAt(old).map(({ ip = '' }) => ip);
  reachedAt(next).forEach(({ ip = '', hostname = '' }, index) => {
    const here = at.index(index);
    if (ip !== '') judgeAddress(ip, here.field('ip'), known);
    if (hostname === '') return;
    here.field('hostname').faults(hostname, dnsSubdomain(hostname));
    if (parseAddress(hostname) !== undefined) here.field('hostname').invalid(hostname, NOT_AN_ADDRESS);
  });
  return at.found;
};

/** Which requests from outside go to which Service. */
export const ingressRules: Rules = {
  complete: true,
  looks: ['change', 'whole'],
  validate(next: Ingress, old: Ingress | undefined) {
    const at = new Place();
    judgeSpec(next.spec ?? {}, at.field('spec'));
    if (old === undefined) judgeClass(next, at);
    return at.found;
  },
  parts: { status: { validate: (next: Ingress, old: Ingress | undefined) => statusErrors(next, old) } },
  warnings: ({ metadata, spec }: Ingress, old: Ingress | undefined) =>
    old === undefined && metadata.annotations?.[CLASS] !== undefined && spec?.ingressClassName === undefined
      ? [`annotation "${CLASS}" is deprecated, please use 'spec.ingressClassName' instead`]
      : [],
};
