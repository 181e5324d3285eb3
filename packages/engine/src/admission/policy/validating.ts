import type { KubeObject } from '@fairlead/kube';
import { forbidden, type ApiError, failure } from '../../http/errors.ts';
import { jsonValue } from '../../cel/json-value.ts';
import { keyOf, keyPrefixOf, type Registry } from '../../resources/registry.ts';
import type { ResourceDefinition } from '../../schema/definition.ts';
import type { Store, StoredObject } from '../../store/contract.ts';
import type { Admission, AdmissionRequest } from '../chain.ts';
import type { Lister } from '../lister.ts';
import { type CompiledPolicy, compilePolicy } from './compile.ts';
import { inputOf } from './input.ts';
import { judgeByPolicy, type Violation } from './judge.ts';
import { matches } from './match.ts';
import { collectParams, Misconfigured, paramDefinition } from './params.ts';
import type { AdmissionPolicy, PolicyBinding } from './policy.ts';

interface Given {
  readonly policies: Lister;
  readonly bindings: Lister;
  readonly registry: Registry;
  readonly store: Store;
}

/** ValidatingAdmissionPolicy: rules of an operator's own, in CEL, bound to what they are to count for. */
export const validatingPolicies = (given: Given): Admission => ({
  name: 'ValidatingAdmissionPolicy',
  validate(request) {
    const policies = given.policies.list('');
    if (policies.length === 0 || isExempt(request)) return;
    const asked = { ...given, request, namespace: namespaceOf(request) };
    const denials = policies.flatMap((stored) => askPolicy(stored, asked));
    const [first] = denials;
    if (first !== undefined) throw refusal(request, first);
  },
});

/** Nobody is to lock himself out of mending a policy. */
const isExempt = ({ resource: { definition } }: AdmissionRequest): boolean =>
  definition.group === 'admissionregistration.k8s.io' && /Webhook|AdmissionPolicy/.test(definition.kind);

interface Asked extends Given {
  readonly request: AdmissionRequest;
  /** The one that the object is in; of a namespace itself, that. */
  readonly namespace: KubeObject | undefined;
}

const NAMESPACES = keyPrefixOf('', 'namespaces');

const namespaceOf = ({ resource, namespace, object, pending }: AdmissionRequest): KubeObject | undefined => {
  if (isNamespace(resource.definition)) return object;
  return namespace === '' ? undefined : pending(keyOf(NAMESPACES, '', namespace))?.value();
};

const isNamespace = ({ group, resource }: { readonly group: string; readonly resource: string }): boolean =>
  group === '' && resource === 'namespaces';

/** A violation that is to keep the write out, and by which policy and binding. */
interface Denial extends Violation {
  readonly policy: string;
  readonly binding?: string;
}

const askPolicy = (stored: StoredObject, asked: Asked): readonly Denial[] => {
  const { bindings, request, namespace } = asked;
  const policy = stored.value() as AdmissionPolicy;
  const labels = namespace && (namespace.metadata.labels ?? {});
  if (!matches(policy.spec.matchConstraints, request, labels)) return [];
  const bound = bindings
    .list('')
    .map((one) => one.value() as PolicyBinding)
    .filter(({ spec }) => spec.policyName === policy.metadata.name);
  if (bound.length === 0) return [];
  return orMisconfigured(policy, undefined, () => {
    const { paramKind } = policy.spec;
    const definition = paramKind && paramDefinition(asked.registry, paramKind);
    const compiled = compiledOf(stored, policy);
    return bound
      .filter(({ spec }) => matches(spec.matchResources, request, labels))
      .flatMap((binding) =>
        orMisconfigured(policy, binding, () => askBinding({ policy, definition, compiled, binding }, asked)),
      );
  });
};

const askBinding = (
  given: {
    readonly policy: AdmissionPolicy;
    readonly definition: ResourceDefinition | undefined;
    readonly compiled: CompiledPolicy;
    readonly binding: PolicyBinding;
  },
  asked: Asked,
): readonly Denial[] => {
  const { policy, definition, compiled, binding } = given;
  const { request, namespace, store } = asked;
  const about = isNamespace(request.resource.definition) ? undefined : namespace;
  const input = inputOf(request, about);
  const params = collectParams(binding, { definition, store, namespace: request.namespace });
  const violations = params.flatMap((param) =>
    judgeByPolicy(policy, compiled, new Map([...input, ['params', jsonValue(param)]])),
  );
  const { validationActions } = binding.spec;
  const [by, withBinding] = [policy.metadata.name, binding.metadata.name];
  if (validationActions.includes('Warn')) {
    for (const { message } of violations) {
      request.warn(
        `Validation failed for ValidatingAdmissionPolicy '${by}' with binding '${withBinding}': ${message}`,
      );
    }
  }
  if (!validationActions.includes('Deny')) return [];
  return violations.map((one) => ({ ...one, policy: by, binding: withBinding }));
};

/** A policy that cannot be asked keeps writes out unless it says otherwise. */
const orMisconfigured = (
  { metadata, spec }: AdmissionPolicy,
  binding: PolicyBinding | undefined,
  ask: () => readonly Denial[],
): readonly Denial[] => {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof Misconfigured)) throw error;
    if (spec.failurePolicy === 'Ignore') return [];
    const message = `failed to configure ${binding === undefined ? 'policy' : 'binding'}: ${error.message}`;
    return [{ message, policy: metadata.name, ...(binding && { binding: binding.metadata.name }) }];
  }
};

const compiledPolicies = new WeakMap<StoredObject, CompiledPolicy>();

/** Once for each version of a policy. */
const compiledOf = (stored: StoredObject, policy: AdmissionPolicy): CompiledPolicy => {
  const compiled = compiledPolicies.get(stored) ?? compilePolicy(policy);
  compiledPolicies.set(stored, compiled);
  return compiled;
};

const CODES: Readonly<Record<string, number>> = {
  Unauthorized: 401,
  Forbidden: 403,
  RequestEntityTooLarge: 413,
};

const refusal = ({ resource, name }: AdmissionRequest, denial: Denial): ApiError => {
  const { policy, binding, message, reason = 'Invalid' } = denial;
  const by = `ValidatingAdmissionPolicy '${policy}'${binding === undefined ? '' : ` with binding '${binding}'`}`;
  const why = `${by} denied request: ${message}`;
  const { status } = forbidden({ ...resource.definition, name }, why, [{ message: why }]);
  return failure({
    code: CODES[reason] ?? 422,
    reason,
    message: status.message ?? why,
    ...(status.details && { details: status.details }),
  });
};
