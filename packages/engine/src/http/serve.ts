import type { KubeRequest, KubeResponse } from '@fairlead/kube';
import type { User } from '../auth/user.ts';
import { unservedName } from '../resources/unserved.ts';
import { parseAccept } from './accept.ts';
import type { Api, Call } from './api.ts';
import { discover } from './discovery.ts';
import {
  ApiError,
  forbidden,
  internal,
  methodNotAllowed,
  notServed,
  tooLarge,
  unauthorized,
} from './errors.ts';
import { serveOpenApi } from './openapi.ts';
import { respondStatus, respondText, respondValue } from './respond.ts';
import { type ObjectPath, parseRoute, type Route } from './route.ts';
import { verbOf } from './verbs.ts';
import { version } from './version.ts';

/** Kubernetes takes no larger body; etcd would not hold it either. */
export const BODY_LIMIT = 3 * 1024 * 1024;

/**
 * The engine's core: one request in, one answer out. `user` is undefined for a client that has shown no
 * credentials. Never rejects: what goes wrong becomes a Status.
 */
export const serve = async (
  api: Api,
  user: User | undefined,
  request: KubeRequest,
): Promise<KubeResponse> => {
  try {
    if ((request.body?.length ?? 0) > BODY_LIMIT) throw tooLarge(BODY_LIMIT);
    return await answer(api, user, request);
  } catch (error) {
    return refuse(api, error);
  }
};

const answer = (
  api: Api,
  user: User | undefined,
  request: KubeRequest,
): KubeResponse | Promise<KubeResponse> => {
  const route = parseRoute(request.path);
  // Who may not come in learns whether somebody is at home, and nothing else.
  if (route.to === 'text') return respondText('ok');
  if (route.to === 'version') return respondValue(version);
  if (user === undefined) throw unauthorized();
  if (route.to === 'object') return answerObject(api, user, { request, path: route.object });
  return answerAbout(api, route, request);
};

/** What the server says of itself. */
const answerAbout = (api: Api, route: Route, request: KubeRequest): KubeResponse | Promise<KubeResponse> => {
  if (route.to === 'nowhere') return noSuchPath();
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
  const query = new URLSearchParams(request.query);
  const resource = api.resources.find(path.group, path.version, path.resource);
  const served =
    resource === undefined ? undefined : verbOf({ resource, path, method: request.method, query });
  const decision = api.authorize({ user, verb: served?.verb ?? request.method.toLowerCase(), ...path });
  if (!decision.allowed) throw denied(user, path, served?.verb ?? request.method.toLowerCase());
  const refused = unservedName(path.group, path.version, path.resource);
  if (refused !== undefined) throw notServed(refused);
  if (resource === undefined || !fits(path, resource.definition.namespaced)) return noSuchPath();
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
  return served.run(call);
};

/** A name without a namespace, or a namespace for what has none, is no address of anything. */
const fits = (path: ObjectPath, namespaced: boolean): boolean => {
  if (!namespaced) return path.namespace === '';
  return path.namespace !== '' || path.name === '';
};

const denied = (user: User, path: ObjectPath, verb: string): ApiError => {
  const what = path.subresource === '' ? path.resource : `${path.resource}/${path.subresource}`;
  const where = path.namespace === '' ? 'at the cluster scope' : `in the namespace "${path.namespace}"`;
  return forbidden(
    { group: path.group, resource: path.resource, name: path.name },
    `User "${user.name}" cannot ${verb} resource "${what}" in API group "${path.group}" ${where}`,
  );
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
