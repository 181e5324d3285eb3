import type { KubeObject, KubeResponse, ObjectMeta } from '@fairlead/kube';
import { type Bound, type Claims, ISSUER, serviceAccountName } from '../auth/service-account.ts';
import { keyOf, keyPrefixOf } from '../resources/registry.ts';
import { type FieldError, invalid } from '../schema/field-error.ts';
import { declaredOrder } from '../schema/member-order.ts';
import { type Call, subjectOf } from './api.ts';
import { badRequest, conflict, invalid as invalidObject, notFound } from './errors.ts';
import { namespaceOf } from './create.ts';
import { objectKey } from './get.ts';
import { renderUuid, timestamp } from './metadata.ts';
import { readObject } from './object.ts';
import { trackOwner } from './owner.ts';
import { partCall } from './part-body.ts';
import { parseWriteOptions } from './query.ts';
import { respondValue } from './respond.ts';

interface TokenRequest extends KubeObject {
  readonly spec: {
    readonly audiences?: readonly string[] | null;
    readonly expirationSeconds?: number;
    readonly boundObjectRef?: BoundReference | null;
  };
}

interface BoundReference {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly name?: string;
  readonly uid?: string;
}

const KIND = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenRequest',
  type: 'authentication.v1.TokenRequest',
};

/** POST of a service account's `token`: a token for who it is, for as long and as wide as is asked (KEP-1205). */
export const createToken = async (call: Call): Promise<KubeResponse> => {
  const posted = partCall(call, KIND);
  const options = parseWriteOptions(call.query);
  const sent = await readObject(posted, options);
  namespaceOf(call, sent);
  const asked = trackOwner(posted, { next: sent, options }) as TokenRequest;
  requireSameName(call, asked.metadata);
  const account = call.api.store.pending(objectKey(call))?.value().metadata;
  if (account === undefined) throw notFound(subjectOf(call));
  const request = completed(call, asked, account);
  requireValid(request);
  const claims = claimsOf(call, request, account);
  const token = call.api.authentication.issue(claims);
  const status = { token, expirationTimestamp: timestamp(claims.exp * 1000) };
  const ordered = declaredOrder(posted.resource.version.schema());
  return respondValue(ordered({ ...request, status }), 201);
};

/** A client may leave out the name, which every stored object has. */
const requireSameName = ({ path }: Call, { name = '' }: Partial<ObjectMeta>): void => {
  if (name === '' || name === path.name) return;
  const why = 'must match the service account name if specified';
  throw invalidObject({ group: KIND.group, kind: KIND.kind, name: path.name }, [
    invalid('metadata.name', name, why),
  ]);
};

const completed = ({ api, path }: Call, asked: TokenRequest, account: ObjectMeta): TokenRequest => {
  const { uid = '', ...said } = asked.metadata;
  if (uid !== '' && uid !== account.uid) {
    const why = `the UID in the token request (${uid}) does not match the UID of the service account (${account.uid})`;
    throw conflict({ group: KIND.group, resource: KIND.kind, name: path.name }, why);
  }
  const { audiences, boundObjectRef, ...spec } = asked.spec;
  return {
    kind: asked.kind,
    apiVersion: asked.apiVersion,
    metadata: {
      ...said,
      name: account.name,
      namespace: path.namespace,
      ...(account.uid !== undefined && { uid: account.uid }),
      creationTimestamp: timestamp(api.clock.now()),
    },
    spec: {
      audiences: (audiences ?? []).length === 0 ? [ISSUER] : audiences,
      ...spec,
      boundObjectRef: boundObjectRef ?? null,
    },
  };
};

const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;

const requireValid = ({ spec }: TokenRequest): void => {
  const { expirationSeconds: seconds = 0 } = spec;
  const refuse = (why: string): FieldError => invalid('spec.expirationSeconds', seconds, why);
  const errors = [
    ...(seconds < MIN_SECONDS ? [refuse('may not specify a duration less than 10 minutes')] : []),
    ...(seconds > MAX_SECONDS ? [refuse('may not specify a duration larger than 2^32 seconds')] : []),
  ];
  if (errors.length > 0) throw invalidObject({ group: KIND.group, kind: KIND.kind, name: '' }, errors);
};

const claimsOf = (call: Call, { spec }: TokenRequest, account: ObjectMeta): Claims => {
  const { namespace } = call.path;
  const now = Math.floor(call.api.clock.now() / 1000);
  return {
    aud: spec.audiences ?? [],
    exp: now + (spec.expirationSeconds ?? 0),
    iat: now,
    iss: ISSUER,
    jti: renderUuid(call.api.random),
    'kubernetes.io': {
      namespace,
      ...boundTo(call, spec.boundObjectRef),
      serviceaccount: refOf(account),
    },
    nbf: now,
    sub: serviceAccountName(namespace, account.name),
  };
};

/** The object that the token falls with; with a pod also the node that it is on. */
const boundTo = (
  call: Call,
  reference: BoundReference | null | undefined,
): Partial<Record<'pod' | 'secret' | 'node', Bound>> => {
  if (!reference) return {};
  const { kind = '', name = '' } = reference;
  const [group, version] = groupVersionOf(reference.apiVersion ?? '');
  const resource = group === '' ? BINDABLE[kind] : undefined;
  if (resource === undefined) {
    throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`);
  }
  const found = find(call, resource, name);
  if (found === undefined) throw notFound({ group: '', resource, name });
  if (kind === 'Pod') requireOwnPod(call, found);
  requireSameObject(reference, found.metadata);
  const node = kind === 'Pod' ? nodeOf(call, found) : undefined;
  return { ...(node && { node }), [kind.toLowerCase()]: refOf(found.metadata) };
};

const BINDABLE: Readonly<Record<string, string>> = { Pod: 'pods', Secret: 'secrets', Node: 'nodes' };

const groupVersionOf = (apiVersion: string): [string, string] => {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
};

interface Pod extends KubeObject {
  readonly spec?: { readonly serviceAccountName?: string; readonly nodeName?: string };
}

const find = ({ api, path }: Call, resource: string, name: string): Pod | undefined => {
  const key = keyOf(keyPrefixOf('', resource), resource === 'nodes' ? '' : path.namespace, name);
  return api.store.pending(key)?.value();
};

const requireOwnPod = ({ path }: Call, { spec }: Pod): void => {
  if (spec?.serviceAccountName === path.name) return;
  const account = JSON.stringify(path.name);
  throw badRequest(
    `cannot bind token for serviceaccount ${account} to pod running with different serviceaccount name.`,
  );
};

const requireSameObject = ({ kind = '', name = '', uid = '' }: BoundReference, live: ObjectMeta): void => {
  if (uid === '' || uid === live.uid) return;
  const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  throw conflict({ group: '', resource: kind, name }, why);
};

const nodeOf = (call: Call, { spec }: Pod): Bound | undefined => {
  const name = spec?.nodeName ?? '';
  if (name === '') return undefined;
  const node = find(call, 'nodes', name);
  return node === undefined ? { name } : refOf(node.metadata);
};

const refOf = ({ name, uid }: ObjectMeta): Bound => ({ name, ...(uid !== undefined && { uid }) });
