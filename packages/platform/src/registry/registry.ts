import { deleteBlob, getBlob } from './blobs.ts';
import type { Exchange, Handler, RegistryLimits, RepositoryVerb } from './exchange.ts';
import { listReferrers, listTags } from './listings.ts';
import { deleteManifest, getManifest, putManifest, removeRepository } from './manifests.ts';
import { parseRepository } from './names.ts';
import { appendUpload, beginUpload, cancelUpload, finishUpload, getUpload } from './pushes.ts';
import { Refusal, refusalResponse } from './refusal.ts';
import { type RepositoryRecords, repositoryRecords } from './repository.ts';
import type { RegistryStorage } from './storage.ts';
import { createTurns } from './turns.ts';
import { createUploads, type RegistryClock } from './uploads.ts';

export interface RegistryOptions<User> {
  readonly storage: RegistryStorage;
  readonly clock: RegistryClock;
  /** Who sends it; `undefined`: nobody knows. */
  readonly authenticate: (request: Request) => User | undefined | Promise<User | undefined>;
  readonly authorize: (user: User, verb: RepositoryVerb, repository: string) => boolean | Promise<boolean>;
  readonly limits?: Partial<RegistryLimits>;
  /** Told of what is not the sender's fault; the answer only says that something went wrong. */
  readonly onFault?: (error: unknown) => void;
}

export interface Registry {
  (request: Request): Promise<Response>;
  /** Takes a repository away, as when its app is destroyed. Asks nobody: for the platform itself. */
  remove(name: string): Promise<void>;
  /** Drops unfinished uploads. */
  close(): Promise<void>;
}

interface Route {
  readonly verb: RepositoryVerb;
  readonly handler: Handler;
}

const pull = (handler: Handler): Route => ({ verb: 'pull', handler });
const push = (handler: Handler): Route => ({ verb: 'push', handler });
const erase = (handler: Handler): Route => ({ verb: 'delete', handler });

/** Every door of the registry, with what its user must be allowed. Paths follow /v2/<name>. */
const routes: readonly { readonly path: RegExp; readonly methods: Readonly<Record<string, Route>> }[] = [
  { path: /^(.+)\/tags\/list$/, methods: { GET: pull(listTags) } },
  { path: /^(.+)\/referrers\/([^/]+)$/, methods: { GET: pull(listReferrers) } },
  { path: /^(.+)\/blobs\/uploads\/?$/, methods: { POST: push(beginUpload) } },
  {
    path: /^(.+)\/blobs\/uploads\/([^/]+)$/,
    methods: {
      GET: push(getUpload),
      PATCH: push(appendUpload),
      PUT: push(finishUpload),
      DELETE: push(cancelUpload),
    },
  },
  {
    path: /^(.+)\/blobs\/([^/]+)$/,
    methods: { GET: pull(getBlob), HEAD: pull(getBlob), DELETE: erase(deleteBlob) },
  },
  {
    path: /^(.+)\/manifests\/([^/]+)$/,
    methods: {
      GET: pull(getManifest),
      HEAD: pull(getManifest),
      PUT: push(putManifest),
      DELETE: erase(deleteManifest),
    },
  },
];

const defaultLimits: RegistryLimits = { manifestBytes: 4 * 1024 * 1024, blobBytes: 10 * 1024 ** 3 };

/** A registry of OCI distribution-spec 1.1 under /v2/. */
export const createRegistry = <User>(options: RegistryOptions<User>): Registry => {
  const { storage, onFault } = options;
  const uploads = createUploads(storage.blobs, options.clock);
  const limits = { ...defaultLimits, ...options.limits };
  const takeTurn = createTurns();

  const answer = async (request: Request): Promise<Response> => {
    const user = await options.authenticate(request);
    if (user === undefined) throw unknownUser();
    const url = new URL(request.url);
    if (url.pathname === '/v2/' || url.pathname === '/v2') return Response.json({});
    const { route, name, target } = findRoute(request.method, url.pathname);
    await requirePermission(options, user, { verb: route.verb, name });
    const foreign = async (other: string): Promise<RepositoryRecords | undefined> =>
      (await options.authorize(user, 'pull', other)) ? repositoryRecords(storage.records, other) : undefined;
    const exclusive: Exchange['exclusive'] = (work) => takeTurn(name, work);
    const repository = repositoryRecords(storage.records, name);
    const exchange = { request, url, name, repository, storage, uploads, limits, foreign, exclusive };
    return route.handler(exchange, target);
  };

  const serve = async (request: Request): Promise<Response> => {
    const response = await answer(request).catch((error: unknown) => {
      if (error instanceof Refusal) return refusalResponse(error);
      onFault?.(error);
      return refusalResponse(faultOf(error));
    });
    response.headers.set('docker-distribution-api-version', 'registry/2.0');
    return response;
  };
  const remove = (name: string): Promise<void> =>
    takeTurn(name, () => removeRepository(repositoryRecords(storage.records, parseRepository(name))));
  return Object.assign(serve, { remove, close: () => uploads.abortAll() });
};

const findRoute = (method: string, pathname: string): { route: Route; name: string; target: string } => {
  const path = pathname.startsWith('/v2/') ? pathname.slice('/v2/'.length) : '';
  for (const { path: pattern, methods } of routes) {
    const match = pattern.exec(path);
    if (!match) continue;
    const name = parseRepository(match[1] ?? '');
    const route = methods[method];
    if (!route) {
      const headers = { allow: Object.keys(methods).join(', ') };
      throw new Refusal('UNSUPPORTED', `${method} is not served here`, { headers });
    }
    return { route, name, target: decodePart(match[2] ?? '') };
  }
  throw new Refusal('UNSUPPORTED', 'there is nothing at this path', { status: 404 });
};

const decodePart = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not a valid escape: taken as it is, it is no valid name either, and is refused as that.
    return text;
  }
};

const requirePermission = async <User>(
  { authorize }: RegistryOptions<User>,
  user: User,
  { verb, name }: { verb: RepositoryVerb; name: string },
): Promise<void> => {
  if (await authorize(user, verb, name)) return;
  // Who may not even see it must not learn that it exists.
  const seen = verb !== 'pull' && (await authorize(user, 'pull', name));
  throw seen
    ? new Refusal('DENIED', `you may not ${verb} here`)
    : new Refusal('NAME_UNKNOWN', 'there is no such repository');
};

const unknownUser = (): Refusal =>
  new Refusal('UNAUTHORIZED', 'send the token, as a bearer or as the password of any user name', {
    headers: { 'www-authenticate': 'Basic realm="fairlead"' },
  });

const faultOf = (error: unknown): Refusal =>
  (error as NodeJS.ErrnoException).code === 'ENOSPC'
    ? new Refusal('UNKNOWN', 'the disk of the registry is full', { status: 507 })
    : new Refusal('UNKNOWN', 'the registry failed; its log says why');
