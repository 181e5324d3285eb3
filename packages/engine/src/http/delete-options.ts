import { type FieldError, invalid as invalidField, notSupported } from '../schema/field-error.ts';
import { isObject } from '../schema/json.ts';
import type { Call } from './api.ts';
import { decode, mediaTypeOf } from './codec.ts';
import { badRequest, invalid } from './errors.ts';
import { parseDryRun } from './query.ts';

/** How something is to be deleted (meta/v1 DeleteOptions). */
export interface DeleteOptions {
  readonly dryRun: boolean;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** From the body when there is one, else from the query, as Kubernetes does. */
export const readDeleteOptions = async ({ request, query }: Call): Promise<DeleteOptions> => {
  if (request.body === undefined || request.body.length === 0) return parseOptions(fromQuery(query));
  const { value } = await decode(
    request.body,
    mediaTypeOf(request.headers['content-type']),
    'meta.v1.DeleteOptions',
  );
  if (!isObject(value)) throw badRequest('DeleteOptions must be an object');
  return parseOptions(value);
};

const fromQuery = (query: URLSearchParams): Record<string, unknown> => {
  const grace = query.get('gracePeriodSeconds');
  return {
    dryRun: query.getAll('dryRun'),
    ...(grace !== null && { gracePeriodSeconds: Number(grace) }),
    ...(query.has('propagationPolicy') && { propagationPolicy: query.get('propagationPolicy') }),
    ...(query.has('orphanDependents') && { orphanDependents: query.get('orphanDependents') === 'true' }),
  };
};

const parseOptions = (given: Readonly<Record<string, unknown>>): DeleteOptions => {
  const { gracePeriodSeconds: grace, preconditions } = given;
  if (grace !== undefined && grace !== null && !Number.isInteger(grace)) {
    throw badRequest('gracePeriodSeconds: Invalid value: must be an integer');
  }
  const conditions = isObject(preconditions) ? preconditions : {};
  return {
    dryRun: parseDryRun(Array.isArray(given.dryRun) ? given.dryRun.map(String) : []),
    ...(typeof grace === 'number' && { gracePeriodSeconds: grace }),
    ...policyOf(given),
    ...(typeof conditions.uid === 'string' && { uid: conditions.uid }),
    ...(typeof conditions.resourceVersion === 'string' && { resourceVersion: conditions.resourceVersion }),
  };
};

/** In the words of today, or in those of Kubernetes 1.4. */
const policyOf = ({
  propagationPolicy: policy,
  orphanDependents: orphan,
}: Readonly<Record<string, unknown>>): Pick<DeleteOptions, 'propagationPolicy'> => {
  const errors = policyErrors(policy ?? undefined, orphan ?? undefined);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions', name: '' }, errors);
  if (typeof orphan === 'boolean') return { propagationPolicy: orphan ? 'Orphan' : 'Background' };
  return isPolicy(policy) ? { propagationPolicy: policy } : {};
};

const POLICIES = ['Foreground', 'Background', 'Orphan'] as const;

const isPolicy = (policy: unknown): policy is (typeof POLICIES)[number] =>
  POLICIES.some((one) => one === policy);

const policyErrors = (policy: unknown, orphan: unknown): readonly FieldError[] => {
  const field = 'propagationPolicy';
  if (policy === undefined) return [];
  const both = 'orphanDependents and deletionPropagation cannot be both set';
  return [
    ...(orphan === undefined ? [] : [invalidField(field, policy, both)]),
    ...(isPolicy(policy) ? [] : [notSupported(field, policy, [...POLICIES, 'nil'])]),
  ];
};
