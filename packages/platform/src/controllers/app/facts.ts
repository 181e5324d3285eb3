import { createHash } from 'node:crypto';
import {
  type App,
  type EnvVar,
  FairleadError,
  type Image,
  labels,
  type Release,
  type Source,
} from '@fairlead/api';
import {
  type Cache,
  type Deployment,
  deployments,
  type HTTPRoute,
  httpRoutes,
  type Secret,
  secrets,
} from '@fairlead/kube';
import { apps, images, releases } from '../kinds.ts';
import type { AppPorts, AppRef } from './ports.ts';

/** The world around one app, read once. Everything that is decided is decided from this. */
export interface AppFacts {
  readonly app: App;
  readonly ref: AppRef;
  /** Oldest first. */
  readonly releases: readonly Release[];
  readonly images: readonly Image[];
  readonly deployments: readonly Deployment[];
  readonly routes: readonly HTTPRoute[];
  /** What the app's source is when stored; undefined when there is none yet. */
  readonly source?: StoredSource;
  /** Why the source cannot be taken. */
  readonly refused?: FairleadError;
  /** What a variable holds, as a fingerprint: configuration is compared by value, never shown. */
  readonly fingerprint: (variable: EnvVar) => string;
}

export type StoredSource =
  | { readonly kind: 'artifact'; readonly digest: string; readonly commit?: string; readonly ref?: string }
  | { readonly kind: 'image'; readonly reference: string };

/** All inline files of an App together, in bytes: an object of the API has 1.5 MB at most, its history many copies. */
const inlineLimit = 200_000;

export const gatherApp = async (app: App, cache: Cache, ports: AppPorts): Promise<AppFacts> => {
  const namespace = app.metadata.namespace ?? 'default';
  const ref = { namespace, app: app.metadata.name };
  const labelled = (object: { readonly metadata: { readonly labels?: Readonly<Record<string, string>> } }) =>
    object.metadata.labels?.[labels.app] === ref.app;
  const history = cache
    .informer(releases)
    .list(namespace)
    .filter((release) => release.spec.app === ref.app);
  return {
    app,
    ref,
    releases: history.sort((a, b) => a.spec.version - b.spec.version),
    images: cache
      .informer(images)
      .list(namespace)
      .filter((image) => image.spec.app === ref.app),
    deployments: cache.informer(deployments).list(namespace).filter(labelled),
    routes: cache.informer(httpRoutes).list(),
    fingerprint: fingerprintWith(cache.informer(secrets, { labelSelector: labels.app }).list(namespace)),
    ...(await storedSource(app.spec.source, ref, ports)),
  };
};

/** The app itself, from the cache; undefined when it is gone. */
export const findApp = (cache: Cache, name: { readonly namespace?: string; readonly name: string }) =>
  cache.informer(apps).get(name);

const storedSource = async (
  source: Source | undefined,
  ref: AppRef,
  ports: AppPorts,
): Promise<Pick<AppFacts, 'source' | 'refused'>> => {
  if (source?.image !== undefined) return { source: { kind: 'image', reference: source.image } };
  if (source?.artifact !== undefined) return { source: { kind: 'artifact', ...source.artifact } };
  if (source?.files === undefined) return {};
  try {
    refuseLargeFiles(source.files);
    const { digest } = await ports.storeFiles(ref, source.files);
    return { source: { kind: 'artifact', digest } };
  } catch (error) {
    if (error instanceof FairleadError) return { refused: error };
    throw error;
  }
};

/** Throws E_SOURCE_TOO_LARGE when inline files are more than an object should carry. */
export const refuseLargeFiles = (files: NonNullable<Source['files']>): void => {
  const size = files.reduce((sum, file) => sum + Buffer.byteLength(file.content), 0);
  if (size <= inlineLimit) return;
  throw new FairleadError('E_SOURCE_TOO_LARGE', {
    size,
    limit: inlineLimit,
    where: 'as inline files of an App',
    advice: 'send it with  git push fairlead main  or  fairlead deploy',
  });
};

const fingerprintWith = (known: readonly Secret[]) => {
  const byName = new Map(known.map((secret) => [secret.metadata.name, secret]));
  return ({ value, valueFrom }: EnvVar): string => {
    if (valueFrom === undefined) return hash(value ?? '');
    const { name, key } = valueFrom.secretKeyRef;
    const held = byName.get(name)?.data?.[key];
    return held === undefined ? `${name}/${key}` : hash(Buffer.from(held, 'base64').toString());
  };
};

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
