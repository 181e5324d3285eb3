import type { ObjectMeta } from '@fairlead/kube';
import type { ResourceDefinition } from '../schema/definition.ts';
import type { Place } from '../schema/place.ts';
import { dnsLabel, dnsLabel1035, dnsSubdomain, type Format, pathSegment } from './formats.ts';

const RULES: Readonly<Record<string, Format>> = {
  '/events': pathSegment,
  '/namespaces': dnsLabel,
  '/services': dnsLabel1035,
  'apps/statefulsets': dnsLabel,
  'events.k8s.io/events': pathSegment,
  'policy/poddisruptionbudgets': pathSegment,
  'rbac.authorization.k8s.io/roles': pathSegment,
  'rbac.authorization.k8s.io/rolebindings': pathSegment,
  'rbac.authorization.k8s.io/clusterroles': pathSegment,
  'rbac.authorization.k8s.io/clusterrolebindings': pathSegment,
};

/** What the names of a kind look like. */
export const nameFormat = ({ group, resource }: ResourceDefinition): Format =>
  RULES[`${group}/${resource}`] ?? dnsSubdomain;

/** The name of a new object, and what it was generated from. */
export const judgeName = ({ name, generateName: base = '' }: ObjectMeta, format: Format, at: Place): void => {
  if (base !== '') at.field('generateName').faults(base, format(asPrefix(base)));
  if (name === '') at.field('name').required('name or generateName is required');
  else at.field('name').faults(name, format(name));
};

/** Something will follow, so it may end in a dash (Kubernetes' maskTrailingDash). */
const asPrefix = (base: string): string =>
  base.length > 1 && base.endsWith('-') ? `${base.slice(0, -2)}a` : base;

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
