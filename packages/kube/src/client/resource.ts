import { isNotFound } from '../error.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ObjectName } from '../name.ts';
import type { KubeObject, ResourceType } from '../object.ts';
import type { ApplyOptions, CallOptions, RawRequest, Resource, Scale, ScaleResource } from './contract.ts';
import { gatherPages, listPages } from './list.ts';
import { collectionPath, objectPath, scopeQuery } from './path.ts';
import type { Requester } from './request.ts';
import { createFollow, watchEvents } from './watch.ts';
import {
  applyRequest,
  deleteRequest,
  type Named,
  nameOf,
  patchRequest,
  putRequest,
  writeQuery,
} from './write.ts';

/** What a kind's verbs are made from. */
export interface ResourceParts {
  readonly requester: Requester;
  readonly fieldManager: string;
}

/** The verbs of one kind. */
export function createResource<T extends KubeObject>(parts: ResourceParts, kind: Kind<T>): Resource<T> {
  const { requester } = parts;
  const follow = createFollow(requester, kind);
  const get = (name: ObjectName, { signal }: CallOptions = {}): Promise<T> =>
    requester.json({ path: objectPath(kind, name), signal });
  return {
    kind,
    get,
    find: (name, options) => get(name, options).catch(undefinedWhenMissing),
    pages: (options = {}) => listPages(requester, kind, options),
    list: (options = {}) => gatherPages(listPages(requester, kind, options)),
    follow,
    watch: (options) => watchEvents(follow, options),
    create: async (object, options) =>
      send(parts, { method: 'POST', path: homeOf(kind, object), body: object }, options),
    ...changes(parts, kind),
    delete: async (name, options) => requester.json(deleteRequest(objectPath(kind, name), options)),
    deleteCollection: async (options = {}) => {
      const request = deleteRequest(collectionPath(kind, options.namespace), options);
      await requester.request({ ...request, query: scopeQuery(options) });
    },
    status: changes(parts, kind, 'status'),
    scale: scaleOf(parts, kind),
  };
}

/** Replace, patch and apply, on the object or on a subresource. */
function changes<T extends KubeObject>(parts: ResourceParts, kind: Kind<T>, subresource?: string) {
  const pathOf = (object: Named) => objectPath(kind, nameOf(kind, object), subresource);
  const changed: Pick<Resource<T>, 'replace' | 'patch'> & {
    apply(object: Named, options?: ApplyOptions): Promise<T>;
  } = {
    replace: async (object, options) => send(parts, putRequest(pathOf(object), object), options),
    patch: async (name, patch, options) =>
      send(parts, patchRequest(objectPath(kind, name, subresource), patch), options),
    apply: async (object, options) => send(parts, applyRequest(pathOf(object), kind, object), options),
  };
  return changed;
}

const scaleOf = (parts: ResourceParts, type: ResourceType): ScaleResource => ({
  get: async (name, { signal } = {}) =>
    parts.requester.json<Scale>({ path: objectPath(type, name, 'scale'), signal }),
  set: async (name, replicas, options) => {
    const patch = patchRequest(objectPath(type, name, 'scale'), {
      type: 'merge',
      body: { spec: { replicas } },
    });
    return send<Scale>(parts, patch, options);
  },
});

const send = <R>(parts: ResourceParts, request: RawRequest, options: ApplyOptions = {}): Promise<R> =>
  parts.requester.json<R>({
    ...request,
    query: writeQuery({ ...options, fieldManager: options.fieldManager ?? parts.fieldManager }),
    signal: options.signal,
  });

/** The collection that a new object goes to. */
function homeOf(kind: Kind, { metadata }: Named): string {
  if (kind.namespaced && !metadata.namespace) throw new TypeError(`a new ${kind.kind} needs a namespace`);
  return collectionPath(kind, metadata.namespace);
}

function undefinedWhenMissing(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}
