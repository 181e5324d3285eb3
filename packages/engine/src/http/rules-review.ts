import type { KubeObject, PolicyRule } from '@fairlead/kube';
import { describeMissing } from '../rbac/policy.ts';
import type { Call } from './api.ts';
import { badRequest } from './errors.ts';

interface RulesReview extends KubeObject {
  readonly spec: { readonly namespace?: string };
}

/** Everything that I may do in a namespace (authorization.k8s.io/v1, SelfSubjectRulesReview). */
export const reviewOwnRules = ({ api, user, resource }: Call, { spec }: RulesReview): object => {
  const namespace = spec.namespace ?? '';
  if (namespace === '') throw badRequest('no namespace on request');
  const { rules, missing } = api.policy.rulesFor(user, namespace);
  return {
    kind: resource.definition.kind,
    apiVersion: resource.apiVersion,
    metadata: {},
    spec: {},
    status: {
      resourceRules: rules.filter(({ resources = [] }) => resources.length > 0).map(resourceRule),
      nonResourceRules: rules.filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0).map(pathRule),
      incomplete: false,
      ...(missing.length > 0 && { evaluationError: describeMissing(missing) }),
    },
  };
};

const resourceRule = ({ verbs, apiGroups, resources, resourceNames }: PolicyRule) => ({
  verbs,
  ...(apiGroups && { apiGroups }),
  resources,
  ...(resourceNames && { resourceNames }),
});

const pathRule = ({ verbs, nonResourceURLs }: PolicyRule) => ({ verbs, nonResourceURLs });
