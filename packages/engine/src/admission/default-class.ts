import type { KubeObject } from '@fairlead/kube';
import type { Admission } from './chain.ts';
import { isAbout } from './kinds.ts';
import { type Lister, valuesOf } from './lister.ts';

/** A kind whose objects belong to a class, of which one may be marked as the default. */
interface Classed {
  readonly name: string;
  readonly resource: string;
  readonly group: string;
  /** The field of the spec that names the class. */
  readonly field: string;
  /** The annotation that named it before there was a field. */
  readonly annotation: string;
  /** The annotations that mark the default class. */
  readonly marks: readonly string[];
}

const CLAIMS: Classed = {
  name: 'DefaultStorageClass',
  resource: 'persistentvolumeclaims',
  group: '',
  field: 'storageClassName',
  annotation: 'volume.beta.kubernetes.io/storage-class',
  marks: ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'],
};

const INGRESSES: Classed = {
  name: 'DefaultIngressClass',
  resource: 'ingresses',
  group: 'networking.k8s.io',
  field: 'ingressClassName',
  annotation: 'kubernetes.io/ingress.class',
  marks: ['ingressclass.kubernetes.io/is-default-class'],
};

export const defaultStorageClass = (classes: Lister): Admission => defaultClass(CLAIMS, classes);
export const defaultIngressClass = (classes: Lister): Admission => defaultClass(INGRESSES, classes);

interface WithSpec extends KubeObject {
  readonly spec?: Readonly<Record<string, unknown>>;
}

const defaultClass = (kind: Classed, classes: Lister): Admission => ({
  name: kind.name,
  admit(request) {
    const { operation, subresource } = request;
    const object: WithSpec = request.object;
    if (!isAbout(request, kind.resource, kind.group) || operation !== 'CREATE' || subresource !== '') {
      return object;
    }
    const { metadata, spec = {} } = object;
    if (spec[kind.field] !== undefined || metadata.annotations?.[kind.annotation] !== undefined)
      return object;
    const chosen = newest(valuesOf(classes.list('')).filter(isMarked(kind)));
    if (chosen === undefined) return object;
    return { ...object, spec: { ...spec, [kind.field]: chosen.metadata.name } } as KubeObject;
  },
});

const isMarked =
  ({ marks }: Classed) =>
  ({ metadata }: KubeObject): boolean =>
    marks.some((mark) => metadata.annotations?.[mark] === 'true');

/** Of several the newest, then the first by name (the list is in that order). */
const newest = (classes: readonly KubeObject[]): KubeObject | undefined =>
  classes.toSorted((a, b) => {
    const [one = '', other = ''] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
    return one === other ? 0 : one > other ? -1 : 1;
  })[0];
