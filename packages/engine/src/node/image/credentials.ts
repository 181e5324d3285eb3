import type { ImageReference } from './reference.ts';

/** Who pulls. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

interface Entry {
  readonly auth?: unknown;
  readonly username?: unknown;
  readonly password?: unknown;
}

/**
 * What a secret of the type `kubernetes.io/dockerconfigjson` or `kubernetes.io/dockercfg` says of the registry of an image: the entry
 * with the longest path that the image's name begins with (Kubernetes, "Images", "Config.json"). What cannot be read says nothing.
 */
export function findCredentials(
  data: ReadonlyMap<string, Buffer>,
  image: ImageReference,
): Credentials | undefined {
  const entries = Object.entries(readEntries(data)).map(([name, entry]) => [placeOf(name), entry] as const);
  const name = `${image.host}/${image.repository}`;
  const fits = entries.filter(([place]) => name === place || name.startsWith(`${place}/`));
  return fits
    .toSorted(([a], [b]) => b.length - a.length)
    .map(([, entry]) => parseEntry(entry))
    .find((credentials) => credentials !== undefined);
}

function readEntries(data: ReadonlyMap<string, Buffer>): Readonly<Record<string, Entry | null>> {
  const config = parse(data.get('.dockerconfigjson'));
  return asEntries(config === undefined ? parse(data.get('.dockercfg')) : config['auths']);
}

function parse(bytes: Buffer | undefined): Readonly<Record<string, unknown>> | undefined {
  if (bytes === undefined) return undefined;
  try {
    const value = JSON.parse(bytes.toString('utf8')) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const asEntries = (value: unknown): Readonly<Record<string, Entry | null>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, Entry | null>) : {};

/** `https://index.docker.io/v1/` is what Docker calls `docker.io`. */
function placeOf(name: string): string {
  const place = name
    .replace(/^https?:\/\//, '')
    .replace(/\/v[12]\/?$/, '')
    .replace(/\/+$/, '');
  return place === 'index.docker.io' ? 'docker.io' : place;
}

function parseEntry(entry: Entry | null): Credentials | undefined {
  const { auth, username, password } = entry ?? {};
  if (typeof username === 'string' && typeof password === 'string') return { username, password };
  if (typeof auth !== 'string') return undefined;
  const [name = '', ...rest] = Buffer.from(auth, 'base64').toString('utf8').split(':');
  return name === '' ? undefined : { username: name, password: rest.join(':') };
}
