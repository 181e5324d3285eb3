import type { Readable } from 'node:stream';
import { FairleadError } from '@fairlead/api/errors';
import type { ObjectName } from '@fairlead/kube';
import { request } from 'undici';
import type { Io } from '../io.ts';
import type { Platform } from '../platform/connect.ts';
import { exitStatus } from '../run.ts';

interface Uploading {
  readonly platform: Platform;
  readonly name: Required<ObjectName>;
  readonly tar: Readable;
  readonly runtime?: string;
}

interface Event {
  readonly type: 'phase' | 'log' | 'end';
  readonly text: string;
  readonly ok?: boolean;
  readonly url?: string;
}

/** Sends a source to the gateway and shows what becomes of it; resolves with the exit status of that. */
export const upload = async (io: Io, { platform, name, tar, runtime }: Uploading): Promise<number> => {
  const url = new URL(`/deploy/${name.namespace}/${name.name}`, platform.context.url);
  if (runtime !== undefined) url.searchParams.set('runtime', runtime);
  const { statusCode, body } = await request(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${platform.token}`, 'content-type': 'application/x-tar' },
    body: tar,
    signal: io.signal,
    // A build may say nothing for a long time.
    bodyTimeout: 0,
    headersTimeout: 0,
  });
  if (statusCode !== 200) throw refused(await body.text(), statusCode);
  let status: number = exitStatus.failed;
  for await (const event of eventsOf(body)) {
    if (event.type === 'end' && event.ok === true) status = exitStatus.ok;
    print(io, event);
  }
  return status;
};

const print = (io: Io, { type, text, ok, url }: Event): void => {
  if (type === 'phase') return io.err(`-----> ${text}\n`);
  if (type === 'log') return io.err(`       ${text}\n`);
  if (ok === true) return io.out(`${text}\n${url === undefined ? '' : `  ${url}\n`}`);
  io.err(`✘ ${text}\n`);
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

const refused = (text: string, status: number): FairleadError => {
  if (status === 401) return new FairleadError('E_UNAUTHORIZED');
  return new FairleadError('E_API_REFUSED', {
    what: `the platform refused the upload (${status})`,
    reason: text,
  });
};
