import type { KubeObject, KubeResponse, ResponseBody } from '@fairlead/kube';
import type { ServedResource } from '../resources/registry.ts';
import { nameOrder } from '../schema/member-order.ts';
import type { Snapshot, StoredObject } from '../store/contract.ts';
import type { Call } from './api.ts';
import { type ContinueToken, parseContinue, renderContinue } from './continue-token.ts';
import { badRequest, expired, failure, futureVersion, notShownSo } from './errors.ts';
import { answerType } from './go-names.ts';
import { type ListOptions, parseVersion } from './list-options.ts';
import { renderPartial } from './partial.ts';
import { deepFreeze, JSON_HEADERS, respondValue, respondYaml } from './respond.ts';
import { compileMatcher, type Matcher } from './selectors/match.ts';
import { renderTable } from './table/render.ts';
import { bytesIn, shownValue, valueIn } from './versions.ts';

/** What a list says of itself (meta/v1 ListMeta). */
export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** Objects of one collection with what a list says of itself. */
export interface Page {
  readonly objects: readonly StoredObject[];
  readonly metadata: ListMeta;
}

/** GET of a collection: one consistent state, whole or in pages. */
export const list = (call: Call, options: ListOptions): KubeResponse | Promise<KubeResponse> => {
  const page = readPage(call, options);
  const { accept } = call;
  if (accept.as === 'object' && accept.encoding === 'json') return respondList(call, page);
  const objects = page.objects.map((stored) => shownValue(call, stored));
  const shown = shownList(call, { objects, metadata: page.metadata });
  return accept.encoding === 'yaml' ? respondYaml(shown, 200) : respondValue(shown);
};

const shownList = (
  call: Call,
  given: { readonly objects: readonly KubeObject[]; readonly metadata: ListMeta },
): unknown => {
  const { accept } = call;
  if (accept.as === 'Table') return renderTable(call, given);
  if (accept.as === 'object') return listValue(call, given.metadata, given.objects);
  if (accept.as === 'PartialObjectMetadata') {
    const type = answerType(call.resource.definition, true);
    throw notShownSo(`you requested PartialObjectMetadata, but the requested object is a list (${type})`);
  }
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: `meta.k8s.io/${accept.version}`,
    metadata: given.metadata,
    // Of nothing Kubernetes makes no list here.
    items: given.objects.length === 0 ? null : given.objects.map((object) => renderPartial(accept, object)),
  };
};

/** The prefix of all keys in the collection that the address names. */
export const collectionPrefix = ({ resource, path }: Pick<Call, 'resource' | 'path'>): string =>
  path.namespace === '' ? resource.keyPrefix : `${resource.keyPrefix}${path.namespace}/`;

export const readPage = (call: Call, options: ListOptions): Page => {
  const prefix = collectionPrefix(call);
  const matches = compileMatcher(call.resource, options);
  const token = options.continue === '' ? undefined : parseContinue(options.continue);
  const snapshot = snapshotFor(call, options, token);
  const after = token === undefined ? undefined : prefix + token.after;
  const limit = limitOf(options);
  if (limit <= 0) {
    const all = snapshot.range(prefix, { ...(after !== undefined && { after }) });
    return { objects: matching(all, matches), metadata: { resourceVersion: String(snapshot.revision) } };
  }
  const objects = scan(snapshot, { prefix, after, limit, matches });
  return { objects, metadata: pageMeta(call, { snapshot, objects, prefix, limit, matches }) };
};

/** Who takes any state, however old, gets it whole: Kubernetes answers such a list from its cache, without pages. */
const limitOf = ({ limit, resourceVersion }: ListOptions): number => (resourceVersion === '0' ? 0 : limit);

const matching = (objects: StoredObject[], matches: Matcher | undefined): StoredObject[] =>
  matches === undefined ? objects : objects.filter((stored) => matches(stored.value()));

/** Reads until the page is full: what the selector leaves out does not count. */
const scan = (
  snapshot: Snapshot,
  given: { prefix: string; after: string | undefined; limit: number; matches: Matcher | undefined },
): StoredObject[] => {
  const found: StoredObject[] = [];
  let { after } = given;
  while (found.length < given.limit) {
    const limit = given.limit - found.length;
    const batch = snapshot.range(given.prefix, { limit, ...(after !== undefined && { after }) });
    found.push(...matching(batch, given.matches));
    if (batch.length < limit) break;
    after = batch[batch.length - 1]?.key;
  }
  return found;
};

const pageMeta = (
  call: Call,
  given: {
    snapshot: Snapshot;
    objects: readonly StoredObject[];
    prefix: string;
    limit: number;
    matches: Matcher | undefined;
  },
): ListMeta => {
  const { snapshot, objects, prefix } = given;
  const resourceVersion = String(snapshot.revision);
  const after = objects[objects.length - 1]?.key;
  if (objects.length < given.limit || after === undefined) return { resourceVersion };
  const remaining = snapshot.count(prefix, { after });
  if (remaining === 0) return { resourceVersion };
  call.api.pages.keep(snapshot);
  return {
    resourceVersion,
    continue: renderContinue({ revision: snapshot.revision, after: after.slice(prefix.length) }),
    // With a selector nobody knows without looking at all of them.
    ...(given.matches === undefined && { remainingItemCount: remaining }),
  };
};

const snapshotFor = (call: Call, options: ListOptions, token: ContinueToken | undefined): Snapshot => {
  const { store, pages } = call.api;
  if (token !== undefined) return snapshotOfToken(call, options, token);
  const asked = parseVersion(options.resourceVersion, ({ field, detail }) =>
    badRequest(`invalid resource version: ${field}: ${detail}`),
  );
  if (asked !== undefined && asked > store.revision) throw futureVersion(asked, store.revision);
  const { match, limit } = options;
  const exact = match === 'Exact' || (match === '' && limit > 0 && (asked ?? 0) > 0);
  if (!exact) return store.snapshot();
  const snapshot = pages.at(asked ?? 0);
  if (snapshot === undefined) throw expired('The resourceVersion for the provided list is too old.');
  return snapshot;
};

const snapshotOfToken = ({ api }: Call, options: ListOptions, token: ContinueToken): Snapshot => {
  if (options.resourceVersion !== '' && options.resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  if (token.revision < 0) return api.store.snapshot();
  if (token.revision > api.store.revision) throw futureVersion(token.revision, api.store.revision);
  const snapshot = api.pages.at(token.revision);
  if (snapshot !== undefined) return snapshot;
  const fresh = renderContinue({ revision: -1, after: token.after });
  const error = failure({
    code: 410,
    reason: 'Expired',
    message:
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  });
  throw Object.assign(error, { status: { ...error.status, metadata: { continue: fresh } } });
};

const listValue = ({ resource }: Call, metadata: ListMeta, items: readonly KubeObject[]): unknown => {
  const [before, after] = aroundItems(resource, metadata);
  return { ...before, items, ...after };
};

/** What a list shows before its items, and what after: a list of custom resources is a map to Go, and comes by its names. */
const aroundItems = (resource: ServedResource, metadata: ListMeta): readonly [object, object] => {
  const { listKind: kind, origin } = resource.definition;
  const { apiVersion } = resource;
  const shown = listMetadata(resource, metadata);
  return origin === 'custom'
    ? [{ apiVersion }, { kind, metadata: nameOrder(shown) }]
    : [{ kind, apiVersion, metadata: shown }, {}];
};

/** Lists of custom resources say so when nothing is left; in those of Go's types an empty string is left out. */
const listMetadata = ({ definition }: ServedResource, metadata: ListMeta): ListMeta =>
  definition.origin === 'custom' ? { continue: '', ...metadata } : metadata;

/** The objects as one list; encoded slice by slice when a socket takes them. */
export const respondList = (call: Call, page: Page): KubeResponse => {
  const values = () => {
    const items = page.objects.map((stored) => valueIn(call.resource, stored));
    const value = listValue(call, page.metadata, items);
    return call.api.freeze ? deepFreeze(value) : value;
  };
  const body: ResponseBody = { kind: 'object', value: values, chunks: () => listChunks(call, page) };
  return { status: 200, headers: JSON_HEADERS, body };
};

const SEPARATOR = Buffer.from(',');
const OPEN = Buffer.from('{');
const OPEN_NEXT = Buffer.from(',{');

/** The stored bytes of the items one after the other, so that nothing large is built. */
function* listChunks(call: Call, page: Page): Generator<Uint8Array> {
  const { kind, origin } = call.resource.definition;
  const { apiVersion } = call.resource;
  const [before, after] = aroundItems(call.resource, page.metadata).map((part) =>
    JSON.stringify(part).slice(1, -1),
  );
  yield Buffer.from(`{${before},"items":[`);
  // Items of built-in lists carry no type of their own in Kubernetes; those of custom ones do.
  const type =
    origin === 'builtin' ? Buffer.from(`${JSON.stringify({ kind, apiVersion }).slice(0, -1)},`) : undefined;
  let first = true;
  for (const stored of page.objects) {
    const bytes = bytesIn(call.resource, stored);
    if (type !== undefined && startsWith(bytes, type)) {
      yield first ? OPEN : OPEN_NEXT;
      yield bytes.subarray(type.length);
    } else {
      if (!first) yield SEPARATOR;
      yield bytes;
    }
    first = false;
  }
  yield Buffer.from(after === '' ? ']}' : `],${after}}`);
}

/** A loop: so few bytes are sooner compared than handed to anybody who does it faster. */
const startsWith = (bytes: Uint8Array, prefix: Uint8Array): boolean => {
  if (bytes.length <= prefix.length) return false;
  for (let index = prefix.length - 1; index >= 0; index--) if (bytes[index] !== prefix[index]) return false;
  return true;
};
