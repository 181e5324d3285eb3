import { labelValue } from '../../formats.ts';
import type { Affinity } from './affinity.ts';
import type { PodSpec } from './types.ts';

const OLD_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region':
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone':
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type':
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods':
    'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
};

const NO_SELECTOR = 'a null labelSelector results in matching no pod';
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Of labels of nodes that have new names, and of selectors that select nothing. */
export const scheduleWarnings = (spec: PodSpec, field: string, of: 'nodes' | 'pods'): readonly string[] =>
  of === 'nodes' ? nodeWarnings(spec, field) : podWarnings(spec.affinity ?? {}, `${field}.affinity`);

const nodeWarnings = (spec: PodSpec, field: string): readonly string[] => [
  ...Object.keys(spec.nodeSelector ?? {}).flatMap((key) =>
    OLD_LABELS[key] === undefined ? [] : [`${field}.nodeSelector[${key}]: ${OLD_LABELS[key]}`],
  ),
  ...affinityWarnings(spec.affinity?.nodeAffinity ?? {}, `${field}.affinity.nodeAffinity`),
  ...(spec.topologySpreadConstraints ?? []).flatMap(({ topologyKey = '', labelSelector }, index) => {
    const here = `${field}.topologySpreadConstraints[${index}]`;
    const old = OLD_LABELS[topologyKey];
    return [
      ...(old === undefined ? [] : [`${here}.topologyKey: ${topologyKey} is ${old}`]),
      ...(labelSelector === undefined ? [`${here}.labelSelector: ${NO_SELECTOR}`] : []),
    ];
  }),
];

const affinityWarnings = (
  affinity: NonNullable<Affinity['nodeAffinity']>,
  field: string,
): readonly string[] => [
  ...(affinity[REQUIRED]?.nodeSelectorTerms ?? []).flatMap((term, index) =>
    termWarnings(term, `${field}.${REQUIRED}.nodeSelectorTerms[${index}]`, false),
  ),
  ...(affinity[PREFERRED] ?? []).flatMap(({ preference = {} }, index) =>
    termWarnings(preference, `${field}.${PREFERRED}[${index}].preference`, true),
  ),
];

const termWarnings = (
  {
    matchExpressions = [],
  }: {
    readonly matchExpressions?: readonly { readonly key?: string; readonly values?: readonly string[] }[];
  },
  field: string,
  withValues: boolean,
): readonly string[] =>
  matchExpressions.flatMap(({ key = '', values = [] }, index) => {
    const here = `${field}.matchExpressions[${index}]`;
    const old = OLD_LABELS[key];
    return [
      ...(old === undefined ? [] : [`${here}.key: ${key} is ${old}`]),
      ...(withValues ? values : []).flatMap((value, number) =>
        labelValue(value).map((fault) => `${here}.values[${number}]: ${value} is invalid, ${fault}`),
      ),
    ];
  });

const podWarnings = (affinity: Affinity, field: string): readonly string[] =>
  (['podAffinity', 'podAntiAffinity'] as const).flatMap((kind) => [
    ...(affinity[kind]?.[REQUIRED] ?? []).flatMap(({ labelSelector }, index) =>
      labelSelector ? [] : [`${field}.${kind}.${REQUIRED}[${index}].labelSelector: ${NO_SELECTOR}`],
    ),
    ...(affinity[kind]?.[PREFERRED] ?? []).flatMap(({ podAffinityTerm }, index) =>
      podAffinityTerm?.labelSelector
        ? []
        : [`${field}.${kind}.${PREFERRED}[${index}].podAffinityTerm.labelSelector: ${NO_SELECTOR}`],
    ),
  ]);
