import { pullFailed } from './error.ts';
import { isDigest } from './reference.ts';

/** Content by its digest (OCI image specification 1.1, descriptor). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** How an image's process starts (OCI image configuration). */
export interface ImageConfig {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: readonly string[];
  readonly workingDir: string;
  /** `name`, `name:group` or numbers; empty: root. */
  readonly user: string;
  /** What asks it to end, as the image wants it: `SIGTERM`, `QUIT`, `15`. */
  readonly stopSignal: string;
  /** Absolute paths that are to be writable always. */
  readonly volumes: readonly string[];
  /** It has no system of its own: the machine's is to stand behind it. */
  readonly needsMachine: boolean;
  /** Digests of the uncompressed layers. */
  readonly diffIds: readonly string[];
}

export interface Platform {
  readonly os: string;
  readonly architecture: string;
}

/** Docker's names for the same things are accepted. */
export const manifestTypes: readonly string[] = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

const maxLayers = 512;

/** Either the image itself or, for an index, the manifest that fits this machine. */
export function parseManifest(
  bytes: Uint8Array,
  platform: Platform,
): { readonly manifest: Manifest } | { readonly chosen: Descriptor } {
  const document = parseObject(bytes, 'manifest');
  if (Array.isArray(document['manifests'])) return { chosen: choose(document['manifests'], platform) };
  const layers = document['layers'];
  if (!Array.isArray(layers) || layers.length > maxLayers)
    throw pullFailed('the manifest has no usable layers');
  return { manifest: { config: parseDescriptor(document['config']), layers: layers.map(parseDescriptor) } };
}

function choose(entries: readonly unknown[], wanted: Platform): Descriptor {
  const fits = entries.find((entry) => {
    const platform = asObject(asObject(entry)['platform'] ?? {});
    const { os = wanted.os, architecture = wanted.architecture } = platform;
    return os === wanted.os && architecture === wanted.architecture;
  });
  if (fits === undefined)
    throw pullFailed(`the image has no version for ${wanted.os}/${wanted.architecture}`);
  return parseDescriptor(fits);
}

/** By this label an image says that it brings no system: it is made to run over that of the machine. */
export const baseLabel = 'engine.fairlead.dev/base';

export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  const document = parseObject(bytes, 'configuration');
  const config = asObject(document['config'] ?? {});
  const text = (name: string): string => (typeof config[name] === 'string' ? config[name] : '');
  return {
    entrypoint: strings(config['Entrypoint']),
    command: strings(config['Cmd']),
    environment: strings(config['Env']),
    workingDir: text('WorkingDir'),
    user: text('User'),
    stopSignal: text('StopSignal'),
    volumes: Object.keys(asObject(config['Volumes'] ?? {})),
    needsMachine: asObject(config['Labels'] ?? {})[baseLabel] === 'machine',
    diffIds: strings(asObject(document['rootfs'] ?? {})['diff_ids']),
  };
}

function parseObject(bytes: Uint8Array, what: string): Record<string, unknown> {
  try {
    return asObject(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    throw pullFailed(`the image's ${what} is not what it should be: ${(error as Error).message}`);
  }
}

function parseDescriptor(value: unknown): Descriptor {
  const { mediaType, digest, size } = asObject(value);
  const valid =
    typeof digest === 'string' && isDigest(digest) && Number.isSafeInteger(size) && Number(size) >= 0;
  if (!valid) throw pullFailed('the manifest names content without a SHA-256 digest and a size');
  return { mediaType: String(mediaType), digest, size: Number(size) };
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw pullFailed('an object was expected in the image');
}

function strings(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw pullFailed('a list of texts was expected in the image');
}
