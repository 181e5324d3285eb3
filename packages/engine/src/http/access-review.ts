import type { KubeObject, ObjectMeta } from '@fairlead/kube';
import { type Attributes, type Decision, pathAttributes } from '../auth/authorizer.ts';
import type { User } from '../auth/user.ts';
import { type FieldError, invalid } from '../schema/field-error.ts';
import type { Call } from './api.ts';
import { invalid as invalidObject } from './errors.ts';

/** Whether somebody may do something (authorization.k8s.io/v1, the three kinds of access reviews). */
interface AccessReview extends KubeObject {
  readonly spec: {
    readonly resourceAttributes?: Readonly<Partial<Record<Word, string>>>;
    readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
    readonly user?: string;
    readonly groups?: readonly string[];
    readonly uid?: string;
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
}

type Word = 'verb' | 'group' | 'version' | 'resource' | 'subresource' | 'namespace' | 'name';

/** May I? */
export const reviewOwnAccess = (call: Call, review: AccessReview): object => {
  requireNone(call, [...targetErrors(review), ...metadataErrors(review, 'must be empty')]);
  return answered(call, review, call.user);
};

/** May this user, or these groups? */
export const reviewAccess = (call: Call, review: AccessReview): object => {
  const errors = [...targetErrors(review), ...whomErrors(review), ...metadataErrors(review, 'must be empty')];
  requireNone(call, errors);
  return answered(call, review, userOf(review));
};

/** The same within one namespace, for those who manage no more than that. */
export const reviewLocalAccess = (call: Call, review: AccessReview): object => {
  requireNone(call, [
    ...targetErrors(review),
    ...whomErrors(review),
    ...metadataErrors(review, 'must be empty except for namespace'),
    ...placeErrors(review),
  ]);
  return answered(call, review, userOf(review));
};

/** Kubernetes leaves out the kind here. */
const requireNone = ({ resource }: Call, errors: readonly FieldError[]): void => {
  const { group } = resource.definition;
  if (errors.length > 0) throw invalidObject({ group, kind: '', name: '' }, errors);
};

const targetErrors = ({ spec }: AccessReview): FieldError[] => {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) {
    const why = 'cannot be specified in combination with resourceAttributes';
    return [invalid('spec.nonResourceAttributes', inGo(nonResourceAttributes), why)];
  }
  if (resourceAttributes !== undefined || nonResourceAttributes !== undefined) return [];
  const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  return [invalid('spec.resourceAttributes', null, why)];
};

/** With the names that the fields have in Go. */
const inGo = ({ path = '', verb = '' }: { readonly path?: string; readonly verb?: string }) => ({
  Path: path,
  Verb: verb,
});

const whomErrors = ({ spec }: AccessReview): FieldError[] =>
  (spec.user ?? '') === '' && (spec.groups ?? []).length === 0
    ? [invalid('spec.user', '', 'at least one of user or group must be specified')]
    : [];

/** The server itself says who sent it, and for a local review where. */
const metadataErrors = ({ metadata }: KubeObject, why: string): FieldError[] => {
  const {
    managedFields: _fields,
    namespace: _place,
    ...rest
  } = metadata as ObjectMeta & { managedFields?: unknown };
  return Object.values(rest).every((value) => value === undefined || value === '')
    ? []
    : [invalid('metadata', metadata, why)];
};

const placeErrors = ({ metadata, spec }: AccessReview): FieldError[] => {
  const { resourceAttributes, nonResourceAttributes } = spec;
  const asked = resourceAttributes?.namespace ?? '';
  return [
    ...(resourceAttributes !== undefined && asked !== metadata.namespace
      ? [invalid('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace')]
      : []),
    ...(nonResourceAttributes === undefined
      ? []
      : [
          invalid(
            'spec.nonResourceAttributes',
            inGo(nonResourceAttributes),
            'disallowed on this kind of request',
          ),
        ]),
  ];
};

const userOf = ({ spec }: AccessReview): User => ({
  name: spec.user ?? '',
  groups: spec.groups ?? [],
  ...(spec.uid !== undefined && { uid: spec.uid }),
  ...(spec.extra !== undefined && { extra: spec.extra }),
});

const answered = ({ api }: Call, review: AccessReview, user: User): object => ({
  ...review,
  status: renderDecision(api.authorize(attributesOf(review, user))),
});

const attributesOf = ({ spec }: AccessReview, user: User): Attributes => {
  const { resourceAttributes: asked, nonResourceAttributes: other } = spec;
  if (asked === undefined) return pathAttributes(user, other?.verb ?? '', other?.path ?? '');
  const { verb = '', group = '', resource = '', subresource = '', namespace = '', name = '' } = asked;
  return { user, verb, group, version: asked.version || '*', resource, subresource, namespace, name };
};

const renderDecision = ({ allowed, reason }: Decision): object => ({
  allowed,
  ...(reason !== '' && { reason }),
});
