import type { Attributes } from '../auth/authorizer.ts';
import type { User } from '../auth/user.ts';
import type { Api } from './api.ts';
import { type ApiError, forbidden } from './errors.ts';
import type { ObjectPath } from './route.ts';
import { flag } from './list-options.ts';

/** The 403 for what the user may not do; undefined for what he may. */
export const whyDenied = (api: Api, attributes: Attributes): ApiError | undefined => {
  const { allowed, reason } = api.authorize(attributes);
  return allowed ? undefined : denied(attributes, reason);
};

/**
 * What a request for an object or a collection asks leave for, by its method and address alone (Kubernetes'
 * RequestInfo): whoever may not do it does not learn whether there is such a thing.
 */
export const attributesOf = (
  user: User,
  { method, path }: { readonly method: string; readonly path: ObjectPath },
  query: URLSearchParams,
): Attributes => {
  const verb = verbNamed(method, path, query);
  const { group, version, resource, subresource, namespace, name } = path;
  return {
    user,
    verb,
    group,
    version,
    resource,
    subresource,
    // A namespace lies in itself: a role in it can be about it.
    namespace: resource === 'namespaces' && group === '' ? name : namespace,
    name: verb === 'list' || verb === 'watch' ? selectedName(query.get('fieldSelector')) : name,
  };
};

/** The verb of a method, on one object. */
export const VERBS: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** A verb by the name that access is decided on; empty for a method that is none. */
export const verbNamed = (method: string, { name }: ObjectPath, query: URLSearchParams): string => {
  const verb = VERBS[method] ?? '';
  if (name !== '') return verb;
  if (verb === 'get') return flag(query, 'watch') ? 'watch' : 'list';
  return verb === 'delete' ? 'deletecollection' : verb;
};

/** Whoever may read one object may also list or watch what is no more than it. */
const selectedName = (selector: string | null): string => {
  if (selector === null) return '';
  for (const term of selector.split(',')) {
    const [, name] = /^metadata\.name==?([^=]+)$/.exec(term) ?? [];
    if (name !== undefined) return name;
  }
  return '';
};

const denied = (attributes: Attributes, reason: string): ApiError => {
  const { group, resource, name } = attributes;
  const why = escaped(deniedText(attributes));
  return forbidden({ group, resource, name }, reason === '' ? why : `${why}: ${reason}`);
};

const deniedText = ({ user, verb, group, resource, subresource, namespace, path }: Attributes): string => {
  const who = `User ${JSON.stringify(user.name)} cannot ${verb}`;
  if (path !== undefined) return `${who} path ${JSON.stringify(path)}`;
  const what = JSON.stringify(subresource === '' ? resource : `${resource}/${subresource}`);
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  return `${who} resource ${what} in API group ${JSON.stringify(group)} ${where}`;
};

/** A name in a path is a stranger's word: it must not look like HTML to a browser. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
