import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type Headers, pack } from 'tar-stream';
import { baseLabel } from './manifest.ts';
import type { Fetch, RegistryEndpoint } from './remote.ts';

/** An entry of a layer: a file with its text, or anything that tar can say. */
export type LayerEntry = { readonly name: string; readonly content?: string | Buffer } & Partial<Headers>;

export interface ImageParts {
  readonly layers?: readonly (readonly LayerEntry[])[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly compression?: 'gzip' | 'zstd' | 'none';
  /** It has a root of its own; else it runs over the machine's. */
  readonly ownRoot?: boolean;
}

const overMachine = { Labels: { [baseLabel]: 'machine' } };

/** The read half of a registry, in memory (OCI distribution 1.1). */
export class RegistryFixture {
  readonly host = 'registry.test';
  readonly blobs = new Map<string, Buffer>();
  readonly tags = new Map<string, string>();
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  token: string | undefined;
  /** It gives tokens to these alone, and asks for one in the given manner. */
  login: { readonly scheme: 'Basic' | 'Bearer'; readonly basic: string } | undefined;

  readonly fetch: Fetch = async (url, { headers }) => {
    const { pathname } = new URL(url);
    this.asked.push(pathname);
    if (this.token !== undefined && headers['authorization'] !== `Bearer ${this.token}`) {
      return new Response('', { status: 401 });
    }
    const refused = this.#refuse(pathname, headers);
    if (refused !== undefined) return refused;
    const [, name = ''] = /\/(?:manifests|blobs)\/(.+)$/.exec(pathname) ?? [];
    const bytes = this.blobs.get(this.tags.get(name) ?? name);
    return bytes === undefined ? new Response('', { status: 404 }) : new Response(new Uint8Array(bytes));
  };

  #refuse(path: string, { authorization = '' }: Record<string, string>): Response | undefined {
    if (this.login === undefined) return undefined;
    const { scheme, basic } = this.login;
    const known = authorization === `Basic ${Buffer.from(basic).toString('base64')}`;
    if (path === '/token')
      return known ? Response.json({ token: 'given' }) : new Response('', { status: 401 });
    if (scheme === 'Basic' ? known : authorization === 'Bearer given') return undefined;
    const realm = scheme === 'Basic' ? 'fixture' : 'http://registry.test/token';
    const headers = { 'www-authenticate': `${scheme} realm="${realm}",service="fixture"` };
    return new Response('', { status: 401, headers });
  }

  readonly registries = { [this.host]: { url: 'http://registry.test' } };

  /** `registry.test/app@sha256:…` */
  async add(parts: ImageParts): Promise<string> {
    const layers = await Promise.all((parts.layers ?? []).map(tarOf));
    const diffIds = layers.map(digestOf);
    const config = this.#keepJson({
      config: { ...(!parts.ownRoot && overMachine), ...parts.config },
      rootfs: { type: 'layers', diff_ids: diffIds },
    });
    const compression = parts.compression ?? 'gzip';
    const descriptors = layers.map((tar) => ({
      mediaType: `application/vnd.oci.image.layer.v1.tar${compression === 'none' ? '' : `+${compression}`}`,
      ...this.keep(compress(tar, compression)),
    }));
    const mediaType = 'application/vnd.oci.image.config.v1+json';
    const manifest = { schemaVersion: 2, config: { mediaType, ...config }, layers: descriptors };
    return `${this.host}/app@${this.#keepJson(manifest).digest}`;
  }

  addIndex(manifests: readonly unknown[]): string {
    return `${this.host}/app@${this.#keepJson({ schemaVersion: 2, manifests }).digest}`;
  }

  keep(bytes: Buffer): { readonly digest: string; readonly size: number } {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return { digest, size: bytes.length };
  }

  #keepJson(value: unknown): { readonly digest: string; readonly size: number } {
    return this.keep(Buffer.from(JSON.stringify(value)));
  }

  /** The same behind a socket, for a node in another process. */
  async listen(): Promise<AsyncDisposable & { readonly endpoint: RegistryEndpoint }> {
    const server = createServer((request, response) => {
      void this.fetch(`http://${this.host}${request.url}`, {
        headers: {},
        signal: new AbortController().signal,
      }).then(async (answer) =>
        response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer())),
      );
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    return {
      endpoint: { url: `http://127.0.0.1:${port}` },
      [Symbol.asyncDispose]: async () => {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      },
    };
  }
}

export async function tarOf(entries: readonly LayerEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const { content, ...header } of entries) {
    archive.entry({ mtime: new Date(0), mode: 0o755, ...header }, content ?? '');
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

function compress(tar: Buffer, compression: 'gzip' | 'zstd' | 'none'): Buffer {
  if (compression === 'gzip') return gzipSync(tar);
  return compression === 'zstd' ? zstdCompressSync(tar) : tar;
}
