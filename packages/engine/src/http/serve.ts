import type { KubeRequest, KubeResponse } from '@fairlead/kube';
import { pathAttributes } from '../auth/authorizer.ts';
import { impersonates, parseImpersonation } from '../auth/impersonation.ts';
import type { User } from '../auth/user.ts';
import { unservedName } from '../resources/unserved.ts';
import { attributesOf, whyDenied } from './access.ts';
import { parseAccept } from './accept.ts';
import type { Api, Call } from './api.ts';
import { discover } from './discovery.ts';
import { ApiError, internal, methodNotAllowed, notServed, tooLarge } from './errors.ts';
import { serveOpenApi } from './openapi.ts';
import { respondStatus, respondText, respondValue } from './respond.ts';
import { type ObjectPath, parseRoute, type Route } from './route.ts';
import { verbOf } from './verbs.ts';
import { version } from './version.ts';

/** Kubernetes takes no larger body; etcd would not hold it either. */
export const BODY_LIMIT = 3 * 1024 * 1024;

/** The engine's core: one request in, one answer out. Never rejects: what goes wrong becomes a Status. */
export const serve = async (api: Api, user: User, request: KubeRequest): Promise<KubeResponse> => {
  try {
    if ((request.body?.length ?? 0) > BODY_LIMIT) throw tooLarge(BODY_LIMIT);
    if (!impersonates(request.headers)) return await answer(api, user, request);
    const other = impersonate(api, user, request);
    return 'status' in other ? other : await answer(api, other, request);
  } catch (error) {
    return refuse(api, error);
  }
};

/** Whom the request is for in truth, if the one who sent it may be that. */
const impersonate = (api: Api, user: User, { headers, path, query }: KubeRequest): User | KubeResponse => {
  const asked = parseImpersonation(headers, user);
  if ('error' in asked) {
    const address = query === '' ? path : `${path}?${query}`;
    return respondText(`Internal Server Error: ${JSON.stringify(address)}: ${asked.error}\n`, 500);
  }
  for (const attributes of asked.required) {
    const denied = whyDenied(api, attributes);
    if (denied !== undefined) return respondDenied(denied);
  }
  return asked.user;
};

const answer = (api: Api, user: User, request: KubeRequest): KubeResponse | Promise<KubeResponse> => {
  const route = parseRoute(request.path);
  if (route.to === 'object') return answerObject(api, user, { request, path: route.object });
  const denied = whyDenied(api, pathAttributes(user, request.method.toLowerCase(), request.path));
  return denied === undefined ? answerAbout(api, route, request) : respondDenied(denied);
};

/** A path in the message is a stranger's word: no browser is to take it for a page. */
const respondDenied = ({ status }: ApiError): KubeResponse =>
  respondStatus(status, { 'x-content-type-options': 'nosniff' });

/** What the server says of itself. */
const answerAbout = (api: Api, route: Route, request: KubeRequest): KubeResponse | Promise<KubeResponse> => {
  if (route.to === 'nowhere') return noSuchPath();
  if (route.to === 'text') return respondText('ok');
  if (route.to === 'version') return respondValue(version);
  if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed();
  if (route.to === 'openapi')
    return serveOpenApi(api.resources, { request, path: route.path }) ?? noSuchPath();
  return discover(api.resources, { request, route }) ?? noSuchPath();
};

const noSuchPath = (): KubeResponse => respondText('404 page not found\n', 404);

const answerObject = (
  api: Api,
  user: User,
  { request, path }: { readonly request: KubeRequest; readonly path: ObjectPath },
): KubeResponse | Promise<KubeResponse> => {
  const { method } = request;
  const query = new URLSearchParams(request.query);
  const denied = whyDenied(api, attributesOf(user, { method, path }, query));
  if (denied !== undefined) return respondDenied(denied);
  const refused = unservedName(path.group, path.version, path.resource);
  if (refused !== undefined) throw notServed(refused);
  const resource = api.resources.find(path.group, path.version, path.resource);
  if (resource === undefined || !fits(path, resource.definition.namespaced)) return noSuchPath();
  const served = verbOf({ resource, path, method, query });
  if (served === undefined) return noSuchPath();
  const call: Call = {
    api,
    request,
    user,
    resource,
    path,
    query,
    accept: parseAccept(request.headers.accept),
    warnings: [],
  };
  return served(call);
};

/** A name without a namespace, or a namespace for what has none, is no address of anything. */
const fits = (path: ObjectPath, namespaced: boolean): boolean => {
  if (!namespaced) return path.namespace === '';
  return path.namespace !== '' || path.name === '';
};

const refuse = (api: Api, error: unknown): KubeResponse => {
  if (error instanceof ApiError) return respondStatus(error.status, retryHeader(error));
  api.onError(error);
  return respondStatus(internal(error instanceof Error ? error.message : String(error)).status);
};

const retryHeader = ({ status }: ApiError): Record<string, string> => {
  const seconds = status.details?.retryAfterSeconds;
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
};
