import type { Place } from '../../../schema/place.ts';
import { configMapKey, dnsSubdomain, environmentName, qualifiedName } from '../../formats.ts';

export interface EnvVar {
  readonly name?: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly fieldRef?: FieldRef;
    readonly resourceFieldRef?: ResourceFieldRef;
    readonly configMapKeyRef?: KeyRef;
    readonly secretKeyRef?: KeyRef;
  };
}

export interface EnvFrom {
  readonly prefix?: string;
  readonly configMapRef?: { readonly name?: string };
  readonly secretRef?: { readonly name?: string };
}

export interface FieldRef {
  readonly apiVersion?: string;
  readonly fieldPath?: string;
}

export interface ResourceFieldRef {
  readonly containerName?: string;
  readonly resource?: string;
  readonly divisor?: string;
}

interface KeyRef {
  readonly name?: string;
  readonly key?: string;
}

export const judgeEnv = (variables: readonly EnvVar[], at: Place): void => {
  variables.forEach((variable, index) => {
    const { name = '' } = variable;
    const here = at.index(index);
    if (name === '') here.field('name').required();
    else here.field('name').faults(name, environmentName(name));
    if (variable.valueFrom !== undefined) judgeValueFrom(variable, here.field('valueFrom'));
  });
};

const judgeValueFrom = ({ value = '', valueFrom = {} }: EnvVar, at: Place): void => {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef) judgeFieldRef(fieldRef, ENV_FIELDS, at.field('fieldRef'));
  if (resourceFieldRef) judgeResourceFieldRef(resourceFieldRef, at.field('resourceFieldRef'));
  if (configMapKeyRef) judgeKeyRef(configMapKeyRef, at.field('configMapKeyRef'));
  if (secretKeyRef) judgeKeyRef(secretKeyRef, at.field('secretKeyRef'));
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef];
  const count = sources.filter((source) => source !== undefined).length;
  if (count === 0) {
    at.invalid(
      '',
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
    );
  } else if (value !== '') at.invalid('', 'may not be specified when `value` is not empty');
  else if (count > 1) at.invalid('', 'may not have more than one field specified at a time');
};

const judgeKeyRef = ({ name = '', key = '' }: KeyRef, at: Place): void => {
  at.field('name').faults(name, dnsSubdomain(name));
  if (key === '') at.field('key').required();
  else at.field('key').faults(key, configMapKey(key));
};

const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** All that a pod tells of itself, to files and to variables alike. */
const POD_FIELDS = new Set([
  ...ENV_FIELDS,
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.host',
  'status.phase',
]);

/** `metadata.labels['app']` */
const SUBSCRIPTED = /^(.+?)\['(.*)'\]$/s;

export const judgeFieldRef = (
  { apiVersion = '', fieldPath = '' }: FieldRef,
  fields: readonly string[],
  at: Place,
): void => {
  if (apiVersion === '') return at.field('apiVersion').required();
  const path = at.field('fieldPath');
  if (fieldPath === '') return path.required();
  if (apiVersion !== 'v1') {
    return path.invalid(fieldPath, `error converting fieldPath: unsupported pod version: ${apiVersion}`);
  }
  const [, map, key = ''] = SUBSCRIPTED.exec(fieldPath) ?? [];
  if (map !== undefined) return judgeSubscript({ fieldPath, map, key }, at);
  if (!POD_FIELDS.has(fieldPath)) {
    return path.invalid(fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`);
  }
  if (!fields.includes(fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath)) {
    path.unsupported(fieldPath, fields);
  }
};

const judgeSubscript = (
  given: { readonly fieldPath: string; readonly map: string; readonly key: string },
  at: Place,
): void => {
  const { fieldPath, map, key } = given;
  if (map === 'metadata.annotations') return at.faults(key.toLowerCase(), qualifiedName(key.toLowerCase()));
  if (map === 'metadata.labels') return at.faults(key, qualifiedName(key));
  const why = `error converting fieldPath: field label does not support subscript: ${fieldPath}`;
  at.field('fieldPath').invalid(fieldPath, why);
};

const RESOURCES = ['limits', 'requests'].flatMap((list) =>
  ['cpu', 'ephemeral-storage', 'memory'].map((resource) => `${list}.${resource}`),
);
const HUGE_PAGES = /^(requests|limits)\.hugepages-/;

const BYTES = ['1', ...'kMGTPE'].map((unit) => (unit === '1' ? unit : `1${unit}`));
const BYTE_DIVISORS = [...BYTES, ...[...'KMGTPE'].map((unit) => `1${unit}i`)];
const BYTE_WORDS = `only divisor's values ${BYTE_DIVISORS.join(', ')} are supported with the`;

export const judgeResourceFieldRef = (
  { containerName = '', resource = '', divisor = '0' }: ResourceFieldRef,
  at: Place,
  inVolume = false,
): void => {
  if (inVolume && containerName === '') at.field('containerName').required();
  else if (resource === '') at.field('resource').required();
  else if (!RESOURCES.includes(resource) && !HUGE_PAGES.test(resource)) {
    at.field('resource').unsupported(resource, RESOURCES);
  }
  if (divisor === '0') return;
  const fault = divisorFault(resource, divisor);
  if (fault !== undefined) at.field('divisor').invalid(resource, fault);
};

const divisorFault = (resource: string, divisor: string): string | undefined => {
  if (/^\w+\.cpu$/.test(resource)) {
    if (divisor === '1m' || divisor === '1') return undefined;
    return "only divisor's values 1m and 1 are supported with the cpu resource";
  }
  if (BYTE_DIVISORS.includes(divisor)) return undefined;
  if (/^\w+\.memory$/.test(resource)) return `${BYTE_WORDS} memory resource`;
  if (/^\w+\.ephemeral-storage$/.test(resource)) return `${BYTE_WORDS} local ephemeral storage resource`;
  return HUGE_PAGES.test(resource) ? `${BYTE_WORDS} hugepages resource` : undefined;
};

export const judgeEnvFrom = (sources: readonly EnvFrom[], at: Place): void => {
  sources.forEach(({ prefix = '', configMapRef, secretRef }, index) => {
    const here = at.index(index);
    if (prefix !== '') here.field('prefix').faults(prefix, environmentName(prefix));
    if (configMapRef) judgeName(configMapRef.name, here.field('configMapRef').field('name'));
    if (secretRef) judgeName(secretRef.name, here.field('secretRef').field('name'));
    if (!configMapRef && !secretRef) at.invalid('', 'must specify one of: `configMapRef` or `secretRef`');
    if (configMapRef && secretRef) at.invalid('', 'may not have more than one field specified at a time');
  });
};

/** A dash at the end is allowed here: Kubernetes takes the name for the beginning of one. */
const judgeName = (name = '', at: Place): void => {
  if (name === '') at.required();
  else at.faults(name, dnsSubdomain(name.length > 1 ? name.replace(/.-$/, 'a') : name));
};
