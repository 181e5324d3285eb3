import type { ObjectMeta } from '@fairlead/kube';
import { parseQuantity, quantityMilliValue } from '../../../schema/quantity.ts';
import { dnsLabel } from '../../formats.ts';
import { overlapWarnings } from './overlap.ts';
import type { Pod } from './pod.ts';
import { portWarnings } from './port-warnings.ts';
import { scheduleWarnings } from './schedule-warnings.ts';
import type { Template } from './template.ts';
import { type Container, CONTAINER_LISTS, type PodSpec } from './types.ts';

/** What is valid in a pod and still not wise, in Kubernetes' order and words. */
export const podWarnings = ({ metadata, spec = {} }: Pod): readonly string[] => [
  ...nameWarnings(metadata.name, "the Pod's hostname"),
  ...specWarnings({ metadata, spec }, ''),
];

/** The same for a template, which lies at some field. */
export const templateWarnings = (template: Template = {}, field = 'spec.template'): readonly string[] =>
  specWarnings(template, `${field}.`);

/** Names of sets become parts of the names of their pods. */
export const nameWarnings = (name: string, use = 'Pod names and hostnames'): readonly string[] => {
  const faults = dnsLabel(name);
  if (faults.length === 0) return [];
  return [
    `metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${faults.join(' ')}]`,
  ];
};

interface Place {
  readonly container: Container;
  readonly field: string;
}

const specWarnings = ({ metadata = {}, spec = {} }: Template, before: string): readonly string[] => {
  const containers = CONTAINER_LISTS.flatMap((list) =>
    (spec[list] ?? []).map(
      (container, index): Place => ({ container, field: `${before}spec.${list}[${index}]` }),
    ),
  );
  const grace = spec.terminationGracePeriodSeconds ?? 0;
  return [
    ...scheduleWarnings(spec, `${before}spec`, 'nodes'),
    ...annotationWarnings(metadata.annotations, `${before}metadata.annotations`),
    ...volumeWarnings(spec, `${before}spec.volumes`),
    ...overlapWarnings(spec.volumes ?? []),
    ...repeatWarnings(spec, `${before}spec`),
    ...containers.flatMap(containerWarnings),
    ...portWarnings(containers),
    ...(grace < 0
      ? [
          `${before}spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
        ]
      : []),
    ...scheduleWarnings(spec, `${before}spec`, 'pods'),
  ];
};

const OLD_ANNOTATIONS = [
  [
    'scheduler.alpha.kubernetes.io/critical-pod',
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  ],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  [
    'security.alpha.kubernetes.io/unsafe-sysctls',
    'non-functional in v1.11+; use the "sysctls" field instead',
  ],
  [
    'seccomp.security.alpha.kubernetes.io/pod',
    'non-functional in v1.27+; use the "seccompProfile" field instead',
  ],
] as const;

const annotationWarnings = (annotations: ObjectMeta['annotations'] = {}, field: string): readonly string[] =>
  OLD_ANNOTATIONS.flatMap(([key, words]) =>
    annotations[key] === undefined ? [] : [`${field}[${key}]: ${words}`],
  );

const OLD_VOLUMES = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
};

const volumeWarnings = ({ volumes = [] }: PodSpec, field: string): readonly string[] =>
  volumes.flatMap((volume, index) =>
    Object.entries(OLD_VOLUMES).flatMap(([type, words]) => {
      if ((volume as Readonly<Record<string, unknown>>)[type] === undefined) return [];
      return [`${field}[${index}].${type === 'storageos' ? 'storageOS' : type}: ${words}`];
    }),
  );

const repeatWarnings = (
  { hostAliases = [], imagePullSecrets = [], overhead = {} }: PodSpec,
  field: string,
) => [
  ...repeated(hostAliases.map(({ ip = '' }) => ip)).map(
    ([index, ip]) => `${field}.hostAliases[${index}].ip: duplicate ip ${JSON.stringify(ip)}`,
  ),
  ...repeated(imagePullSecrets.map(({ name = '' }) => name)).map(
    ([index, name]) => `${field}.imagePullSecrets[${index}].name: duplicate name ${JSON.stringify(name)}`,
  ),
  ...imagePullSecrets.flatMap(({ name = '' }, index) =>
    name === '' ? [`${field}.imagePullSecrets[${index}].name: invalid empty name ""`] : [],
  ),
  ...fractionWarnings(overhead, `${field}.overhead`),
];

/** Those that were there before, with their places. */
const repeated = (values: readonly string[]): readonly (readonly [number, string])[] =>
  values.flatMap((value, index) => (values.indexOf(value) < index ? [[index, value] as const] : []));

const BYTES = ['memory', 'ephemeral-storage'];

const fractionWarnings = (amounts: Readonly<Record<string, string>> = {}, field: string): readonly string[] =>
  BYTES.flatMap((resource) => {
    const amount = amounts[resource];
    if (amount === undefined || /^\d+([kMGTPE]i?)?$/.test(amount)) return [];
    const quantity = parseQuantity(amount);
    if (quantity === undefined || quantityMilliValue(quantity) % 1000n === 0n) return [];
    return [
      `${field}[${resource}]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`,
    ];
  });

const containerWarnings = ({ container, field }: Place): readonly string[] => {
  const { resources = {}, env = [] } = container;
  return [
    ...fractionWarnings(resources.limits, `${field}.resources.limits`),
    ...fractionWarnings(resources.requests, `${field}.resources.requests`),
    ...env.flatMap((variable, index) => {
      const { name = '', value = '', valueFrom } = variable;
      if (env.findIndex((one) => one.name === name) === index) return [];
      // One that builds on the one before hides nothing.
      const builds = valueFrom === undefined && value !== `$(${name})` && value.includes(`$(${name})`);
      if (builds) return [];
      return [
        `${field}.env[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
      ];
    }),
  ];
};
