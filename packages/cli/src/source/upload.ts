import { type ErrorDetails, FairleadError, isErrorCode } from '@fairlead/api/errors';
import type { Outcome } from '@fairlead/api/outcome';
import type { ObjectName } from '@fairlead/kube';
import { type Dispatcher, request } from 'undici';
import { tell } from '../app/change.ts';
import { findApp } from '../app/find.ts';
import type { Invocation } from '../command.ts';
import type { Io } from '../io.ts';
import type { Platform } from '../platform/connect.ts';
import type { PackedFolder } from './pack.ts';

interface Uploading {
  readonly platform: Platform;
  readonly name: Required<ObjectName>;
  readonly source: PackedFolder;
  readonly runtime?: string;
}

type Event = { readonly type: 'phase' | 'log'; readonly text: string } | ({ readonly type: 'end' } & Outcome);

/** Sends a source to the gateway and shows what becomes of it; resolves with the exit status of that. */
export const upload = async (invocation: Invocation, uploading: Uploading): Promise<number> => {
  const { io } = invocation;
  const { platform, name } = uploading;
  try {
    const { statusCode, body } = await send(io, uploading);
    if (statusCode !== 200) throw refused(await body.text(), statusCode);
    for await (const event of eventsOf(body)) {
      if (event.type === 'end') return await tell(invocation, event, await findApp(platform.client, name));
      io.err(event.type === 'phase' ? `-----> ${event.text}\n` : `       ${event.text}\n`);
    }
  } catch (error) {
    // What could not be packed is why the request broke off.
    throw (await uploading.source.failure()) ?? error;
  }
  throw new FairleadError('E_API_FAILED', {
    reason: 'it cut the connection before the deploy had ended; see what came of it with  fairlead info',
  });
};

const send = (io: Io, { platform, name, source, runtime }: Uploading): Promise<Dispatcher.ResponseData> => {
  const url = new URL(`/deploy/${name.namespace}/${name.name}`, platform.context.url);
  if (runtime !== undefined) url.searchParams.set('runtime', runtime);
  return request(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${platform.token}`, 'content-type': 'application/x-tar' },
    body: source.tar,
    signal: io.signal,
    // A build may say nothing for a long time.
    bodyTimeout: 0,
    headersTimeout: 0,
  });
};

async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Event> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as Event;
  }
}

/** The gateway answers with an error of the register; what stands before it may answer anything. */
const refused = (text: string, status: number): FairleadError => {
  const { code, details } = parseRefusal(text);
  if (isErrorCode(code)) return new FairleadError(code, details);
  if (status === 401) return new FairleadError('E_UNAUTHORIZED');
  const reason = text.trim() || `HTTP ${status}`;
  return status >= 500
    ? new FairleadError('E_API_FAILED', { reason })
    : new FairleadError('E_API_REFUSED', { what: `the upload was refused (${status})`, reason });
};

const parseRefusal = (text: string): { readonly code?: string; readonly details?: ErrorDetails } => {
  try {
    return (JSON.parse(text) ?? {}) as ReturnType<typeof parseRefusal>;
  } catch {
    return {}; // Not JSON, so not of the gateway's making: its text is shown as it is.
  }
};
