import { FairleadError, renderError } from '@fairlead/api';
import { type Auth, tokenOf, type User } from '../auth/index.ts';
import type { ProgressEvent } from '../progress/index.ts';

export interface GatewayPorts {
  /** Stores an uploaded source and deploys it. */
  deploy(upload: Upload): AsyncIterable<ProgressEvent>;
  /** Whether the App is there. */
  exists(name: Pick<Upload, 'namespace' | 'app'>): Promise<boolean>;
}

export interface Upload {
  readonly namespace: string;
  readonly app: string;
  readonly user: User;
  readonly runtime?: string;
  /** The files as a tar stream. */
  readonly tree: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

const label = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const deployPath = new RegExp(`^/deploy/(${label})/(${label})$`);

/**
 * What is not a resource by nature: `POST /deploy/<namespace>/<app>` takes a tar archive and answers with
 * progress events, one JSON object a line, until the deploy has ended. An HTTP error comes only before the first.
 */
export const createGateway =
  ({ auth, ports }: { readonly auth: Auth; readonly ports: GatewayPorts }) =>
  async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const [, namespace = '', app = ''] = deployPath.exec(url.pathname) ?? [];
    if (app === '' || request.method !== 'POST')
      return refusal(404, new FairleadError('E_ENDPOINT_NOT_FOUND', { path: url.pathname }));
    const token = tokenOf(request.headers);
    const user = token === undefined ? undefined : await auth.authenticate(token);
    if (user === undefined) return refusal(401, new FairleadError('E_UNAUTHORIZED'));
    const allowed = await auth.authorize(user, {
      // A deploy ends in an apply of the App.
      verb: 'patch',
      group: 'fairlead.dev',
      resource: 'apps',
      namespace,
      name: app,
    });
    if (!allowed || !(await ports.exists({ namespace, app })))
      return refusal(404, new FairleadError('E_APP_NOT_FOUND', { namespace, app }));
    const runtime = url.searchParams.get('runtime');
    const tree = (request.body ?? new Blob([]).stream()) as unknown as AsyncIterable<Uint8Array>;
    const events = ports.deploy({
      namespace,
      app,
      user,
      tree,
      signal: request.signal,
      ...(runtime === null ? {} : { runtime }),
    });
    return new Response(ReadableStream.from(encoded(events)), {
      headers: { 'content-type': 'application/x-ndjson' },
    });
  };

async function* encoded(events: AsyncIterable<ProgressEvent>): AsyncGenerator<Uint8Array> {
  const line = (event: ProgressEvent): Uint8Array => Buffer.from(`${JSON.stringify(event)}\n`);
  try {
    for await (const event of events) yield line(event);
  } catch (error) {
    const known =
      error instanceof FairleadError ? error : new FairleadError('E_API_FAILED', { reason: String(error) });
    yield line({
      type: 'end',
      ok: false,
      text: renderError(known).replace(/^✘ /, ''),
      fault: known.fault,
    });
  }
}

const refusal = (status: number, error: FairleadError): Response =>
  Response.json(
    {
      code: error.code,
      details: error.details,
      message: error.message,
      why: error.why,
      solve: error.solve,
    },
    { status, headers: status === 401 ? { 'www-authenticate': 'Basic realm="fairlead"' } : {} },
  );
