import { type FieldError, invalid, required } from '../schema/field-error.ts';
import type { ResourceDefinition } from '../schema/definition.ts';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Says what is wrong with a name, in Kubernetes' words. */
type NameRule = (name: string) => string[];

const tooLong = (name: string, limit: number): string[] =>
  Buffer.byteLength(name) > limit ? [`must be no more than ${limit} bytes`] : [];

const dnsLabel: NameRule = (name) => [
  ...tooLong(name, 63),
  ...(LABEL.test(name)
    ? []
    : [
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      ]),
];

export const dnsLabel1035: NameRule = (name) => [
  ...tooLong(name, 63),
  ...(LABEL_1035.test(name)
    ? []
    : [
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
      ]),
];

export const dnsSubdomain: NameRule = (name) => [
  ...tooLong(name, 253),
  ...(SUBDOMAIN.test(name)
    ? []
    : [
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ]),
];

/** What may stand in a path as one segment: the names of roles, which contain colons. */
const pathSegment: NameRule = (name) => {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  const found = ['/', '%'].filter((character) => name.includes(character));
  return found.map((character) => `may not contain '${character}'`);
};

const RULES: Readonly<Record<string, NameRule>> = {
  '/namespaces': dnsLabel,
  '/services': dnsLabel1035,
  'rbac.authorization.k8s.io/roles': pathSegment,
  'rbac.authorization.k8s.io/rolebindings': pathSegment,
  'rbac.authorization.k8s.io/clusterroles': pathSegment,
  'rbac.authorization.k8s.io/clusterrolebindings': pathSegment,
};

export const nameErrors = (definition: ResourceDefinition, name: string): FieldError[] => {
  if (name === '') return [required('metadata.name', 'name or generateName is required')];
  const rule = RULES[`${definition.group}/${definition.resource}`] ?? dnsSubdomain;
  return rule(name).map((detail) => invalid('metadata.name', name, detail));
};

const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const BASE_LENGTH = 63 - SUFFIX_LENGTH;

/** Adds five characters, of an alphabet in which no words can be spelled. */
export const generateName = (base: string, random: () => number): string => {
  let name = base.slice(0, BASE_LENGTH);
  for (let at = 0; at < SUFFIX_LENGTH; at++) {
    name += SUFFIX_LETTERS[Math.floor(random() * SUFFIX_LETTERS.length)];
  }
  return name;
};
