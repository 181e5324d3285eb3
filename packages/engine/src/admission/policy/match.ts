import { matchesSelector } from '@fairlead/kube';
import type { AdmissionRequest } from '../chain.ts';
import type { MatchResources, ResourceRule } from './policy.ts';

type Labels = Readonly<Record<string, string>>;

/** Whether a write is one that a policy or a binding speaks of. `namespace`: the labels of the one it is in. */
export const matches = (
  criteria: MatchResources | undefined,
  request: AdmissionRequest,
  namespace: Labels | undefined,
): boolean => {
  if (criteria === undefined) return true;
  const { resourceRules = [], excludeResourceRules = [], matchPolicy } = criteria;
  const byRule = (rule: ResourceRule): boolean => matchesRule(rule, request, matchPolicy === 'Equivalent');
  return (
    matchesNamespace(criteria, namespace) &&
    matchesObject(criteria, request) &&
    !excludeResourceRules.some(byRule) &&
    (resourceRules.length === 0 || resourceRules.some(byRule))
  );
};

/** What is in no namespace is kept out by no selector of namespaces. */
const matchesNamespace = ({ namespaceSelector }: MatchResources, labels: Labels | undefined): boolean =>
  namespaceSelector === undefined || labels === undefined || matchesSelector(namespaceSelector, labels);

/** As it is to be, or as it was. */
const matchesObject = ({ objectSelector }: MatchResources, { object, old }: AdmissionRequest): boolean =>
  objectSelector === undefined ||
  [object, old].some((one) => one !== undefined && matchesSelector(objectSelector, one.metadata.labels));

const matchesRule = (rule: ResourceRule, request: AdmissionRequest, equivalent: boolean): boolean => {
  const { definition, version } = request.resource;
  const versions = equivalent ? definition.versions.map((one) => one.version) : [version.version];
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], resourceNames = [] } = rule;
  return (
    matchesScope(rule, request) &&
    holds(operations, request.operation) &&
    holds(apiGroups, definition.group) &&
    versions.some((one) => holds(apiVersions, one)) &&
    resources.some((one) => matchesResource(one, request)) &&
    (resourceNames.length === 0 || resourceNames.includes(request.name))
  );
};

const holds = (words: readonly string[], word: string): boolean =>
  words.some((one) => one === '*' || one === word);

const matchesResource = (pattern: string, { resource, subresource }: AdmissionRequest): boolean => {
  const [name = '', part = ''] = pattern.split('/', 2);
  return holds([name], resource.definition.resource) && (part === '*' || part === subresource);
};

const matchesScope = ({ scope = '*' }: ResourceRule, { resource }: AdmissionRequest): boolean =>
  scope === '*' || (scope === 'Namespaced') === resource.definition.namespaced;
