import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FairleadError, renderError } from '@fairlead/api';
import { type Auth, tokenOf, type User } from '../auth/index.ts';
import { flushPacket, packet } from './packet.ts';
import type { GitPorts, RepositoryName } from './ports.ts';
import { answerHook } from './receive.ts';
import type { Repositories } from './repository.ts';
import type { RunGit } from './run.ts';

export interface GitServerOptions {
  readonly auth: Auth;
  readonly ports: GitPorts;
  readonly repositories: Repositories;
  readonly git: RunGit;
}

type Service = 'git-upload-pack' | 'git-receive-pack';

interface GitRequest {
  readonly name: RepositoryName;
  readonly service: Service;
  readonly advertise: boolean;
}

const label = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const paths = new RegExp(`^/git/(${label})/(${label})\\.git/(info/refs|git-upload-pack|git-receive-pack)$`);

/** Git over smart HTTP (git, gitprotocol-http) for the repositories of apps: `/git/<namespace>/<app>.git`. */
export const createGitServer =
  (options: GitServerOptions) =>
  async (request: Request): Promise<Response> => {
    const asked = parseRequest(request);
    if (asked === undefined) return new Response('there is no such repository\n', { status: 404 });
    const user = await whoAsks(request, options.auth);
    if (user === undefined) return unauthorized();
    if (!(await mayUse(asked, user, options))) return missing(asked.name);
    const repository = await options.repositories.open(asked.name, request.signal);
    return asked.advertise
      ? advertise(asked.service, { request, repository, options })
      : serve(asked, { request, repository, options, user });
  };

const parseRequest = (request: Request): GitRequest | undefined => {
  const url = new URL(request.url);
  const match = paths.exec(url.pathname);
  const [, namespace = '', app = '', action = ''] = match ?? [];
  const service = action === 'info/refs' ? url.searchParams.get('service') : action;
  if (match === null || (service !== 'git-upload-pack' && service !== 'git-receive-pack')) return undefined;
  if (request.method !== (action === 'info/refs' ? 'GET' : 'POST')) return undefined;
  return { name: { namespace, app }, service, advertise: action === 'info/refs' };
};

const whoAsks = async (request: Request, auth: Auth): Promise<User | undefined> => {
  const token = tokenOf(request.headers);
  return token === undefined ? undefined : auth.authenticate(token);
};

const unauthorized = (): Response =>
  new Response(`${renderError(new FairleadError('E_UNAUTHORIZED'))}\n`, {
    status: 401,
    headers: { 'www-authenticate': 'Basic realm="fairlead"', 'content-type': 'text/plain; charset=utf-8' },
  });

// A foreign app looks like a missing one.
const missing = ({ namespace, app }: RepositoryName): Response =>
  new Response(`${renderError(new FairleadError('E_APP_NOT_FOUND', { namespace, app }))}\n`, {
    status: 404,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  });

const mayUse = async (
  { name, service }: GitRequest,
  user: User,
  { auth, ports }: GitServerOptions,
): Promise<boolean> => {
  const verb = service === 'git-receive-pack' ? 'update' : 'get';
  const access = {
    verb,
    group: 'fairlead.dev',
    resource: 'apps',
    namespace: name.namespace,
    name: name.app,
  } as const;
  return (await auth.authorize(user, access)) && (await ports.exists(name));
};

interface Serving {
  readonly request: Request;
  readonly repository: string;
  readonly options: GitServerOptions;
}

const commandOf = (
  service: Service,
  { repositories }: GitServerOptions,
  flags: readonly string[],
): string[] => [...repositories.options, service.slice('git-'.length), '--stateless-rpc', ...flags, '.'];

/** The protocol version that a client asked for; anything unusual is as if it had not asked. */
const protocolOf = ({ headers }: Request): Record<string, string> => {
  const asked = headers.get('git-protocol') ?? '';
  return /^version=[0-2]$/.test(asked) ? { GIT_PROTOCOL: asked } : {};
};

const advertise = (service: Service, { request, repository, options }: Serving): Response => {
  const child = options.git({
    args: commandOf(service, options, ['--advertise-refs']),
    repository,
    env: protocolOf(request),
    stdio: ['ignore', 'pipe', 'ignore'],
    signal: request.signal,
  });
  child.on('error', (error) => child.stdout?.destroy(error));
  const body = Readable.from(announced(service, child.stdout as Readable));
  return reply(`application/x-${service}-advertisement`, body);
};

async function* announced(service: Service, refs: Readable): AsyncGenerator<Buffer> {
  yield packet(`# service=${service}\n`);
  yield flushPacket;
  yield* refs as AsyncIterable<Buffer>;
}

const serve = (
  { name, service }: GitRequest,
  { request, repository, options, user }: Serving & { user: User },
): Response => {
  const receiving = service === 'git-receive-pack';
  const child = options.git({
    args: commandOf(service, options, []),
    repository,
    env: protocolOf(request),
    stdio: receiving ? ['pipe', 'pipe', 'ignore', 'pipe', 'pipe'] : ['pipe', 'pipe', 'ignore'],
    signal: request.signal,
  });
  const stdout = child.stdout as Readable;
  child.on('error', (error) => stdout.destroy(error));
  // What a client sends after git has heard enough is no error.
  child.stdin?.on('error', () => {});
  if (child.stdin !== null) bodyOf(request).pipe(child.stdin);
  if (receiving) {
    const { git, ports } = options;
    void answerHook(child, { name, user, repository, git, ports, signal: request.signal });
  }
  return reply(`application/x-${service}-result`, stdout);
};

const bodyOf = (request: Request): Readable => {
  const body = request.body === null ? Readable.from([]) : Readable.fromWeb(request.body as never);
  return request.headers.get('content-encoding') === 'gzip' ? body.pipe(createGunzip()) : body;
};

const reply = (type: string, body: Readable): Response =>
  new Response(Readable.toWeb(body) as ReadableStream, {
    headers: { 'content-type': type, 'cache-control': 'no-cache, max-age=0, must-revalidate' },
  });
