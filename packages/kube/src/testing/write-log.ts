import type { KubeRequest, KubeResponse, Transport } from '../transport.ts';
import { compareVersions } from '../version.ts';

/** A transport that remembers what was written through it. */
export interface WriteLog {
  readonly transport: Transport;
  /** How many requests there were that were meant to write. */
  readonly count: number;
  /**
   * The writes that changed something after that version, not counting the first `skip`: an apply of
   * what is there already is none. What leaves no version (a deletion, a binding) always changed something.
   */
  since(version: string, skip?: number): readonly string[];
  /** The latest requests that were meant to write, whether they changed something or not. */
  latest(count: number): readonly string[];
}

interface Write {
  readonly line: string;
  /** The version that it left; absent when it removed the object. */
  readonly version: string | undefined;
}

/** Puts a log between clients and an API. */
export function createWriteLog(transport: Transport): WriteLog {
  const writes: Write[] = [];
  return {
    async transport(request) {
      const response = await transport(request);
      if (isWrite(request, response)) {
        const line = `${request.method} ${request.path} ${Buffer.from(request.body ?? []).toString()}`;
        writes.push({ line, version: versionIn(response) });
      }
      return response;
    },
    get count() {
      return writes.length;
    },
    since: (version, skip = 0) =>
      writes
        .slice(skip)
        .filter((write) => isAfter(write, version))
        .map(({ line }) => line),
    latest: (count) => writes.slice(-count).map(({ line }) => line),
  };
}

const isWrite = ({ method, query }: KubeRequest, { status }: KubeResponse): boolean =>
  !['GET', 'HEAD', 'OPTIONS'].includes(method) && status < 300 && !query.includes('dryRun=');

const isAfter = (write: Write, version: string): boolean =>
  write.version === undefined || compareVersions(write.version, version) > 0;

function versionIn({ body }: KubeResponse): string | undefined {
  if (body.kind !== 'object') return undefined;
  const { metadata } = body.value() as { readonly metadata?: { readonly resourceVersion?: string } };
  return metadata?.resourceVersion;
}
