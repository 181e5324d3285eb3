import type { KubeRequest, KubeResponse } from '@fairlead/kube';
import { pathAttributes } from '../auth/authorizer.ts';
import { impersonates, parseImpersonation } from '../auth/impersonation.ts';
import type { User } from '../auth/user.ts';
import { type DurationError, readDuration } from '../schema/duration.ts';
import { serveAbout } from './about.ts';
import { attributesOf, whyDenied } from './access.ts';
import { parseAccept, parseAcceptOrJson } from './accept.ts';
import type { Api, Call, Verb } from './api.ts';
import { ApiError, badRequest, internal, retryHeader, tooLarge } from './errors.ts';
import { misplaced, noSuchPart, noSuchResource } from './missing.ts';
import { prettyResponse, wantsPretty } from './pretty.ts';
import { respondStatus, respondText, respondYaml } from './respond.ts';
import { type ObjectPath, parseRoute, type Route } from './route.ts';
import { verbOf } from './verbs.ts';
import { withWarnings } from './warnings.ts';

/** Kubernetes takes no larger body; etcd would not hold it either. */
export const BODY_LIMIT = 3 * 1024 * 1024;

/**
 * The engine's core: one request in, one answer out, at once where there is nothing to wait for. Never rejects: what goes
 * wrong becomes a Status.
 */
export const serve = (api: Api, user: User, request: KubeRequest): KubeResponse | Promise<KubeResponse> => {
  const route = parseRoute(request.path);
  const answered = api.requests.begin(request);
  const finish = (response: KubeResponse): KubeResponse => {
    answered(route, response);
    return wantsPretty(request) ? prettyResponse(response) : response;
  };
  const response = answerOrRefuse(api, user, { request, route });
  return response instanceof Promise ? response.then(finish) : finish(response);
};

interface Routed {
  readonly request: KubeRequest;
  readonly route: Route;
}

const answerOrRefuse = (api: Api, user: User, routed: Routed): KubeResponse | Promise<KubeResponse> => {
  const refused = (error: unknown) => refuse(api, routed.request, error);
  const answered = attempt(() => answerFor(api, user, routed), refused);
  return answered instanceof Promise ? answered.catch(refused) : answered;
};

const answerFor = (api: Api, user: User, routed: Routed): KubeResponse | Promise<KubeResponse> => {
  const { request } = routed;
  if ((request.body?.length ?? 0) > BODY_LIMIT) throw tooLarge(BODY_LIMIT);
  if (!impersonates(request.headers)) return answer(api, user, routed);
  const other = impersonate(api, user, request);
  return 'status' in other ? other : answer(api, other, routed);
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

const answer = (api: Api, user: User, { request, route }: Routed): KubeResponse | Promise<KubeResponse> => {
  if (route.to === 'object') {
    const asked = { request, path: route.object };
    return answerObject(api, user, route.watching ? watchOf(asked) : asked);
  }
  const denied = whyDenied(api, pathAttributes(user, request.method.toLowerCase(), request.path));
  return denied === undefined ? serveAbout(api, route, request) : respondDenied(denied);
};

/** A path in the message is a stranger's word: no browser is to take it for a page. */
const respondDenied = ({ status }: ApiError): KubeResponse =>
  respondStatus(status, { 'x-content-type-options': 'nosniff' });

/** What was asked for at the old address of watches, as it is asked for today. */
const watchOf = ({ request, path }: Asked): Asked => {
  const query = new URLSearchParams(request.query);
  query.set('watch', 'true');
  if (path.name !== '') query.set('fieldSelector', `metadata.name=${path.name}`);
  const { method, headers } = request;
  const today: KubeRequest = {
    method,
    path: request.path,
    query: query.toString(),
    headers,
    // Made when somebody asks for it.
    get signal() {
      return request.signal as AbortSignal;
    },
  };
  return { request: today, path: { ...path, name: '' } };
};

interface Asked {
  readonly request: KubeRequest;
  readonly path: ObjectPath;
}

const answerObject = (
  api: Api,
  user: User,
  { request, path }: Asked,
): KubeResponse | Promise<KubeResponse> => {
  const { method } = request;
  const query = new URLSearchParams(request.query);
  const denied = whyDenied(api, attributesOf(user, { method, path }, query));
  if (denied !== undefined) return respondDenied(denied);
  const resource = api.resources.find(path.group, path.version, path.resource);
  if (resource === undefined) return noSuchResource(api.resources, path.group);
  const elsewhere = misplaced(api.resources, resource, { path, method });
  if (elsewhere !== undefined) return elsewhere;
  const served = verbOf({ resource, path, method, query });
  if (served === undefined) return noSuchPart(api.resources, resource, path);
  requireTimeout(query);
  const call: Call = {
    api,
    request,
    user,
    resource,
    path,
    query,
    accept: parseAccept(request.headers.accept, resource.definition.origin),
    warnings: resource.version.deprecation === undefined ? [] : [resource.version.deprecation],
  };
  return told(call, served);
};

/** What the client is to be told beside the answer is told with a refusal, too. */
const told = (call: Call, verb: Verb): KubeResponse | Promise<KubeResponse> => {
  const refused = (error: unknown) => refuseWhenSettled(call, error);
  const answered = attempt(() => verb(call), refused);
  if (!(answered instanceof Promise)) return withWarnings(answered, call.warnings);
  return answered.catch(refused).then((response) => withWarnings(response, call.warnings));
};

/** Writes are judged by writes under way. Should those fail, the refusal would tell of what never was. */
const refuseWhenSettled = async ({ api, request }: Call, error: unknown): Promise<KubeResponse> => {
  if (request.method === 'GET') return refuse(api, request, error);
  try {
    await api.store.settled();
  } catch (fault) {
    return refuse(api, request, fault);
  }
  return refuse(api, request, error);
};

const attempt = <T>(act: () => T, failed: (error: unknown) => T): T => {
  try {
    return act();
  } catch (error) {
    return failed(error);
  }
};

/** How long a client would wait. It is answered long before; a wish that cannot be read is refused all the same. */
const requireTimeout = (query: URLSearchParams): void => {
  const text = query.get('timeout');
  if (text === null || text === '') return;
  try {
    readDuration(text);
  } catch (error) {
    throw badRequest(`invalid timeout specified in the request URL - ${(error as DurationError).message}`);
  }
};

const refuse = (api: Api, request: KubeRequest, error: unknown): KubeResponse | Promise<KubeResponse> => {
  if (!(error instanceof ApiError)) api.onError(error);
  const refusal =
    error instanceof ApiError ? error : internal(error instanceof Error ? error.message : String(error));
  const headers = retryHeader(refusal);
  const { encoding } = parseAcceptOrJson(request.headers.accept);
  if (encoding === 'yaml') return respondYaml(refusal.status, refusal.status.code, headers);
  return respondStatus(refusal.status, headers);
};
