import {
  type Client,
  type Desired,
  type Kind,
  kind,
  type KubeObject,
  ownerReference,
  unlessMissing,
} from '@fairlead/kube';
import type { SecretPolicy } from './policy.ts';

interface AdmissionObject extends KubeObject {
  readonly spec: object;
}

const admission = { group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false } as const;

export const admissionPolicies: Kind<AdmissionObject> = kind({
  ...admission,
  kind: 'ValidatingAdmissionPolicy',
  resource: 'validatingadmissionpolicies',
});

export const admissionBindings: Kind<AdmissionObject> = kind({
  ...admission,
  kind: 'ValidatingAdmissionPolicyBinding',
  resource: 'validatingadmissionpolicybindings',
});

/** The policy as the API server itself enforces it, before a weak Secret is stored. */
export function desiredGate(
  policy: SecretPolicy,
): readonly [Desired<AdmissionObject>, Desired<AdmissionObject>] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const name = gateName(policy);
  const metadata = { name, ownerReferences: [ownerReference(policy)] };
  const binding = { policyName: name, validationActions: ['Deny'] };
  return [
    { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata, spec: desiredRules(policy) },
    { apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata, spec: binding },
  ];
}

function desiredRules({ metadata, spec }: SecretPolicy): object {
  const { key, minLength, namespaces: values } = spec;
  const rule = {
    apiGroups: [''],
    apiVersions: ['v1'],
    resources: ['secrets'],
    operations: ['CREATE', 'UPDATE'],
  };
  const names = { key: 'kubernetes.io/metadata.name', operator: 'In', values };
  const message = `${key} must have at least ${minLength} characters (SecretPolicy ${metadata.name})`;
  return {
    failurePolicy: 'Fail',
    matchConstraints: {
      resourceRules: [rule],
      ...(values && { namespaceSelector: { matchExpressions: [names] } }),
    },
    validations: [{ expression: renderRule(key, minLength), message }],
  };
}

/** In CEL. A value is base64 here, and what can be counted is bytes: a gate is never stricter than the judge. */
function renderRule(key: string, minLength: number): string {
  const name = JSON.stringify(key);
  const value = `object.data[${name}]`;
  const padding = `(${value}.endsWith("==") ? 2 : ${value}.endsWith("=") ? 1 : 0)`;
  const isMeant = `has(object.data) && ${name} in object.data`;
  return `!(${isMeant}) || size(${value}) / 4 * 3 - ${padding} >= ${minLength}`;
}

export const gateName = ({ metadata }: SecretPolicy): string => `secret-policy-${metadata.name}`;

/** There is a gate when the policy asks for one, and none otherwise. */
export async function ensureGate(client: Client, policy: SecretPolicy, isThere: boolean): Promise<void> {
  const [rules, binding] = [client.resource(admissionPolicies), client.resource(admissionBindings)];
  if (policy.spec.action === 'Refuse') {
    const [desiredRules, desiredBinding] = desiredGate(policy);
    await rules.apply(desiredRules, { force: true });
    await binding.apply(desiredBinding, { force: true });
  } else if (isThere) {
    const name = { name: gateName(policy) };
    // The binding goes first: without it the rules do nothing.
    await binding.delete(name).catch(unlessMissing);
    await rules.delete(name).catch(unlessMissing);
  }
}
