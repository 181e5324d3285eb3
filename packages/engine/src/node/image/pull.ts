import { createHash } from 'node:crypto';
import { UnsafeEntryError } from './entry-path.ts';
import { ImageError, pullFailed } from './error.ts';
import type { Layer } from './layer.ts';
import {
  type Descriptor,
  type ImageConfig,
  type Manifest,
  parseImageConfig,
  parseManifest,
  type Platform,
} from './manifest.ts';
import type { ImageReference } from './reference.ts';
import { fetchBlob, fetchDocument, fetchManifest, type Remote } from './remote.ts';
import type { ImageStore } from './store.ts';
import { unpackLayer } from './unpack.ts';

/** An image whose layers are unpacked on this node. */
export interface LocalImage {
  /** The name with the digest of the manifest, as a container's status shows it. */
  readonly id: string;
  readonly config: ImageConfig;
  /** Lowest first. */
  readonly layers: readonly Layer[];
  /** In the registry, in bytes. */
  readonly size: number;
}

export type PullPolicy = 'Always' | 'IfNotPresent' | 'Never';

export interface Pull {
  readonly reference: ImageReference;
  readonly policy: PullPolicy;
  readonly platform: Platform;
  readonly store: ImageStore;
  /** Rejects when the registry may not be asked. */
  remote(): Promise<Remote>;
  /** Does the same thing once when several ask for it at the same time. */
  once<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export async function pullImage(pull: Pull): Promise<LocalImage> {
  const digest = await resolveDigest(pull);
  const manifest = await readManifest(pull, digest);
  const config = await readConfig(pull, manifest.config);
  const layers = await Promise.all(manifest.layers.map((layer) => ensureLayer(pull, layer)));
  checkDiffIds(config, layers);
  const size = manifest.layers.reduce((sum, layer) => sum + layer.size, manifest.config.size);
  return { id: `${pull.reference.host}/${pull.reference.repository}@${digest}`, config, layers, size };
}

/** A digest says for ever what it means; a tag is asked for when the policy wants it or it is not known. */
async function resolveDigest(pull: Pull): Promise<string> {
  const { reference, policy, store } = pull;
  if (reference.digest !== undefined) return reference.digest;
  const key = `${reference.host}/${reference.repository}:${reference.reference}`;
  const known = policy === 'Always' ? undefined : await store.resolved(key);
  if (known !== undefined) return known;
  const { bytes, digest } = await fetchManifest(await pull.remote(), reference.reference);
  await store.keepDocument(digest, bytes);
  await store.keepResolved(key, digest);
  return digest;
}

async function readManifest(pull: Pull, digest: string, inIndex = false): Promise<Manifest> {
  const bytes =
    (await readKept(pull, digest)) ??
    (await keep(pull, digest, (await fetchManifest(await pull.remote(), digest)).bytes));
  const parsed = parseManifest(bytes, pull.platform);
  if ('manifest' in parsed) return parsed.manifest;
  if (inIndex) throw pullFailed('an index of the image names another index');
  return readManifest(pull, parsed.chosen.digest, true);
}

async function readConfig(pull: Pull, descriptor: Descriptor): Promise<ImageConfig> {
  const bytes =
    (await readKept(pull, descriptor.digest)) ??
    (await keep(pull, descriptor.digest, await fetchDocument(await pull.remote(), descriptor)));
  return parseImageConfig(bytes);
}

/** What was torn by a power cut does not have its digest any more and is fetched again. */
async function readKept({ store }: Pull, digest: string): Promise<Uint8Array | undefined> {
  const bytes = await store.document(digest);
  if (bytes === undefined) return undefined;
  return digest === `sha256:${createHash('sha256').update(bytes).digest('hex')}` ? bytes : undefined;
}

async function keep({ store }: Pull, digest: string, bytes: Uint8Array): Promise<Uint8Array> {
  await store.keepDocument(digest, bytes);
  return bytes;
}

const ensureLayer = (pull: Pull, descriptor: Descriptor): Promise<Layer> =>
  pull.once(descriptor.digest, async () => {
    const present = await pull.store.layer(descriptor.digest);
    if (present !== undefined) return present;
    const remote = await pull.remote();
    return pull.store.addLayer(descriptor.digest, (tree) =>
      unpackLayer({ bytes: fetchBlob(remote, descriptor), mediaType: descriptor.mediaType, tree }).catch(
        explain,
      ),
    );
  });

function explain(error: unknown): never {
  if (error instanceof ImageError) throw error;
  const why = error instanceof UnsafeEntryError ? 'is not safe to unpack' : 'cannot be unpacked';
  throw pullFailed(`a layer of the image ${why}: ${(error as Error).message}`);
}

/** The configuration vouches for the uncompressed content too (OCI image specification 1.1, "DiffID"). */
function checkDiffIds({ diffIds }: ImageConfig, layers: readonly Layer[]): void {
  const wrong = layers.find((layer, at) => diffIds[at] !== undefined && diffIds[at] !== layer.notes.diffId);
  if (wrong !== undefined)
    throw pullFailed(`${wrong.digest} does not unpack to what the image's configuration says`);
}
