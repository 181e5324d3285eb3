import { decodeTyped } from '../schema/decode.ts';
import { builtinType } from '../schema/builtin-types.ts';
import { type FieldError, invalid as invalidField, notSupported } from '../schema/field-error.ts';
import type { JsonObject } from '../schema/json.ts';
import type { Call } from './api.ts';
import { objectFault, readBody } from './body.ts';
import { mediaTypeOf } from './codec.ts';
import { failure, invalid } from './errors.ts';
import { flag, integer } from './list-options.ts';
import { dryRunErrors } from './query.ts';
import { readType } from './type-meta.ts';

/** How something is to be deleted (meta/v1 DeleteOptions). */
export interface DeleteOptions {
  readonly dryRun: boolean;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** From the body when there is one, else from the query, as Kubernetes does. */
export const readDeleteOptions = async (call: Call): Promise<DeleteOptions> => {
  const { request, query } = call;
  const given = (request.body?.length ?? 0) === 0 ? fromQuery(query) : await fromBody(call);
  const errors = optionErrors(given);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions', name: '' }, errors);
  return optionsOf(given);
};

/** The options as they are written; their types are right, their values may not be. */
export interface WrittenOptions {
  readonly dryRun?: readonly string[];
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

const TYPE = 'meta.v1.DeleteOptions';

/** Of what is wrong here Kubernetes makes a fault of its own. */
const unread = (message: string): Error => failure({ code: 500, message });

const fromBody = async (call: Call): Promise<WrittenOptions> => {
  const type = mediaTypeOf(call.request.headers['content-type']);
  const refuse = (fault: Parameters<typeof objectFault>[0]): Error => unread(objectFault(fault));
  const { value } = await readBody(call, { type, goType: TYPE, refuse });
  const decoded = decodeTyped(builtinType(TYPE), requireOptions(value));
  if (decoded.error !== undefined) throw unread(decoded.error);
  return decoded.value as WrittenOptions;
};

const requireOptions = (value: unknown): JsonObject => {
  const named = readType(value, ({ why }) => unread(why));
  const { kind } = named;
  if (kind === '' || kind === 'DeleteOptions') return named.object;
  const version = JSON.stringify(named.apiVersion);
  throw unread(
    `no kind ${JSON.stringify(kind)} is registered for version ${version} in scheme "pkg/runtime/scheme.go:110"`,
  );
};

const fromQuery = (query: URLSearchParams): WrittenOptions => {
  const policy = query.get('propagationPolicy');
  const orphan = flag(query, 'orphanDependents');
  return {
    dryRun: query.getAll('dryRun'),
    ...(query.has('gracePeriodSeconds') && { gracePeriodSeconds: integer(query, 'gracePeriodSeconds') }),
    ...(policy !== null && { propagationPolicy: policy }),
    ...(orphan !== undefined && { orphanDependents: orphan }),
  };
};

const POLICIES = ['Foreground', 'Background', 'Orphan'];

const optionErrors = ({
  propagationPolicy: policy,
  orphanDependents,
  dryRun = [],
}: WrittenOptions): FieldError[] => [
  ...(policy !== undefined && orphanDependents !== undefined
    ? [
        invalidField(
          'propagationPolicy',
          policy,
          'orphanDependents and deletionPropagation cannot be both set',
        ),
      ]
    : []),
  ...(policy === undefined || POLICIES.includes(policy)
    ? []
    : [notSupported('propagationPolicy', policy, [...POLICIES, 'nil'])]),
  ...dryRunErrors(dryRun),
];

/** Of options that are as they may be. */
export const optionsOf = ({
  dryRun = [],
  gracePeriodSeconds,
  preconditions,
  ...given
}: WrittenOptions): DeleteOptions => ({
  dryRun: dryRun.length > 0,
  ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
  ...policyOf(given),
  ...(preconditions?.uid !== undefined && { uid: preconditions.uid }),
  ...(preconditions?.resourceVersion !== undefined && { resourceVersion: preconditions.resourceVersion }),
});

/** In the words of today, or in those of Kubernetes 1.4. */
const policyOf = ({
  propagationPolicy: policy,
  orphanDependents: orphan,
}: WrittenOptions): Pick<DeleteOptions, 'propagationPolicy'> => {
  if (orphan !== undefined) return { propagationPolicy: orphan ? 'Orphan' : 'Background' };
  return policy === undefined ? {} : { propagationPolicy: policy as 'Orphan' };
};
