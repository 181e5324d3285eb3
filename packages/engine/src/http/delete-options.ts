import { isObject } from '../schema/json.ts';
import type { Call } from './api.ts';
import { decode, mediaTypeOf } from './codec.ts';
import { badRequest } from './errors.ts';
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

const policyOf = ({
  propagationPolicy: policy,
  orphanDependents: orphan,
}: Readonly<Record<string, unknown>>): Pick<DeleteOptions, 'propagationPolicy'> => {
  if (typeof orphan === 'boolean') return { propagationPolicy: orphan ? 'Orphan' : 'Background' };
  if (policy === undefined || policy === null) return {};
  if (policy === 'Orphan' || policy === 'Background' || policy === 'Foreground') {
    return { propagationPolicy: policy };
  }
  throw badRequest(
    `propagationPolicy: Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
  );
};
