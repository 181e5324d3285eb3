import type { Repository } from '../oci/client.ts';
import type { Digest } from '../oci/digest.ts';
import { type Descriptor, mediaTypes } from '../oci/manifest.ts';
import { arrange, type Entry } from './entry.ts';
import { tarBytes } from './tar.ts';

/** A layer in the registry: what the manifest says of it, and the digest of its uncompressed form for the config. */
export interface Layer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
}

/**
 * Writes entries as a layer into the registry, in one pass: read, packed, hashed and sent at once.
 *
 * Layers are not compressed: on one machine the bytes go from disk to disk, and gzip at its fastest would cost nearly as
 * much as everything else together (bench/build.ts). Nor does zlib promise the same bytes for the next version of Node.
 */
export const pushLayer = async (
  repository: Repository,
  entries: Iterable<Entry>,
  prefix = '',
): Promise<Layer> =>
  uncompressed(await repository.pushStream(mediaTypes.layer, tarBytes(arrange(entries, prefix))));

export const uncompressed = (descriptor: Descriptor): Layer => ({ descriptor, diffId: descriptor.digest });
