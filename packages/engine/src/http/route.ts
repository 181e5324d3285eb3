import type { Health } from './health.ts';
import type { IssuerDocument } from './issuer.ts';

/** What a path means, before anything is looked up (Kubernetes' RequestInfo). */
export type Route =
  | { readonly to: 'index' }
  | { readonly to: 'health'; readonly health: Health; readonly check: string }
  | { readonly to: 'version' }
  | { readonly to: 'backup' }
  | { readonly to: 'metrics' }
  | { readonly to: 'issuer'; readonly document: IssuerDocument }
  | { readonly to: 'groups' }
  | { readonly to: 'group'; readonly group: string }
  | { readonly to: 'core' }
  | { readonly to: 'resources'; readonly group: string; readonly version: string }
  | { readonly to: 'openapi'; readonly path: readonly string[] }
  /** `watching`: at the old address of watches, `/api/v1/watch/…`. */
  | { readonly to: 'object'; readonly object: ObjectPath; readonly watching: boolean }
  | { readonly to: 'nowhere' };

/** The address of a collection (no name), an object, or a part of an object. */
export interface ObjectPath {
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly resource: string;
  readonly name: string;
  readonly subresource: string;
}

const nowhere: Route = { to: 'nowhere' };

/** A path with a bad escape leads nowhere. */
export const parseRoute = (path: string): Route => {
  const parts = splitPath(path);
  if (parts === undefined) return nowhere;
  const [first, ...rest] = parts;
  switch (first) {
    case 'api':
      return parseVersioned('', rest, { to: 'core' });
    case 'apis':
      return parseGroup(rest);
    case 'version':
      return rest.length === 0 ? { to: 'version' } : nowhere;
    case 'backup':
    case 'metrics':
      return rest.length === 0 ? { to: first } : nowhere;
    case 'readyz':
    case 'livez':
    case 'healthz':
      return { to: 'health', health: first, check: rest.join('/') };
    case '':
      return parts.length === 1 ? { to: 'index' } : nowhere;
    case 'openapi':
      return { to: 'openapi', path: rest };
    case '.well-known':
      return isPath(rest, 'openid-configuration') ? { to: 'issuer', document: 'configuration' } : nowhere;
    case 'openid':
      return isPath(rest, 'v1/jwks') ? { to: 'issuer', document: 'keys' } : nowhere;
    default:
      return nowhere;
  }
};

const isPath = (parts: readonly string[], path: string): boolean => parts.join('/') === path;

const splitPath = (path: string): string[] | undefined => {
  const start = path.startsWith('/') ? 1 : 0;
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  const parts = path.slice(start, end).split('/');
  if (!path.includes('%')) return parts;
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return undefined;
  }
};

const parseGroup = (parts: readonly string[]): Route => {
  const [group, ...rest] = parts;
  if (group === undefined) return { to: 'groups' };
  return parseVersioned(group, rest, { to: 'group', group });
};

const parseVersioned = (group: string, parts: readonly string[], bare: Route): Route => {
  const [version, ...rest] = parts;
  if (version === undefined) return bare;
  if (rest.length === 0) return { to: 'resources', group, version };
  const watching = rest[0] === 'watch' && rest.length > 1;
  const object = parseObject(group, version, watching ? rest.slice(1) : rest);
  return object === undefined ? nowhere : { to: 'object', object, watching };
};

const parseObject = (group: string, version: string, parts: string[]): ObjectPath | undefined => {
  // `namespaces/x/pods` is pods in x; `namespaces/x`, `…/status` and `…/finalize` are the namespace.
  const scoped = parts[0] === 'namespaces' && parts.length > 2 && !ofNamespaceItself(group, parts);
  const namespace = scoped ? (parts[1] ?? '') : '';
  const [resource = '', name = '', subresource = '', ...rest] = scoped ? parts.slice(2) : parts;
  if (resource === '' || rest.length > 0 || (scoped && namespace === '')) return undefined;
  return { group, version, namespace, resource, name, subresource };
};

const ofNamespaceItself = (group: string, parts: readonly string[]): boolean =>
  group === '' && parts.length === 3 && (parts[2] === 'status' || parts[2] === 'finalize');
