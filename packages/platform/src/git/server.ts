import type { ChildProcess } from 'node:child_process';
import { PassThrough, pipeline, Readable, type Writable } from 'node:stream';
import { FairleadError, renderError } from '@fairlead/api';
import { type Auth, tokenOf, type User } from '../auth/index.ts';
import { bodyOf } from './body.ts';
import { flushPacket, packet } from './packet.ts';
import type { GitPorts, RepositoryName } from './ports.ts';
import { answerHook } from './receive.ts';
import type { Repositories } from './repository.ts';
import type { RunGit } from './run.ts';
import { readPushRequest } from './updates.ts';

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
export const createGitServer = (options: GitServerOptions) => {
  const busy = new Set<string>();
  return async (request: Request): Promise<Response> => {
    const asked = parseRequest(request);
    if (asked === undefined) return new Response('there is no such repository\n', { status: 404 });
    const user = await whoAsks(request, options.auth);
    if (user === undefined) return unauthorized();
    if (!(await mayUse(asked, user, options))) return missing(asked.name);
    const repository = await options.repositories.open(asked.name);
    const serving: Serving = { request, repository, options, user, busy };
    if (asked.advertise) return advertise(asked.service, serving);
    return asked.service === 'git-upload-pack' ? upload(serving) : receive(asked.name, serving);
  };
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

const plainText = 'text/plain; charset=utf-8';

const unauthorized = (): Response =>
  new Response(`${renderError(new FairleadError('E_UNAUTHORIZED'))}\n`, {
    status: 401,
    headers: { 'www-authenticate': 'Basic realm="fairlead"', 'content-type': plainText },
  });

// A foreign app looks like a missing one.
const missing = ({ namespace, app }: RepositoryName): Response =>
  new Response(`${renderError(new FairleadError('E_APP_NOT_FOUND', { namespace, app }))}\n`, {
    status: 404,
    headers: { 'content-type': plainText },
  });

const mayUse = async (
  { name, service }: GitRequest,
  user: User,
  { auth, ports }: GitServerOptions,
): Promise<boolean> => {
  // A push ends in an apply of the App.
  const verb = service === 'git-receive-pack' ? 'patch' : 'get';
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
  readonly user: User;
  readonly busy: Set<string>;
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

/** What a client wants and has takes little; the packs that we send are not in it. */
const mostWants = 16 * 1024 * 1024;
/** Beside the pack, whose size git itself limits: the list of refs. */
const beside = 2 * 1024 * 1024;

const upload = ({ request, repository, options }: Serving): Response => {
  const child = options.git({
    args: commandOf('git-upload-pack', options, []),
    repository,
    env: protocolOf(request),
    stdio: ['pipe', 'pipe', 'ignore'],
    signal: request.signal,
  });
  feed(child, bodyOf(request, mostWants));
  return reply('application/x-git-upload-pack-result', shownOutput(child));
};

const receive = async (name: RepositoryName, serving: Serving): Promise<Response> => {
  const { request, repository, options, user, busy } = serving;
  const { git, ports, repositories } = options;
  const body = bodyOf(request, repositories.maxBytes + beside);
  const asked = await readPushRequest(body).catch(asRefusal);
  if (asked instanceof Response) {
    await body.return(undefined);
    return asked;
  }
  const stop = new AbortController();
  const giveUp = (): void => stop.abort();
  request.signal.addEventListener('abort', giveUp, { once: true });
  if (request.signal.aborted) giveUp();
  const child = git({
    args: commandOf('git-receive-pack', options, []),
    repository,
    env: protocolOf(request),
    stdio: ['pipe', 'pipe', 'ignore', 'pipe', 'pipe'],
    signal: stop.signal,
  });
  feed(child, continued(asked.head, body));
  const onArrived = (): void => request.signal.removeEventListener('abort', giveUp);
  const { signal } = stop;
  void answerHook(child, {
    name,
    user,
    repository,
    updates: asked.updates,
    git,
    ports,
    busy,
    onArrived,
    signal,
  });
  return reply('application/x-git-receive-pack-result', shownOutput(child));
};

/** Before git has begun there is nobody who speaks its protocol; git shows its user the status alone. */
const asRefusal = (error: unknown): Response => {
  const known =
    error instanceof FairleadError ? error : new FairleadError('E_PUSH_REFS', { reason: messageOf(error) });
  return new Response(`${renderError(known)}\n`, { status: 400, headers: { 'content-type': plainText } });
};

async function* continued(head: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  yield* rest;
}

/** A body that breaks is one that ends early, which git knows how to refuse; what it has no use for is left. */
const feed = ({ stdin }: ChildProcess, body: AsyncIterable<Uint8Array>): void => {
  pipeline(Readable.from(body), stdin as Writable, () => {});
};

/** What it writes goes on being read when nobody wants it any more: a push that has arrived is carried out. */
const shownOutput = (child: ChildProcess): Readable => {
  const shown = new PassThrough();
  const stdout = child.stdout as Readable;
  child.on('error', (error) => shown.destroy(error));
  shown.once('close', () => stdout.resume());
  return stdout.pipe(shown);
};

const reply = (type: string, body: Readable): Response =>
  new Response(Readable.toWeb(body) as ReadableStream, {
    headers: { 'content-type': type, 'cache-control': 'no-cache, max-age=0, must-revalidate' },
  });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
