import type { KubeObject } from '@fairlead/kube';
import { Place } from '../../../schema/place.ts';
import { dnsLabel, dnsSubdomain } from '../../formats.ts';
import type { Rules } from '../../rules.ts';
import { judgeReference, type TypedReference } from './reference.ts';

interface IngressClass extends KubeObject {
  readonly spec?: { readonly controller?: string; readonly parameters?: Parameters };
}

interface Parameters extends TypedReference {
  readonly scope?: string | null;
  readonly namespace?: string;
}

const LONGEST = 250;
const PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const PATH_SHAPE = new RegExp(`^${PATH}$`);

/** `example.com/controller`. */
const judgeController = (controller: string, at: Place): void => {
  if (Buffer.byteLength(controller) > LONGEST) at.tooLong(LONGEST);
  if (controller === '') return at.required();
  const [, host, path] = /^([^/]+)\/(.+)$/s.exec(controller) ?? [];
  if (host === undefined || path === undefined) {
    return at.invalid(controller, 'must be a domain-prefixed path (such as "acme.io/foo")');
  }
  at.faults(host, dnsSubdomain(host));
  if (!PATH_SHAPE.test(path)) at.invalid(path, `Invalid path (regex used for validation is '${PATH}')`);
};

const SCOPES = ['Cluster', 'Namespace'];

const judgeParameters = (parameters: Parameters, at: Place): void => {
  judgeReference(parameters, at);
  const { scope, namespace } = parameters;
  if (scope === undefined || scope === null) return at.field('scope').required();
  if (!SCOPES.includes(scope)) return at.field('scope').unsupported(scope, SCOPES);
  const here = at.field('namespace');
  if (scope === 'Cluster') {
    if (namespace !== undefined) here.forbidden("`parameters.scope` is set to 'Cluster'");
  } else if (namespace === undefined) here.required("`parameters.scope` is set to 'Namespace'");
  else here.faults(namespace, dnsLabel(namespace));
};

/** Which controller looks after an Ingress; that stays. */
export const ingressClassRules: Rules = {
  complete: true,
  looks: ['change', 'whole'],
  validate({ spec = {} }: IngressClass, old: IngressClass | undefined) {
    const at = new Place('spec');
    const { controller = '', parameters } = spec;
    if (old !== undefined && old.spec?.controller !== spec.controller) {
      at.field('controller').invalid(controller, 'field is immutable');
    }
    judgeController(controller, at.field('controller'));
    if (parameters !== undefined) judgeParameters(parameters, at.field('parameters'));
    return at.found;
  },
};
