import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type ImageReference, isDigest, parseReference } from './reference.ts';
import type { Fetch } from './remote.ts';

/** Where a layout says what an image is called: by the specification, and by tools that have more to say. */
const nameKeys = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'];

interface Entry {
  readonly digest?: unknown;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/**
 * An image among the layouts in a folder, as a registry would serve it: whoever puts one there has imported it (OCI image
 * specification 1.1, "Image Layout"). `undefined` when none has it.
 */
export async function findInLayouts(folder: string, wanted: ImageReference): Promise<Fetch | undefined> {
  const names = await readdir(folder).catch(() => []);
  for (const layout of names.map((name) => join(folder, name))) {
    const entry = (await readIndex(layout)).find((one) => isMeant(one, wanted));
    if (entry !== undefined) return serveLayout(layout, String(entry.digest));
  }
  return undefined;
}

/** What is not one is passed over: it may be on its way into the folder. */
async function readIndex(layout: string): Promise<readonly Entry[]> {
  try {
    const { manifests } = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as {
      readonly manifests?: readonly Entry[];
    };
    return Array.isArray(manifests) ? manifests : [];
  } catch {
    return [];
  }
}

function isMeant({ digest, annotations = {} }: Entry, wanted: ImageReference): boolean {
  if (typeof digest !== 'string' || !isDigest(digest)) return false;
  return nameKeys.some((key) => {
    const text = annotations[key];
    const named = typeof text === 'string' ? parseReference(text) : undefined;
    if (named?.host !== wanted.host || named.repository !== wanted.repository) return false;
    return wanted.digest === undefined ? named.reference === wanted.reference : wanted.digest === digest;
  });
}

const serveLayout =
  (layout: string, top: string): Fetch =>
  (url) => {
    const asked = url.split('/').at(-1) ?? '';
    const [algorithm = '', hash = ''] = (isDigest(asked) ? asked : top).split(':');
    const file = createReadStream(join(layout, 'blobs', algorithm, hash));
    return new Promise((done, fail) => {
      file.once('open', () => done(new Response(Readable.toWeb(file) as ReadableStream)));
      file.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ENOENT' ? done(new Response('', { status: 404 })) : fail(error),
      );
    });
  };
