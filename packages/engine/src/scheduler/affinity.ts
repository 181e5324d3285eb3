import type { Node, NodeSelectorRequirement, NodeSelectorTerm, Pod } from '@fairlead/kube';

/** Whether a node is one that a pod's `nodeSelector` and required node affinity allow. */
export function isWanted({ spec }: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || required.nodeSelectorTerms.some((term) => fitsTerm(term, node));
}

/** How much a pod would like a node: the weights of the preferences that it fulfils. */
export const preferenceFor = ({ spec }: Pod, node: Node): number =>
  (spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [])
    .filter(({ preference }) => fitsTerm(preference, node))
    .reduce((total, { weight }) => total + weight, 0);

/** Whether a node fulfils all parts of a term. */
export function fitsTerm(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  { metadata }: Node,
): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  const labels = metadata.labels ?? {};
  return (
    matchExpressions.every((requirement) => meets(requirement, labels[requirement.key])) &&
    // The only field there is.
    matchFields.every(
      (requirement) => requirement.key === 'metadata.name' && meets(requirement, metadata.name),
    )
  );
}

function meets({ operator, values = [] }: NodeSelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return compare(value, values[0], (a, b) => a > b);
    case 'Lt':
      return compare(value, values[0], (a, b) => a < b);
    default:
      operator satisfies never;
      return false;
  }
}

const isInteger = (text: string | undefined): text is string => text !== undefined && /^[+-]?\d+$/.test(text);

const compare = (
  value: string | undefined,
  bound: string | undefined,
  holds: (a: number, b: number) => boolean,
): boolean => isInteger(value) && isInteger(bound) && holds(Number(value), Number(bound));
